import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:https";
import { listen } from "../../../sandbox/listen";
import { makeCertificates } from "../../../sandbox/tls-endpoint";
import { readPublicKeys } from "../../../modules/documents";
import { keyVectors } from "../../fixtures/key-vectors";
import { keys as pemKeys } from "../../modules/cluster/keys";
import { setClock } from "../../support/clock";
import { irsa, terraformOutput } from "../run";

const now = new Date("2026-11-28T12:00:00Z");

const cluster = (...lines: string[]) =>
  `clusters:
  - name: prod
    region: eu-central-1
    hosting: s3-virtual-hosted
    bucket: acme-prod-oidc
${lines.map((line) => `    ${line}\n`).join("")}`;
const made = cluster("secretPrefix: talos");
const twoMade = cluster("secretPrefix: talos", "keys: [{ name: key }, { name: key-2 }]");
const promoted = twoMade.concat("    signingKey: key-2\n");

const [first, second] = keyVectors.map(({ kid, public_key_pem: pem }) => ({ kid, pem }));
if (first === undefined || second === undefined) throw new Error("no keys");
const own = cluster("keys: [{ name: sa, publicKeyFile: sa.pub }]");
const twoOwn = cluster(
  "keys: [{ name: sa, publicKeyFile: sa.pub }, { name: sa-2, publicKeyFile: sa-2.pub }]",
);
const pub = { "sa.pub": first.pem, "sa-2.pub": second.pem };

const issuerUrl = "https://acme-prod-oidc.s3.eu-central-1.amazonaws.com";
const jwksUri = `${issuerUrl}/keys.json`;
const outputs = (keyIds: readonly string[] | undefined) =>
  terraformOutput({ issuer_url: issuerUrl, key_ids: keyIds });
const jwks = (...kids: string[]) => JSON.stringify({ keys: kids.map((kid) => ({ kid })) });
const withHeaders = (modified: string, body: string) =>
  `HTTP/1.1 200 Connection established\r\n\r\nHTTP/2 200 \r\nLast-Modified: ${modified}\r\ncontent-type: application/json\r\n\r\n${body}`;
const tenOClock = "Sat, 28 Nov 2026 10:00:00 GMT";
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const token = (kid: string, at = now) =>
  `${part({ alg: "RS256", kid })}.${part({ iss: "https://x", iat: at.getTime() / 1000 })}.c2lnbmF0dXJl`;

beforeAll(() => {
  setClock(now);
});
afterAll(() => jest.useRealTimers());

interface Step {
  readonly step: string;
  readonly ready: boolean;
  readonly notBefore?: string;
  readonly checks: readonly { readonly name: string; readonly result: string }[];
  readonly commands: readonly string[];
}

