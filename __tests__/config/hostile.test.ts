import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../config/config-error";
import { loadConfig, parseConfig } from "../../config/load";
import { properties } from "../support/schema-walk";

const megabyte = 1024 * 1024;

async function refusal(text: string): Promise<ConfigError> {
  try {
    await parseConfig(text, "irsa.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("was accepted");
}

const laughs = [
  `a0: &a0 [${Array(10).fill("lol").join(", ")}]`,
  ...Array.from(
    { length: 9 },
    (_, index) => `a${index + 1}: &a${index + 1} [${Array(10).fill(`*a${index}`).join(", ")}]`,
  ),
  "clusters: *a9",
].join("\n");

describe("a string made to exhaust its reader is refused", () => {
  test.each<[string, string, string]>([
    ["a billion laughs", laughs, "few aliases of aliases"],
    ["a map that holds itself", "clusters: &a\n  a: *a", "no alias that stands for itself"],
    ["two lists that hold each other", "a: &a [&b [*a], *b]", "no alias that stands for itself"],
    ["50,000 aliases", `a: &a 1\nb: [${"*a,".repeat(50_000)}]`, "few aliases of aliases"],
    [
      "a large text by alias a thousand times",
      `a: &a [${"1,".repeat(10_000)}]\nb: [${"*a,".repeat(1_000)}]`,
      "few aliases of aliases",
    ],
    ["40 MiB", "#".repeat(40 * megabyte), "at most 16 MiB"],
    ["16 MiB and a byte", `${"#".repeat(16 * megabyte)}\n`, "at most 16 MiB"],
    ["16 MiB and a byte in few characters", "€".repeat((16 * megabyte) / 3 + 1), "at most 16 MiB"],
    ["100,000 brackets", `a: ${"[".repeat(1e5)}${"]".repeat(1e5)}`, "nested too deeply"],
    ["100,000 open brackets", `a: ${"[".repeat(1e5)}`, "nested too deeply"],
    ["100,000 braces", `a: ${"{a: ".repeat(1e5)}${"}".repeat(1e5)}`, "nested too deeply"],
    ["100,000 lists in lists", "- ".repeat(1e5), "nested too deeply"],
    ["100,000 keys of keys", "? ".repeat(1e5), "nested too deeply"],
    [
      "1,000 maps in maps",
      Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
      "nested too deeply",
    ],
    [
      "20,000 properties",
      Array.from({ length: 20_000 }, (_, index) => `a${index}:`).join("\n"),
      "… and 19800 more",
    ],
    ["10,000 tabs", "\t- a\n".repeat(10_000), "tabs do not indent"],
    ["50,000 quotes", `clusters: "${'""'.repeat(25_000)}`, "not valid YAML"],
  ])("%s", async (_name, text, says) => {
    expect((await refusal(text)).message).toContain(says);
  });

  test("with its place", async () => {
    const { problems } = await refusal(`a: b\nc: ${"[".repeat(1000)}`);
    expect(problems).toMatchObject([{ line: 2, column: 68 }]);
  });

  test("in few lines", async () => {
    const { message, problems } = await refusal("a:\n".repeat(1000));
    expect(message.split("\n").length).toBeLessThanOrEqual(problems.length);
    expect((await refusal("\t- a\n".repeat(1000))).problems.length).toBeLessThanOrEqual(20);
  });
});

test("what is merely long is read: 200 clusters that share tags by alias, deep comments and flow", async () => {
  const clusters = Array.from(
    { length: 200 },
    (_, index) => `
  - name: c${index}
    region: eu-central-1
    bucket: acme-${index}
    secretPrefix: talos ${"#".repeat(300)}
    tags: ${index === 0 ? "&tags {team: platform}" : "*tags"}${" ".repeat(300)}# [[[[`,
  );
  const config = await parseConfig(`clusters:${clusters.join("")}`, "irsa.yaml");
  const tags = config.clusters?.map(({ issuer }) => ("tags" in issuer ? issuer.tags : undefined));
  expect(tags).toEqual(Array(200).fill({ team: "platform" }));
});

describe("files", () => {
  const directory = mkdtempSync(join(tmpdir(), "irsa-files-"));
  const large = join(directory, "large.yaml");
  writeFileSync(large, "#".repeat(20 * megabyte));

  test.each([
    ["that is missing", join(directory, "none.yaml"), "does not exist"],
    ["that is a directory", directory, "must be a file"],
    ["of 20 MiB", large, "at most 16 MiB"],
    ["without end", "/dev/zero", "must be a file"],
    ["without a name", "", "does not exist"],
  ])("an IRSA_CONFIG %s is refused", async (_title, file, says) => {
    await expect(loadConfig({ file, by: "IRSA_CONFIG" })).rejects.toThrow(ConfigError);
    await expect(loadConfig({ file, by: "IRSA_CONFIG" })).rejects.toThrow(says);
    await expect(loadConfig({ file, by: "IRSA_CONFIG" })).rejects.toThrow("IRSA_CONFIG names it");
  });
});

const required = { name: "a", region: "eu-central-1", bucket: "acme-oidc", secretPrefix: "talos" };

/** A configuration for each place that the JSON Schema has, with something else in that place. */
function withEverywhere(planted: unknown): [string, unknown][] {
  return ["", ...properties().keys()].map((path) => [path, valueAt(path.split(/(?=\.|\[\])/))]);

  function valueAt([step, ...rest]: readonly string[]): unknown {
    if (step === undefined || step === "") return planted;
    if (step === "[]") return [valueAt(rest)];
    return { ...required, [step.slice(1)]: valueAt(rest) };
  }
}

describe("a private key pasted into any place never shows", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const forms: [string, string][] = [
    ["PKCS#1", rsa.export({ type: "pkcs1", format: "pem" }).toString()],
    ["PKCS#8", rsa.export({ type: "pkcs8", format: "pem" }).toString()],
    ["SEC1", ec.export({ type: "sec1", format: "pem" }).toString()],
    ["JWK", JSON.stringify(ec.export({ format: "jwk" }))],
  ];
  forms.push(
    ["base64 of the PEM", Buffer.from(forms[2]?.[1] ?? "").toString("base64")],
    ["a body without its first line", forms[2]?.[1].split("\n").slice(1).join("\n") ?? ""],
    ["a body's first line", forms[2]?.[1].split("\n")[1] ?? ""],
  );

  /** Pieces of a secret that would give some of it away. */
  const pieces = (secret: string) =>
    (secret.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).filter((run) => !/PRIVATE|-----/.test(run));

  const shows = async (text: string, secret: string): Promise<boolean> => {
    const said = await parseConfig(text, "irsa.yaml").then(
      () => "",
      (error: unknown) => `${(error as Error).message}${JSON.stringify(error)}`,
    );
    return pieces(secret).some((piece) => said.includes(piece));
  };

  test.each(forms)("as value or key: %s", async (_form, secret) => {
    const places = [
      ...withEverywhere(secret),
      ...withEverywhere({ [secret]: "a" }),
      ...withEverywhere([secret]),
    ];
    expect(places.length).toBeGreaterThan(150);
    for (const [path, value] of places) {
      expect([path, await shows(JSON.stringify(value), secret)]).toEqual([path, false]);
    }
  });

  test.each(forms.slice(0, 3))("where YAML breaks: %s", async (_form, secret) => {
    const cluster = "clusters:\n  - name: a\n    region: ";
    for (const text of [
      secret,
      `${cluster}${secret}`,
      `${cluster}|${secret}`,
      `${cluster}"${secret}`,
      `${cluster}'${secret}`,
      `${cluster}[${secret}`,
      `${cluster}{${secret}`,
      `${cluster}!${secret.replaceAll("\n", "")}`,
      `${cluster}*${secret.split("\n")[1] ?? ""}`,
      `${cluster}"\\q${secret}"`,
      `%${secret.replaceAll("\n", "")}\n---\n${cluster}`,
      `${cluster}${secret.replaceAll("\n", "\n    ")}: a`,
    ]) {
      expect([text, await shows(text, secret)]).toEqual([text, false]);
    }
  });
});
