import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@cdktf/hcl2json";
import { exportModules } from "../../scripts/export";
import { contents } from "../support/golden";

type Blocks<Kind extends string> = Record<Kind, Record<string, Record<string, string>[]>>;

const committed = contents(join(__dirname, "../../terraform"));
const generated = Object.fromEntries(
  Object.entries(committed).filter(([path]) => !path.startsWith("irsa-role/")),
);

test("the committed modules, except irsa-role, are what `npm run export` writes", () => {
  const directory = mkdtempSync(join(tmpdir(), "irsa-export-"));
  exportModules(directory);
  expect(contents(directory)).toEqual(generated);
});

describe.each(["irsa", "irsa-without-node", "irsa-key-in-secrets-manager", "irsa-role"])(
  "the module %s",
  (name) => {
    const file = (path: string) => committed[`${name}/${path}`] ?? "";

    test.each(["main.tf", "outputs.tf", "variables.tf", "versions.tf"])(
      "%s parses",
      async (path) => {
        expect(Object.keys(await parse(path, file(path)))).not.toHaveLength(0);
      },
    );

    test("has no provider and no backend block", () => {
      const all = file("main.tf") + file("versions.tf");
      expect(all).not.toMatch(/^provider /m);
      expect(all).not.toMatch(/backend/);
    });

    test("describes and types every variable, and describes every output", async () => {
      const { variable } = (await parse("v.tf", file("variables.tf"))) as Blocks<"variable">;
      const { output } = (await parse("o.tf", file("outputs.tf"))) as Blocks<"output">;
      for (const [body] of Object.values(variable)) {
        expect(body?.type).toMatch(/\w/);
        expect(body?.description).toMatch(/^[A-Z].*\.$/);
      }
      for (const [body] of Object.values(output)) expect(body?.description).toMatch(/^[A-Z].*\.$/);
    });
  },
);

test.each(["undefined", "TfToken[", "$${", process.cwd()])(
  "no generated module has %p in it",
  (trace) => {
    const written = Object.entries(generated).filter(([path]) => !path.endsWith(".cjs"));
    expect(written.map(([, text]) => text).join("")).not.toContain(trace);
  },
);

test("with the key in Secrets Manager alone, Terraform before 1.11 is refused, and no output has the key", async () => {
  const file = (name: string) => committed[`irsa-key-in-secrets-manager/${name}`] ?? "";
  const { terraform } = (await parse("v.tf", file("versions.tf"))) as {
    terraform: { required_version: string; required_providers: { tls: object }[] }[];
  };
  expect(terraform[0]?.required_version).toBe(">= 1.11.0");
  expect(terraform[0]?.required_providers[0]?.tls).toMatchObject({ version: ">= 4.2" });
  const { output } = (await parse("o.tf", file("outputs.tf"))) as Blocks<"output">;
  expect(Object.keys(output).sort()).toEqual([
    "issuer_hostpath",
    "issuer_url",
    "jwks_uri",
    "key_ids",
    "oidc_provider_arn",
    "signing_key_secret_arn",
    "signing_key_secret_version_id",
    "trusted_issuers",
  ]);
  expect(JSON.stringify(output)).not.toContain("ephemeral.");
});

test("without Node there is no program and no external provider", () => {
  const text = Object.entries(committed)
    .filter(([path]) => path.startsWith("irsa-without-node/") && path.endsWith(".tf"))
    .map(([, content]) => content)
    .join("");
  expect(text).not.toMatch(/"external"|program =|"node"/);
  expect(Object.keys(committed)).not.toContain("irsa-without-node/jwks.cjs");
});