async function plan(options: readonly string[], files: Record<string, string>) {
  const run = await irsa(["rotate", "prod", "--json", ...options], { files });
  return JSON.parse(run.stdout) as { to: string; steps: Step[]; keys: Record<string, unknown>[] };
}
describe("the plan", () => {
  test("is shown, and nothing is changed", async () => {
    const run = await irsa(["rotate", "prod"], { files: { "irsa.yaml": made } });
    expect(run).toMatchObject({ status: 0, written: {} });
    expect(run.stderr).toMatch(/^The kid of keys that Terraform makes is not known: /);
    expect(run.stdout).toMatch(/^Next step: stage key-2$/m);
    expect(run.stdout).toMatch(/^ {2}promote key-2: /m);
    expect(run.stdout).toMatch(/^ {2}retire key: /m);
    expect(run.stdout).toContain("Nothing has been changed: --next changes the configuration");
  });

  test("says what is not known, and how to find it out", async () => {
    const { stdout } = await irsa(["rotate", "prod"], { files: { "irsa.yaml": twoMade } });
    expect(stdout).toContain("[unknown] The kid of key-2 is not known");
    expect(stdout).toContain(`--jwks ${jwksUri}`);
  });

  test("takes the kid of each key from Terraform's outputs, and times from headers", async () => {
    const files = {
      "irsa.yaml": twoMade,
      "outputs.json": outputs(["kid-1", "kid-2"]),
      "jwks.txt": withHeaders(tenOClock, jwks("kid-1", "kid-2")),
      "server.json": jwks("kid-1", "kid-2"),
    };
    const evidence = ["--terraform-output", "outputs.json", "--jwks", "jwks.txt"];
    const { steps, keys } = await plan([...evidence, "--api-server-jwks", "server.json"], files);
    expect(keys[1]).toEqual({
      name: "key-2",
      state: "accepted",
      keyIds: ["kid-2"],
      isPublished: true,
      publishedSince: "2026-11-28T10:00:00Z",
    });
    expect(steps[0]).toMatchObject({ step: "promote", ready: true });
  });

  test("does not take outputs of other keys than these for theirs", async () => {
    const files = {
      "irsa.yaml": twoMade,
      "outputs.json": outputs(["kid-1"]),
      "jwks.txt": withHeaders(tenOClock, jwks("kid-1")),
    };
    const evidence = ["--terraform-output", "outputs.json", "--jwks", "jwks.txt"];
    const { keys } = await plan(evidence, files);
    expect(keys.map(({ keyIds }) => keyIds)).toEqual([[], []]);
  });

  describe("reads the published JWKS from its URL", () => {
    const { chain, key, root } = makeCertificates(["127.0.0.1"]);
    let server: Server;
    let url: string;
    beforeAll(async () => {
      server = createServer({ cert: chain, key }, (_, response) => {
        response.setHeader("last-modified", tenOClock).end(jwks(first.kid, second.kid));
      });
      url = `https://127.0.0.1:${await listen(server)}/keys.json`;
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });
    const nextKey = async (authorities: readonly string[]) => {
      const files = { "irsa.yaml": twoOwn, ...pub };
      const { stdout } = await irsa(["rotate", "prod", "--json", "--jwks", url], {
        files,
        authorities,
      });
      return (JSON.parse(stdout) as { keys: object[] }).keys[1];
    };

    test("with the time since when it is published", async () => {
      expect(await nextKey([root])).toMatchObject({
        isPublished: true,
        publishedSince: "2026-11-28T10:00:00Z",
      });
    });

    test("unless its host is not trusted", async () => {
      expect(await nextKey([])).not.toHaveProperty("isPublished");
    });
  });

  describe("from what irsa doctor has seen", () => {
    const missing = { missing: "not looked at" };
    const evidence = (collectedAt: string, cluster = "prod") => ({
      collectedAt,
      target: { cluster },
      intended: missing,
      published: {
        value: {
          discovery: { url: issuerUrl, status: 200, headers: {}, milliseconds: 1, body: "{}" },
          jwks: {
            url: jwksUri,
            status: 200,
            headers: { "last-modified": tenOClock },
            milliseconds: 1,
            body: jwks(first.kid, second.kid),
          },
        },
      },
      account: missing,
      roles: missing,
      apiServers: {
        value: [
          {
            endpoint: "https://10.0.0.1:6443",
            discovery: missing,
            jwks: { value: jwks(first.kid, second.kid) },
          },
        ],
      },
      token: {
        value: {
          header: { kid: first.kid, alg: "RS256" },
          claims: { iss: issuerUrl, iat: now.getTime() / 1000 },
          requestedAt: now.toISOString(),
        },
      },
      serviceAccount: missing,
      namespace: missing,
      webhook: missing,
      dryRun: missing,
      pods: missing,
      sts: missing,
      clocks: missing,
    });
    const files = (seen: object) => ({
      "irsa.yaml": twoOwn,
      ...pub,
      "seen/prod.json": JSON.stringify({ format: 1, evidence: seen }),
    });

    test("a step can be taken", async () => {
      const seen = evidence("2026-11-28T11:30:00Z");
      const run = await irsa(["rotate", "prod", "--from", "seen", "--next"], {
        files: files(seen),
      });
      expect([run.stderr, run.written]).toEqual([
        "",
        { "irsa.yaml": `${twoOwn}    signingKey: sa-2\n` },
      ]);
    });

    test.each([
      ["is older than an hour", evidence("2026-11-28T10:59:59Z")],
      ["has no evidence of prod", evidence("2026-11-28T11:30:00Z", "lab")],
    ])("evidence that %s is refused", async (reason, seen) => {
      const run = await irsa(["rotate", "prod", "--from", "seen", "--next"], {
        files: files(seen),
      });
      expect(run).toMatchObject({ status: 1, written: {} });
      expect(run.stderr).toContain(reason);
    });
  });

  test("goes by what the configuration says that the cluster runs", async () => {
    const says = async (line: string) => {
      const { steps } = await plan([], { "irsa.yaml": twoOwn.concat(`    ${line}\n`), ...pub });
      return [steps.map(({ step }) => step).join(" "), steps.flatMap(({ commands }) => commands)];
    };
    const [steps, commands] = await says("k3s: { dataDir: /data/k3s }");
    expect(steps).toBe("accept promote drain retire");
    expect(String(commands)).toContain("--signing-key-file /data/k3s/server/tls/service.key");
    const [, eksAnywhere] = await says("eksAnywhere: {}");
    expect(String(eksAnywhere)).not.toContain("cluster-config");
  });

  test("of a Talos cluster up to 1.13 has a window", async () => {
    const talos = twoMade.concat('    talos: { version: "1.12" }\n');
    const { steps } = await plan([], { "irsa.yaml": talos });
    expect(steps.map(({ step }) => step)).toEqual(["promote", "drain", "retire"]);
    expect(steps[0]).toHaveProperty("window");
  });
});

