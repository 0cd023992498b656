import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack } from "cdktf";
import { computeKeyId, type PublicJwk, readPublicKeys } from "../../../modules/documents";
import { Hosting, IrsaIssuer, type IrsaIssuerProps, SigningKey } from "../../../modules/issuer";
import { type KeyAlgorithm, keyAlgorithms } from "../../../modules/issuer/keys/key-algorithms";
import { keyVectors } from "../../fixtures/key-vectors";
import { appInTemporaryDirectory } from "../../support/synthesize";
import { byAddress, type Element, type TerraformConfiguration } from "../../support/terraform-json";

const pem = (index: number) => keyVectors[index]?.public_key_pem ?? "";
const given = async (name: string, ...indexes: number[]) =>
  SigningKey.fromPublicKeys(name, await readPublicKeys(indexes.map(pem).join("")));
const made = (name: string, algorithm?: KeyAlgorithm) => SigningKey.generated(name, { algorithm });

function make(keys: readonly SigningKey[], props: Partial<IrsaIssuerProps> = {}) {
  const stack = new TerraformStack(appInTemporaryDirectory(), "test");
  const issuer = new IrsaIssuer(stack, "irsa", {
    hosting: Hosting.s3({ bucket: "acme-oidc", region: "eu-central-1" }),
    terraformNames: "talos-documentation",
    keys,
    secret: { name: "talos/prod" },
    ...props,
  });
  const configuration = stack.toTerraform() as TerraformConfiguration;
  return { issuer, configuration, elements: byAddress(configuration) };
}

/** What the program at apply is asked, with references in place of keys that Terraform makes. */
function query(elements: Readonly<Record<string, Element>>): string {
  return (elements["data.external.jwks"]?.query as { keys: string }).keys;
}

const privateKeys = (elements: Readonly<Record<string, Element>>) =>
  Object.fromEntries(
    Object.entries(elements).filter(([address]) => address.startsWith("tls_private_key.")),
  );
const namesOf = (text: string) => [...text.matchAll(/"name" = "(\w+)"/g)].map(([, name]) => name);

describe("several keys", () => {
  const a = made("a");
  const b = made("b", "RSA-4096");
  const c = made("c", "EC-P521");

  test("are published in their order, made and given", async () => {
    const { elements } = make([b, await given("old", 0, 1), a]);
    expect(namesOf(query(elements))).toEqual(["b", "old", "a"]);
    expect(query(elements)).toMatch(
      /tls_private_key\.b\.public_key_pem.*"n" = .*tls_private_key\.a\./,
    );
  });

  test.each<[string, SigningKey[], string[]]>([
    ["one before the others", [c, a, b], ["a", "b"]],
    ["one between the others", [a, c, b], ["a", "b"]],
    ["one after the others", [a, b, c], ["a", "b"]],
    ["another order", [b, a], ["a", "b"]],
    ["one less", [b], ["b"]],
  ])("%s: the key of a name stays what it is, at its address", (_title, keys, kept) => {
    const before = privateKeys(make([a, b]).elements);
    const after = privateKeys(make(keys).elements);
    for (const name of kept) {
      const address = `tls_private_key.${name}`;
      expect(after[address]).toEqual(before[address]);
    }
    expect(Object.keys(after).sort()).toEqual(
      keys.map(({ name }) => `tls_private_key.${name}`).sort(),
    );
  });

  test("name all their algorithms, each once", () => {
    const { issuer } = make([a, b, c, made("d", "EC-P256")]);
    expect(JSON.parse(issuer.documents.discovery)).toMatchObject({
      id_token_signing_alg_values_supported: ["ES256", "ES512", "RS256"],
    });
  });

  test("that are all known need no provider but AWS, and no program", async () => {
    const { issuer, elements } = make([await given("old", 1, 0), await given("ec", 4)], {
      secret: undefined,
      thumbprint: "none",
    });
    expect(
      Object.keys(elements).filter((address) => !/^((data[.])?aws|terraform)_/.test(address)),
    ).toEqual([]);
    expect(issuer.keyIds).toEqual([1, 0, 4].map((index) => keyVectors[index]?.kid));
    const { content } = elements["aws_s3_object.keys_json"] ?? {};
    expect(
      (JSON.parse(content as string) as { keys: PublicJwk[] }).keys.map(({ kid }) => kid),
    ).toEqual(issuer.keyIds);
  });
});

