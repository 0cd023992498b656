import { execFileSync } from "node:child_process";
import { readPem } from "../../../modules/documents/pem";
import { pem } from "../../fixtures/encoding";

const block = pem("CERTIFICATE", Buffer.from("certificate"));

test("a string without blocks has none", () => {
  expect(readPem("issuer: example.com\n", "sa.pub")).toEqual([]);
});

test("blocks keep their order, label and bytes", () => {
  const text = `first\n${block}between\n\n${pem("PUBLIC KEY", Buffer.from([0, 255]))}last`;
  expect(readPem(text, "sa.pub")).toEqual([
    { label: "CERTIFICATE", der: Buffer.from("certificate") },
    { label: "PUBLIC KEY", der: Buffer.from([0, 255]) },
  ]);
});

test("a block on one line is a block", () => {
  expect(readPem(block.replaceAll("\n", " "), "sa.pub")).toHaveLength(1);
});

test.each([
  "---BEGIN CERTIFICATE---\n",
  "-----begin certificate-----\n",
  "-----BEGIN CERTIFICATE----\n",
  "----- BEGIN CERTIFICATE -----\n",
])("a boundary that is not whole is not passed over: %j", (broken) => {
  const message = /sa\.pub has a BEGIN or END line that is not whole/;
  expect(() => readPem(broken + block, "sa.pub")).toThrow(message);
  expect(() => readPem(block + broken, "sa.pub")).toThrow(message);
});

test("1 MiB of what begins like a block is read in one pass: anything else would take hours", () => {
  const pieces = ["-----BEGIN ", "-----BEGIN PRIVATE ", "-----BEGIN A-----", "-- -- ", "-----END "];
  const script = `const { readPem } = require(${JSON.stringify(require.resolve("../../../modules/documents/pem"))});
    for (const piece of ${JSON.stringify(pieces)}) {
      try {
        readPem(piece.repeat(2 ** 20 / piece.length), "sa.pub");
        console.log("no block");
      } catch ({ code }) {
        console.log(code);
      }
    }`;
  const argv = ["--import", "tsx", "--eval", script];
  const codes = execFileSync("node", argv, { encoding: "utf8", timeout: 100_000 });
  expect(codes.trim().split("\n")).toEqual(
    pieces.map((piece) => (piece === "-- -- " ? "no block" : "ERR_PEM_INVALID")),
  );
});