describe("--next", () => {
  const next = (files: Record<string, string>, ...options: string[]) =>
    irsa(["rotate", "prod", "--next", ...options], { files });

  test("stages a key that is made as the one that signs", async () => {
    const kept = cluster(
      "secretPrefix: talos",
      "keys: # one a year",
      "  - name: key-2026 # in Secrets Manager alone",
      "    keptIn: secrets-manager",
      "    algorithm: EC-P256",
    );
    const run = await next({ "irsa.yaml": kept }, "--to", "key-2027");
    expect(run.status).toBe(0);
    expect(run.written).toEqual({
      "irsa.yaml": `${kept}      - name: key-2027\n        algorithm: EC-P256\n        keptIn: secrets-manager\n`,
    });
    expect(run.stdout).toMatch(/^ {2}irsa synth prod$/m);
    expect(run.stdout).toMatch(/^ {2}terraform -chdir=cdktf.out\/stacks\/prod apply$/m);
  });

  test("stages the public half of a key of the cluster's own", async () => {
    const files = { "irsa.yaml": own, ...pub };
    const run = await next(files, "--public-key-file", "sa-2.pub");
    expect(run.written["irsa.yaml"]).toBe(
      own.replace("sa.pub }]", "sa.pub }, { name: sa-2, publicKeyFile: sa-2.pub }]"),
    );
    expect((await next(files)).stderr).toContain(
      "--public-key-file is missing: sa is a key of the cluster's own",
    );
  });

  test("names a file from the directory of the cluster's own file", async () => {
    const files = {
      "clusters/prod.yaml":
        "name: prod\nregion: eu-central-1\nbucket: acme-prod\nkeys:\n  - { name: sa, publicKeyFile: ../sa.pub }\n",
      ...pub,
    };
    const run = await next(files, "--public-key-file", "sa-2.pub");
    expect(run.written["clusters/prod.yaml"]).toBe(
      `${files["clusters/prod.yaml"]}  - name: sa-2\n    publicKeyFile: ../sa-2.pub\n`,
    );
  });

  test("lets the new key sign", async () => {
    const files = {
      "irsa.yaml": twoOwn,
      ...pub,
      "jwks.txt": withHeaders(tenOClock, jwks(first.kid, second.kid)),
      "server.json": jwks(first.kid, second.kid),
    };
    const run = await next(files, "--jwks", "jwks.txt", "--api-server-jwks", "server.json");
    expect(run.written).toEqual({ "irsa.yaml": `${twoOwn}    signingKey: sa-2\n` });
  });

  test("records when the old key has signed last, then retires it", async () => {
    const files = {
      "irsa.yaml": promoted,
      "outputs.json": outputs(["kid-1", "kid-2"]),
      token: token("kid-2"),
      "jwks.json": jwks("kid-1", "kid-2"),
    };
    const evidence = [
      "--terraform-output",
      "outputs.json",
      "--token",
      "token",
      "--jwks",
      "jwks.json",
    ];
    const drained = await next(files, ...evidence);
    const recorded = promoted.replace(
      "{ name: key }",
      "{ name: key, signedUntil: 2026-11-28T12:00:00Z }",
    );
    expect(drained.written).toEqual({ "irsa.yaml": recorded });

    const early = await next({ ...files, "irsa.yaml": recorded }, ...evidence);
    expect(early).toMatchObject({ status: 1, stdout: "", written: {} });
    expect(early.stderr).toContain("Its last token may be valid until 2026-11-29T12:00:00Z.");

    jest.setSystemTime(new Date("2026-11-29T12:00:00Z"));
    const fresh = { ...files, "irsa.yaml": recorded, token: token("kid-2", new Date()) };
    const retired = await next(fresh, ...evidence);
    jest.setSystemTime(now);
    expect(retired.written).toEqual({
      "irsa.yaml": promoted
        .replace("[{ name: key }, { name: key-2 }]", "[{ name: key-2 }]")
        .concat("    retiredKeys:\n      - key\n"),
    });
  });

  test("prints the next command with what the plan was made from", async () => {
    const given = [
      ...["--token-lifetime", "48h", "--published-since", "2026-11-28T10:00:00Z"],
      ...["--terraform-output", "outputs.json", "--hard-cut"],
    ];
    const { stdout } = await irsa(["rotate", "prod", ...given], {
      files: { "irsa.yaml": twoOwn, ...pub, "outputs.json": outputs([first.kid, second.kid]) },
    });
    expect(stdout).toContain(
      "--terraform-output outputs.json --published-since 2026-11-28T10:00:00Z --token-lifetime 48h --hard-cut",
    );
  });

  test("refuses a step whose checks have not passed, with every reason", async () => {
    const files = {
      "irsa.yaml": twoOwn,
      ...pub,
      "jwks.txt": withHeaders(tenOClock, jwks(first.kid)),
      "server.json": jwks(first.kid, second.kid),
    };
    const run = await next(files, "--jwks", "jwks.txt", "--api-server-jwks", "server.json");
    expect(run).toMatchObject({ status: 1, stdout: "", written: {} });
    expect(run.stderr).toContain("promote sa-2, is not safe yet; nothing has been changed");
    expect(run.stderr).toContain(`The JWKS does not contain sa-2 (kid ${second.kid})`);
  });

  test("leaves a step in the cluster to the user", async () => {
    const files = { "irsa.yaml": twoOwn, ...pub, "jwks.json": jwks(first.kid, second.kid) };
    const run = await next(files, "--jwks", "jwks.json");
    expect(run).toMatchObject({ status: 1, written: {} });
    expect(run.stderr).toContain("is done in the cluster: accept sa-2");
  });

  test("reports what it wrote as JSON, too", async () => {
    const { stdout } = await next({ "irsa.yaml": made }, "--json");
    const { written, steps } = JSON.parse(stdout) as { written: string[]; steps: Step[] };
    expect([written, steps[0]?.step]).toEqual([["irsa.yaml"], "stage"]);
  });
});