describe("one key signs", () => {
  const secretOf = (keys: readonly SigningKey[], signingKey?: string) =>
    make(keys, { signingKey }).elements["aws_secretsmanager_secret_version.signing_key"]
      ?.secret_string;
  const of = (name: string) => `\${base64encode(tls_private_key.${name}.private_key_pem)}`;

  test("the one that is said to", () => {
    expect(secretOf([made("a"), made("b")], "b")).toBe(of("b"));
  });

  test("else the first that Terraform makes", async () => {
    expect(secretOf([await given("old", 0), made("a"), made("b")])).toBe(of("a"));
  });

  test("a given one that is said to, so that nothing is kept of those that Terraform makes", async () => {
    const { issuer, elements } = make([made("next"), await given("own", 0)], {
      signingKey: "own",
      secret: undefined,
    });
    expect(issuer.secretArn).toBeUndefined();
    expect(Object.keys(elements)).toContain("tls_private_key.next");
  });

  test("a name that no key has is refused, and so is a secret for a key that is with its owner", async () => {
    const own = await given("own", 0);
    expect(() => make([made("a"), made("b")], { signingKey: "c" })).toThrow(
      'signingKey must be the name of one of keys ("a", "b"), got "c"',
    );
    expect(() => make([own])).toThrow("secret must be left out");
  });

  test("the same key twice is refused where it stands again", async () => {
    const keys = [await given("a", 0), made("b"), await given("c", 1, 0)];
    expect(() => make(keys)).toThrow(
      `keys[2].publicKeys must not repeat a key, but kid "${keyVectors[0]?.kid}" is already published`,
    );
  });
});

describe("the signing key again, with an empty id", () => {
  test("known keys", async () => {
    const { elements } = make([await given("old", 0), await given("own", 1)], {
      signingKey: "own",
      secret: undefined,
      emptyKeyId: true,
    });
    const { content } = elements["aws_s3_object.keys_json"] ?? {};
    const [old, own, again] = (JSON.parse(content as string) as { keys: PublicJwk[] }).keys;
    expect([old?.kid, own?.kid]).toEqual([keyVectors[0]?.kid, keyVectors[1]?.kid]);
    expect(again).toEqual({ ...own, kid: "" });
  });

  test("the program gets its name", () => {
    const { elements } = make([made("a"), made("b")], { signingKey: "b", emptyKeyId: true });
    expect(query(elements)).toMatch(
      /"b", "publicKey" = tls_private_key\.b\.public_key_pem, "emptyKeyId" = true/,
    );
    expect(query(elements).match(/emptyKeyId/g)).toHaveLength(1);
  });

  test("Terraform's functions", () => {
    const { configuration, issuer } = make([made("a"), made("b")], {
      emptyKeyId: true,
      jwksComputation: "functions",
    });
    const ids = [...(configuration.locals?.jwks ?? "").matchAll(/"kid" = ([^,]+),/g)];
    expect(ids.map(([, id]) => id)).toEqual(["local.a_kid", "local.b_kid", '""']);
    expect(issuer.keyIds).toHaveLength(2);
  });

  test.each(["program", "functions"] as const)(
    "of several given keys the first, by %s",
    async (jwksComputation) => {
      const { issuer, configuration, elements } = make([await given("own", 1, 0), made("next")], {
        signingKey: "own",
        secret: undefined,
        emptyKeyId: true,
        jwksComputation,
      });
      if (jwksComputation === "program") {
        expect(query(elements)).toMatch(
          /"name" = "own", .*"emptyKeyId" = true\}, \{"name" = "next"/,
        );
        return;
      }
      const jwks = configuration.locals?.jwks ?? "";
      expect([...jwks.matchAll(/"kid" = ([^,]+),/g)].map(([, kid]) => kid)).toEqual([
        ...issuer.keyIds.slice(0, 2).map((kid) => `"${kid}"`),
        "local.next_kid",
        '""',
      ]);
      const moduli = [...jwks.matchAll(/"n" = ([^,]+),/g)].map(([, n]) => n);
      expect(moduli[3]).toBe(moduli[0]);
    },
  );

  test("of several known keys the first", async () => {
    const { elements } = make([await given("own", 1, 0)], { secret: undefined, emptyKeyId: true });
    const { content } = elements["aws_s3_object.keys_json"] ?? {};
    const { keys } = JSON.parse(content as string) as { keys: PublicJwk[] };
    expect(keys.map(({ kid }) => kid)).toEqual([keyVectors[1]?.kid, keyVectors[0]?.kid, ""]);
    expect(keys[2]).toEqual({ ...keys[0], kid: "" });
  });

  test("nothing of it unless asked for", () => {
    expect(query(make([made("a")]).elements)).not.toContain("emptyKeyId");
  });
});

