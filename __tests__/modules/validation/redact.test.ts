import { generateKeyPairSync } from "node:crypto";
import { redactKeyMaterial } from "../../../modules/validation";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const pem = rsa.export({ type: "pkcs8", format: "pem" }).toString();
const base64 = Buffer.from(pem).toString("base64");

test.each<[string, string]>([
  ["PKCS#8", pem],
  ["PKCS#1", rsa.export({ type: "pkcs1", format: "pem" }).toString()],
  ["SEC1", ec.export({ type: "sec1", format: "pem" }).toString()],
  ["a PEM that ends early", pem.slice(0, 400)],
  ["a PEM on one line", pem.replaceAll("\n", "\\n")],
  ["base64 of a PEM", base64],
  ["wrapped base64", base64.replaceAll(/(.{76})/g, "$1\n")],
  ["the body alone", pem.split("\n").slice(1, -2).join("\n")],
  ["one line of the body", pem.split("\n")[5] ?? ""],
  ["a JWK", JSON.stringify(rsa.export({ format: "jwk" }))],
  ["an EC JWK", JSON.stringify(ec.export({ format: "jwk" }))],
])("%s leaves no trace, in a sentence or alone", (_form, secret) => {
  const runs = (secret.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).filter(
    (run) => !/PRIVATE|BEGIN/.test(run),
  );
  for (const text of [secret, `before ${secret} after`, `"${secret}"`]) {
    const redacted = redactKeyMaterial(text);
    expect(runs.filter((run) => redacted.includes(run))).toEqual([]);
    expect(redacted).toContain("(key material)");
  }
});

test.each([
  "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  "SoABiieYuNx4UdqYvZRVeuC6SihxgLrhLy9peHMHpTc",
  "/home/somebody/projects/platform/clusters/production/keys/service-account.pub",
  "system:serviceaccount:kube-system:aws-load-balancer-controller",
  "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc",
  "must be the ARN of a managed policy, such as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
])("%s stays as it is", (text) => {
  expect(redactKeyMaterial(text)).toBe(text);
});