describe("every command that the plan prints is one", () => {
  const distributions = ["kubeadm", "k3s", "rke2", "k0s", "microk8s", "talos"];
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

  test.each(
    distributions.flatMap((distribution) => [
      [distribution, "made", twoMade],
      [distribution, "of its own", twoOwn],
    ]),
  )("%s, with a key %s", async (distribution, _kind, config) => {
    const files = { "irsa.yaml": config, ...pub };
    const version = distribution === "talos" ? ["--talos-version", "1.13.6"] : [];
    const { steps } = await plan(["--distribution", distribution, ...version], files);
    const commands = steps
      .flatMap((step) => step.commands)
      .flatMap((line) => /(?:^|\| )irsa (.*)$/.exec(line)?.[1] ?? []);
    expect(commands.some((line) => line.startsWith("cluster-config "))).toBe(true);
    const signingKey = Buffer.from(pemKeys.pkcs1).toString("base64");
    const input = terraformOutput({ signing_key: config === twoMade ? signingKey : undefined });
    for (const line of commands) {
      const key = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
      const run = await irsa(line.split(" "), {
        files: { ...files, "sa-2.key": key },
        input,
      });
      expect([line, run.status, run.status === 0 ? "" : run.stderr]).toEqual([line, 0, ""]);
    }
  });
});

