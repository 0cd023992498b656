import { editClusterIssuers, type IssuerEdit } from "../../config/edit-issuers";
import type { ConfigFiles } from "../../config/load";

const files = (text: string, clusters: ConfigFiles["clusters"] = []): ConfigFiles => ({
  main: { file: "irsa.yaml", text },
  clusters,
  directory: "/nowhere",
});
const edited = async (text: string, ...edits: readonly IssuerEdit[]) => {
  let current = text;
  for (const edit of edits) {
    current = (await editClusterIssuers(files(current), "lab", edit)).text;
  }
  return current;
};

const commented = `# every cluster
clusters:
  - name: lab   # at home
    region: eu-central-1
    bucket: "acme-lab" # made in 2025
    publicBy: policy

    # where the key is
    secretPrefix: talos
    tags: { team: a }   # odd
`;
const cdn = { name: "cdn", hosting: "cloudfront", bucket: "acme-lab-cdn" } as const;
const add: IssuerEdit = { edit: "add-issuer", issuer: cdn };
const sign: IssuerEdit = { edit: "sign-as", issuer: "cdn" };
const record: IssuerEdit = {
  edit: "record-issuer-until",
  issuer: "oidc",
  time: "2026-11-28T12:00:00Z",
};
const retire: IssuerEdit = { edit: "retire-issuer", issuer: "oidc" };

test("an issuer is added, takes over, and the former one ends; every other line stays", async () => {
  const staged = await edited(commented, add);
  expect(staged).toBe(
    commented.replace(
      "    publicBy: policy\n",
      "    publicBy: policy\n    nextIssuer:\n      name: cdn\n      hosting: cloudfront\n      bucket: acme-lab-cdn\n",
    ),
  );
  const signing = await edited(staged, sign);
  expect(signing).toBe(`# every cluster
clusters:
  - name: lab   # at home
    region: eu-central-1
    hosting: cloudfront
    bucket: acme-lab-cdn # made in 2025
    issuerName: cdn
    previousIssuers:
      - name: oidc
        hosting: s3
        bucket: acme-lab
        publicBy: policy

    # where the key is
    secretPrefix: talos
    tags: { team: a }   # odd
`);
  expect(await edited(signing, record)).toBe(
    signing.replace(
      "        publicBy: policy\n",
      (line) => `${line}        signedUntil: 2026-11-28T12:00:00Z\n`,
    ),
  );
  expect(await edited(signing, record, retire)).toBe(
    signing.replace(/ {4}previousIssuers:\n( {6}.*\n)+/, "    retiredIssuers:\n      - oidc\n"),
  );
});

test("the former issuer signs again, as it was", async () => {
  const back = await edited(commented, add, sign, { edit: "sign-as", issuer: "oidc" });
  expect(back).toContain(`    hosting: s3
    bucket: acme-lab # made in 2025
    publicBy: policy
    previousIssuers:
      - name: cdn
        hosting: cloudfront
        bucket: acme-lab-cdn
`);
  expect(back).not.toContain("issuerName");
});

test("settings that are maps go along", async () => {
  const text = commented
    .replace('bucket: "acme-lab" # made in 2025', "bucket: { name: acme-lab, versioning: true }")
    .replace("    publicBy: policy\n", "");
  const domain = {
    name: "oidc.acme.example",
    certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd",
  };
  const signing = await edited(
    text,
    { edit: "add-issuer", issuer: { ...cdn, bucket: { name: "acme-lab-cdn" }, domain } },
    sign,
  );
  expect(signing).toContain(`    hosting: cloudfront
    bucket:
      name: acme-lab-cdn
    domain:
      name: oidc.acme.example
      certificateArn: arn:aws:acm:us-east-1:111122223333:certificate/1234abcd
    issuerName: cdn
    previousIssuers:
      - name: oidc
        hosting: s3
        bucket:
          name: acme-lab
          versioning: true
`);
});

test("a new issuer has what clusters share, so that it keeps it when it signs", async () => {
  const text = `defaults: { publicBy: policy, region: eu-central-1 }\n${commented.replace("    publicBy: policy\n", "").replace("    region: eu-central-1\n", "")}`;
  const issuer = { name: "b", hosting: "s3", bucket: "acme-b" } as const;
  const signing = await edited(
    text,
    { edit: "add-issuer", issuer },
    { edit: "sign-as", issuer: "b" },
  );
  expect(signing).toContain(
    "    bucket: acme-b # made in 2025\n    publicBy: policy\n    issuerName: b\n",
  );
});

test("other previous issuers stay where they are", async () => {
  const text = commented.replace(
    "    publicBy: policy\n",
    "    previousIssuers:\n      # until 2027\n      - { name: github, url: https://github.example/oidc }\n",
  );
  const signing = await edited(text, add, sign);
  expect(signing).toContain(`    previousIssuers:
      # until 2027
      - { name: github, url: https://github.example/oidc }
      - name: oidc
        hosting: s3
        bucket: acme-lab
`);
  const retired = await edited(signing, retire, { edit: "retire-issuer", issuer: "github" });
  expect(retired).not.toContain("github");
  expect(retired).toContain("    retiredIssuers:\n      - oidc\n");
});

test.each<[string, string, readonly IssuerEdit[], string]>([
  [
    "the bucket of the present issuer",
    commented,
    [{ edit: "add-issuer", issuer: { ...cdn, bucket: "acme-lab" } }],
    "nextIssuer.bucket must differ from the bucket of the cluster's other issuers",
  ],
  [
    "a name that is taken",
    commented,
    [{ edit: "add-issuer", issuer: { ...cdn, name: "oidc" } }],
    "nextIssuer.name must differ from the names of the other issuers",
  ],
  [
    "no bucket",
    commented,
    [{ edit: "add-issuer", issuer: { name: "cdn", hosting: "cloudfront" } }],
    "nextIssuer.bucket is required with hosting: cloudfront",
  ],
  [
    "a cluster that is an alias",
    "defaults: &lab { name: lab, region: eu-central-1, bucket: acme-lab }\nclusters: [*lab]\n".replace(
      "defaults: &lab { name: lab,",
      "x: &lab { name: lab,",
    ),
    [add],
    "irsa.yaml",
  ],
])("refused, and nothing changes: %s", async (_name, text, edits, message) => {
  await expect(edited(text, ...edits)).rejects.toThrow(message);
});
