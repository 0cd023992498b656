import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import fc from "fast-check";
import { stringify } from "yaml";
import { ConfigError } from "../../config/config-error";
import { type Config, parseConfig } from "../../config/load";
import { addStacks } from "../../stacks/add-stacks";
import { keys } from "../modules/cluster/keys";
import { properties } from "../support/schema-walk";

/** The same runs every time; `FUZZ_RUNS=100000 npx jest __tests__/config/fuzz` tries more. */
const numRuns = Number(process.env.FUZZ_RUNS ?? "400");
const options = { numRuns, seed: 20_252, endOnFailure: true };

jest.setTimeout(30_000 + 50 * numRuns);

const secret = keys.pkcs1.replace(/\s/g, "").slice(60, 90);

/** What people and attackers write: values near the right ones, and such as break out of strings. */
const scalar = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 10 }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    "constructor",
    "__proto__",
    "eu-central-1",
    "acme-oidc",
    "https://a.example/b",
    "https://user:hunter22@a.example",
    "shop/app",
    "*/*",
    "arn:aws:iam::111122223333:role/a",
    'a"${file("/etc/hostname")}',
    "%{ for x in [] }",
    "${TfToken[TOKEN.0]}",
    "#{TfToken[TOKEN.1]}",
    -1.8881545897087626e289,
    "\u001b[2J\u202e",
    keys.pkcs1,
    "s3",
    "cloudfront",
    "existing",
    "1.13",
    "s3:GetObject",
    "velero",
  ),
);

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { weight: 6, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie("any"), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: fc.dictionary(
        fc.oneof(fc.string({ maxLength: 8 }), scalar.map(String)),
        tie("any"),
        {
          maxKeys: 3,
        },
      ),
    },
  ),
})).any;

const good = {
  clusters: [
    {
      name: "a",
      region: "eu-central-1",
      bucket: { name: "acme-oidc" },
      secret: { name: "talos/a" },
      keys: [{ name: "key" }],
      tags: { team: "platform" },
      talos: { version: "1.13.6" },
      serviceAccountRoles: [
        {
          name: "app",
          serviceAccounts: ["shop/app"],
          policies: ["ebs-csi"],
          inlineStatements: [{ actions: ["s3:GetObject"], resources: ["*"] }],
        },
      ],
    },
  ],
};

/** A good configuration with other values at places of the schema. */
const configuration = fc
  .array(fc.tuple(fc.constantFrom(...properties().keys()), value), { minLength: 1, maxLength: 4 })
  .map((changes) => {
    const whole: unknown = structuredClone(good);
    for (const [path, planted] of changes) plant(whole, path.split(/(?=\.|\[\])/), planted);
    return stringify(whole);
  });

function plant(parent: unknown, [step = "", ...rest]: readonly string[], planted: unknown): void {
  const key = step === "[]" ? 0 : step.slice(1);
  if (typeof parent !== "object" || parent === null) return;
  const map = parent as Record<string | number, unknown>;
  if (rest.length === 0) {
    map[key] = planted;
    return;
  }
  const next = map[key];
  if (typeof next !== "object" || next === null) map[key] = rest[0] === "[]" ? [] : {};
  plant(map[key], rest, planted);
}

async function outcome(text: string): Promise<Config | ConfigError> {
  try {
    return await parseConfig(text, "irsa.yaml");
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}

/** Terraform of which nobody wrote the expression. */
const injected = /TfToken|(?<![$%])[$%]\{(?:file|for)|hostname/;

async function property(text: string): Promise<void> {
  const result = await outcome(text);
  if (result instanceof ConfigError) {
    const { message, problems } = result;
    for (const line of message.split("\n")) {
      expect(line).toMatch(/^irsa\.yaml:\d+:\d+ \S|^… and \d+ more$/);
      expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e]|\[native code\]|\[object Object\]/u);
    }
    const shown = `${message}${JSON.stringify(problems)}`.replace(/\s/g, "");
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain("hunter22");
    return;
  }
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "irsa-fuzz-")) });
  addStacks(app, result);
  for (const stack of app.node.children) {
    const synthesized = JSON.stringify((stack as { toTerraform?: () => object }).toTerraform?.());
    expect(synthesized.replaceAll(/[$%]{2}\{/g, "")).not.toMatch(injected);
  }
}

test("values at any places of the schema: refused at a line, or synthesized as they are", async () => {
  await fc.assert(fc.asyncProperty(configuration, property), options);
});

test("any text: refused at a line, or read", async () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: "binary", maxLength: 100 }),
    fc
      .tuple(configuration, fc.nat(), fc.string({ maxLength: 5 }))
      .map(
        ([whole, at, noise]) =>
          whole.slice(0, at % whole.length) + noise + whole.slice(at % whole.length),
      ),
  );
  await fc.assert(fc.asyncProperty(text, property), options);
});