describe("bad input: a sentence, and nothing is changed", () => {
  const secret = "eyJhbGciOiJSUzI1NiJ9.not-json.signature";
  test.each<[string, string[], Record<string, string>, string]>([
    [
      "no such cluster",
      ["nope"],
      { "irsa.yaml": made },
      'the cluster must be one of prod, got "nope"',
    ],
    [
      "an issuer made elsewhere",
      ["prod"],
      {
        "irsa.yaml":
          "clusters: [{ name: prod, region: eu-central-1, hosting: existing, issuerUrl: https://x.example }]",
      },
      "the issuer of prod is made elsewhere",
    ],
    [
      "a stack with variables",
      ["irsa"],
      { "irsa.yaml": "backend: { type: local }\n" },
      "the configuration has no clusters",
    ],
    [
      "a token that is none",
      ["prod", "--token", "t"],
      { "irsa.yaml": made, t: secret },
      "--token t must be a ServiceAccount token",
    ],
    [
      "a JWKS that is none",
      ["prod", "--jwks", "j"],
      { "irsa.yaml": made, j: "{}" },
      "--jwks j must be a JWKS",
    ],
    [
      "a JWKS of an API server that is none",
      ["prod", "--api-server-jwks", "j"],
      { "irsa.yaml": made, j: "[]" },
      "--api-server-jwks j must be a JWKS",
    ],
    ["no https", ["prod", "--jwks", "http://x.example/k"], { "irsa.yaml": made }, "https URL"],
    [
      "outputs without key IDs",
      ["prod", "--terraform-output", "o"],
      { "irsa.yaml": made, o: outputs(undefined) },
      "Terraform's output key_ids is missing",
    ],
    [
      "no distribution",
      ["prod", "--distribution", "x"],
      { "irsa.yaml": made },
      "--distribution must be one of talos",
    ],
    [
      "no Kubernetes version",
      ["prod", "--distribution", "k0s", "--kubernetes-version", "1.x"],
      { "irsa.yaml": made },
      "--kubernetes-version must be",
    ],
    [
      "no Talos version",
      ["prod", "--talos-version", "x"],
      { "irsa.yaml": made },
      "--talos-version must be a Talos version",
    ],
    [
      "no time",
      ["prod", "--published-since", "today"],
      { "irsa.yaml": made },
      "--published-since must be a time",
    ],
    [
      "no duration",
      ["prod", "--token-lifetime", "1"],
      { "irsa.yaml": made },
      "--token-lifetime must be minutes",
    ],
    ["no name of a key", ["prod", "--to", "a b"], { "irsa.yaml": made }, "--to must begin with"],
    [
      "several keys that could be next",
      ["prod"],
      { "irsa.yaml": cluster("secretPrefix: t", "keys: [{ name: a }, { name: b }, { name: c }]") },
      "--to is missing: several keys could sign next: b, c",
    ],
    [
      "a public key for a key that is there",
      ["prod", "--next", "--public-key-file", "sa-2.pub"],
      { "irsa.yaml": twoOwn, ...pub },
      "--public-key-file is for a new key",
    ],
    [
      "a public key that is none",
      ["prod", "--next", "--public-key-file", "nope.pub"],
      { "irsa.yaml": own, ...pub },
      "must name a file",
    ],
  ])("%s", async (_name, argv, files, message) => {
    const run = await irsa(["rotate", ...argv], { files });
    expect(run).toMatchObject({ status: 1, stdout: "", written: {} });
    expect(run.stderr).toContain(message);
    expect(run.stderr).not.toContain("eyJ");
  });

  test("a new key that a secret of the user's would have to contain", async () => {
    const stored = cluster("keys: [{ name: key, secretId: talos/prod }]");
    const run = await irsa(["rotate", "prod", "--next"], { files: { "irsa.yaml": stored } });
    expect(run).toMatchObject({ status: 1, written: {} });
    expect(run.stderr).toContain(
      "key is in a secret of your own: add the new key to keys in irsa.yaml",
    );
  });

  test("a key of the configuration whose kid is that of the public key", async () => {
    const [key] = await readPublicKeys(first.pem);
    const { keys } = await plan([], { "irsa.yaml": own, ...pub });
    expect(keys[0]).toMatchObject({ keyIds: [key?.kid] });
  });
});