describe("Terraform's functions", () => {
  const rsa = Object.entries(keyAlgorithms).filter(([name]) => name.startsWith("RSA"));

  test.each(rsa)(
    "%s: the head and length cut the modulus out of fresh keys",
    async (name, details) => {
      const { head, modulus: { length, tail } = { length: 0, tail: "?" } } = details;
      const bits = Number(name.slice(4));
      for (let run = 0; run < (bits === 2048 ? 5 : 1); run++) {
        const { publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
        const spki = publicKey.export({ type: "spki", format: "der" });
        const base64 = spki.toString("base64");
        expect(base64.slice(0, head.length)).toBe(head);
        expect(base64.endsWith(tail)).toBe(true);
        const modulus = base64.slice(head.length, head.length + length);
        const [jwk] = await readPublicKeys(
          publicKey.export({ type: "spki", format: "pem" }).toString(),
        );
        expect(jwk).toMatchObject({
          n: modulus.replaceAll("+", "-").replaceAll("/", "_"),
          e: "AQAB",
          kid: computeKeyId(spki),
        });
      }
    },
  );

  test.each(rsa)("%s: the JWK is written with these", (name, { head, modulus }) => {
    const { configuration, elements } = make([made("k", name as KeyAlgorithm)], {
      jwksComputation: "functions",
    });
    expect(configuration.locals?.jwks).toContain(
      `substr(local.k_der, ${head.length}, ${modulus?.length})`,
    );
    expect(JSON.stringify(elements["aws_s3_object.k_der"])).toContain(head);
    expect(elements["data.external.jwks"]).toBeUndefined();
  });

  test("stand with given keys of any kind", async () => {
    const { configuration } = make([await given("ec", 4), made("a")], {
      jwksComputation: "functions",
    });
    expect(configuration.locals?.jwks).toMatch(/"crv" = "P-256".*"kid" = local\.a_kid/);
  });

  test.each(["EC-P256", "EC-P384", "EC-P521"] as const)("do not take %s apart", (algorithm) => {
    expect(() => make([made("a", algorithm)], { jwksComputation: "functions" })).toThrow(
      `jwksComputation must be "program" for the key "a" (${algorithm}): Terraform's functions take only RSA keys apart`,
    );
  });
});

test.each<[KeyAlgorithm, object]>([
  ["RSA-2048", { algorithm: "RSA", rsa_bits: 2048 }],
  ["RSA-3072", { algorithm: "RSA", rsa_bits: 3072 }],
  ["RSA-4096", { algorithm: "RSA", rsa_bits: 4096 }],
  ["EC-P256", { algorithm: "ECDSA", ecdsa_curve: "P256" }],
  ["EC-P384", { algorithm: "ECDSA", ecdsa_curve: "P384" }],
  ["EC-P521", { algorithm: "ECDSA", ecdsa_curve: "P521" }],
])("%s is made by the tls provider", (algorithm, expected) => {
  const { elements } = make([made("key", algorithm)]);
  expect(elements["tls_private_key.key"]).toEqual(expected);
});

describe("keys of an external signer", () => {
  const text = readFileSync(
    join(__dirname, "../../fixtures/keys/external-signer-keys.json"),
    "utf8",
  );
  const kid = "8f7c1f0a-4f5f-4c9b-9c39-0a7b6c7c2a11";
  const asGiven = { keyId: "as-given" } as const;
  const external = async (name = "ext", options = asGiven) =>
    SigningKey.fromPublicKeys(name, await readPublicKeys(text, "it", asGiven), options);

  test("keep their kid in the JWKS", async () => {
    const { issuer, elements } = make([await external()], { secret: undefined });
    expect(issuer.keyIds).toEqual([kid]);
    const { content } = elements["aws_s3_object.keys_json"] ?? {};
    expect(JSON.parse(content as string)).toMatchObject({ keys: [{ kid }] });
  });

  test("keep it through the program at apply, which is asked to", async () => {
    const { elements } = make([await external(), made("next"), await given("own", 0)]);
    expect(query(elements)).toMatch(
      new RegExp(`"name" = "ext", "publicKey" = .*"kid" = "${kid}".*"keyId" = "as-given"\\}`),
    );
    expect(query(elements).match(/keyId/g)).toHaveLength(1);
  });

  test("keep it through Terraform's functions", async () => {
    const { configuration } = make([await external(), made("next")], {
      jwksComputation: "functions",
    });
    expect(configuration.locals?.jwks).toContain(`"kid" = "${kid}"`);
  });

  test("are refused without that choice", async () => {
    const keys = await readPublicKeys(text, "it", asGiven);
    expect(() => make([made("a"), SigningKey.fromPublicKeys("ext", keys)])).toThrow(
      `keys[1].publicKeys[0] must be a sound public key: "kid" of it must be "pzZiYw8g3UDdI4xyDbrz-MLLtSBSKjTD15hEGboBdfc"`,
    );
  });

  test("do not share a kid", async () => {
    const keys = [await external(), await external("again")];
    expect(() => make(keys, { secret: undefined })).toThrow(
      `keys[1].publicKeys must not repeat a key, but kid "${kid}" is already published`,
    );
  });

  test.each<[string, object, string]>([
    [
      "a template of Terraform",
      { kid: "${path.module}" },
      '"kid" of it must be 1 to 1024 printable',
    ],
    ["an empty kid", { kid: "" }, 'it has no "kid"'],
    ["no alg", { alg: undefined }, '"alg" of it is missing, must be "RS256"'],
    ["a private member", { d: "c2VjcmV0" }, 'it has the member "d" of a private or symmetric key'],
    ["a short modulus", { n: "sP3aJT8" }, "it is RSA with a modulus of 40 bits"],
  ])("have %s and are refused", async (_, changes, says) => {
    const [key] = await readPublicKeys(text, "it", asGiven);
    const changed = JSON.parse(JSON.stringify({ ...key, ...changes })) as PublicJwk;
    const keys = [SigningKey.fromPublicKeys("ext", [changed], asGiven)];
    expect(() => make(keys, { secret: undefined })).toThrow(
      `keys[0].publicKeys[0] must be a sound public key: ${says}`,
    );
  });
});
