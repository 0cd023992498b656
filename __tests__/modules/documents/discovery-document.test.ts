import {
  buildDiscoveryDocument,
  parseIssuerUrl,
  readPublicKeys,
  type SigningAlgorithm,
} from "../../../modules/documents";
import { keyVectors } from "../../fixtures/key-vectors";

const { url: issuer, jwksUri } = parseIssuerUrl("https://s3.eu-central-1.amazonaws.com/acme-oidc");

test("members are those that a relying party needs, in lexical order", () => {
  expect(JSON.stringify(buildDiscoveryDocument({ issuer, jwksUri, algorithms: ["RS256"] }))).toBe(
    '{"authorization_endpoint":"urn:kubernetes:programmatic_authorization",' +
      '"claims_supported":["sub","iss"],' +
      '"id_token_signing_alg_values_supported":["RS256"],' +
      '"issuer":"https://s3.eu-central-1.amazonaws.com/acme-oidc",' +
      '"jwks_uri":"https://s3.eu-central-1.amazonaws.com/acme-oidc/keys.json",' +
      '"response_types_supported":["id_token"],' +
      '"subject_types_supported":["public"]}',
  );
});

test.each<[readonly SigningAlgorithm[], readonly SigningAlgorithm[]]>([
  [["RS256"], ["RS256"]],
  [["RS256", "RS256"], ["RS256"]],
  [
    ["RS256", "ES256", "RS256"],
    ["ES256", "RS256"],
  ],
  [
    ["ES512", "RS256", "ES384", "ES256"],
    ["ES256", "ES384", "ES512", "RS256"],
  ],
])("keys of %j announce %j", (algorithms, announced) => {
  const document = buildDiscoveryDocument({ issuer, jwksUri, algorithms });
  expect(document.id_token_signing_alg_values_supported).toEqual(announced);
});

test("the order in which keys were given does not change the bytes", async () => {
  const sound = keyVectors.filter(({ bits }) => bits !== 512);
  const keys = await readPublicKeys(sound.map((vector) => vector.public_key_pem).join(""));
  const algorithms = keys.map(({ alg }) => alg);
  expect(buildDiscoveryDocument({ issuer, jwksUri, algorithms })).toEqual(
    buildDiscoveryDocument({ issuer, jwksUri, algorithms: algorithms.toReversed() }),
  );
  expect(algorithms).toEqual(["RS256", "RS256", "ES256"]);
});

test("the algorithms given stay as they were", () => {
  const algorithms: readonly SigningAlgorithm[] = Object.freeze(["RS256", "ES256"] as const);
  expect(() => buildDiscoveryDocument({ issuer, jwksUri, algorithms })).not.toThrow();
});
