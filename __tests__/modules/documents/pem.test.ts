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

test.each(["-----BEGIN ", "-----BEGIN PRIVATE ", "-----BEGIN A-----", "-- -- ", "-----END "])(
  "1 MiB of %j is refused in no time",
  (piece) => {
    const text = piece.repeat(2 ** 20 / piece.length);
    const start = performance.now();
    try {
      readPem(text, "sa.pub");
    } catch (error) {
      expect(error).toHaveProperty("code", "ERR_PEM_INVALID");
    }
    expect(performance.now() - start).toBeLessThan(1500);
  },
);
