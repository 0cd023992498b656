import { setClock } from "../../support/clock";
import { irsa, terraformOutput } from "../run";
import {
  accept,
  day,
  forRandomWaits,
  hour,
  makeKey,
  providerArn,
  roles,
  rolesYaml,
  sign,
  type Signer,
  walk,
  World,
} from "./walk";

const key = makeKey();
const former: Signer = {
  name: "oidc",
  issuer: "https://s3.eu-central-1.amazonaws.com/acme-prod-oidc",
  key,
};
const next: Signer = {
  name: "oidc-2",
  issuer: "https://acme-prod-oidc-2.s3.eu-central-1.amazonaws.com",
  key,
};

const start = `# prod moves away from path-style URLs
clusters:
  - name: prod
    region: eu-central-1
    hosting: s3 # as the Talos documentation has it
    bucket: acme-prod-oidc
    keys:
      - { name: sa, publicKeyFile: sa.pub }
${rolesYaml}`;

const newWorld = (takesOne: boolean) =>
  World.start({
    files: { "irsa.yaml": start, "sa.pub": key.pem },
    issuers: { "": former.issuer, "_oidc-2": next.issuer },
    signing: former,
    takesOne,
    cacheSeconds: 0,
  });

/** The outputs of the stack, as `terraform output` prints them. */
function outputsOf({ stack, documents }: World["present"]): string {
  const { value } = stack.output?.issuer_url as { readonly value: string };
  return terraformOutput({
    aws_region: "eu-central-1",
    issuer_url: value,
    trusted_issuers: [...documents.keys()].map((issuer) => ({
      issuer_url: issuer,
      issuer_hostpath: issuer.slice("https://".length),
      oidc_provider_arn: providerArn(issuer),
      audiences: ["sts.amazonaws.com"],
    })),
  });
}

/** The pods of API servers, as kubectl prints them: the first issuer signs. */
const pods = (nodes: World["nodes"]) =>
  JSON.stringify({
    items: nodes.map(({ signing, accepted }, index) => ({
      metadata: { name: `kube-apiserver-${index}` },
      spec: {
        containers: [
          {
            name: "kube-apiserver",
            command: [
              "kube-apiserver",
              ...[...new Set([signing, ...accepted])].map(
                ({ issuer }) => `--service-account-issuer=${issuer}`,
              ),
            ],
          },
        ],
      },
    })),
  });

/** Runs `irsa migrate` with everything that can be known. */
async function migrate(world: World, options: readonly string[]) {
  const { present, nodes } = world;
  const documents = present.documents.get(next.issuer);
  const files: Record<string, string> = {
    ...world.files,
    "outputs.json": outputsOf(present),
    "pods.json": pods(nodes),
    "roles.json": JSON.stringify({
      Roles: present.policies.map((policy, index) => ({
        RoleName: roles[index]?.[0],
        AssumeRolePolicyDocument: policy,
      })),
    }),
    "documents/openid-configuration": documents?.discovery ?? "{}",
    "documents/keys.json": documents?.jwks ?? "{}",
  };
  const flags: string[] = [];
  for (const [index, { signing }] of nodes.entries()) {
    files[`token-${index}`] = await world.token(signing);
    flags.push("--token", `token-${index}`);
  }
  const evidence = ["--roles", "roles.json", "--api-server-pods", "pods.json"];
  const sources = ["--documents", "documents", "--terraform-output", "outputs.json"];
  return irsa(["migrate", "prod", "--json", ...flags, ...evidence, ...sources, ...options], {
    files,
  });
}

const change = {
  target: next,
  run: migrate,
  first: ["--to", "s3-virtual-hosted", "--bucket", "acme-prod-oidc-2"],
  toAccept: /is done in the cluster: accept oidc-2/,
};

// Each walk synthesizes five times.
jest.setTimeout(120_000);

beforeAll(() => {
  setClock(0);
});
afterAll(() => jest.useRealTimers());

test.each([
  ["several issuers", false, ["stage", "accept", "promote", "drain", "retire"]],
  ["one issuer", true, ["stage", "promote", "drain", "retire"]],
] as const)(
  "%s: no token is refused from the first step to the last",
  async (_name, takesOne, steps) => {
    await forRandomWaits(async (waits) => {
      const world = await newWorld(takesOne);
      expect(await walk(world, waits, change)).toEqual(steps);
      expect(world.files["irsa.yaml"]).toBe(
        start.replace(
          /hosting: s3 (.*)\n.*\n/,
          "hosting: s3-virtual-hosted $1\n    bucket: acme-prod-oidc-2\n    issuerName: oidc-2\n    retiredIssuers:\n      - oidc\n",
        ),
      );
      expect([...world.present.documents.keys()]).toEqual([next.issuer]);
    });
  },
);

describe("the observer notices", () => {
  const both = start.replace(
    "    bucket: acme-prod-oidc\n",
    (line) =>
      `${line}    nextIssuer: { name: oidc-2, hosting: s3-virtual-hosted, bucket: acme-prod-oidc-2 }\n`,
  );

  test("a cluster that signs as an issuer that roles do not trust", async () => {
    const world = await newWorld(false);
    const change = world.configure(accept(next), sign(next));
    await expect(change).rejects.toThrow("oidc-2 is not published");
  });

  test("a node that signs as an issuer before every API server accepts it", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    const change = world.configure(accept(next), sign(next));
    await expect(change).rejects.toThrow("an API server refuses");
  });

  test("an issuer that is retired before its last token has expired", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    await world.configure(accept(next));
    await world.configure(sign(next));
    await world.wait(day - 2 * hour);
    world.files["irsa.yaml"] = start
      .replace("hosting: s3 ", "issuerName: oidc-2\n    hosting: s3-virtual-hosted ")
      .replace(
        "bucket: acme-prod-oidc\n",
        "bucket: acme-prod-oidc-2\n    retiredIssuers: [oidc]\n",
      );
    await expect(world.apply()).rejects.toThrow("oidc is not published");
  });
});
