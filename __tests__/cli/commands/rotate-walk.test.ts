import { setClock } from "../../support/clock";
import { irsa } from "../run";
import {
  accept,
  day,
  forRandomWaits,
  hour,
  makeKey,
  rolesYaml,
  sign,
  type Signer,
  walk,
  World,
} from "./walk";

const issuer = "https://acme-prod-oidc.s3.eu-central-1.amazonaws.com";
const oldKey: Signer = { name: "sa", issuer, key: makeKey() };
const newKey: Signer = { name: "sa-2", issuer, key: makeKey() };

const start = `# the signing key of prod is changed every year
clusters:
  - name: prod
    region: eu-central-1
    hosting: s3-virtual-hosted
    bucket: acme-prod-oidc
    keys:
      - name: sa # made by kubeadm
        publicKeyFile: sa.pub
${rolesYaml}`;

const newWorld = (takesOne: boolean) =>
  World.start({
    files: { "irsa.yaml": start, "sa.pub": oldKey.key.pem, "sa-2.pub": newKey.key.pem },
    issuers: { "": issuer },
    signing: oldKey,
    takesOne,
    cacheSeconds: hour,
  });

const jwksOf = ({ documents }: World["present"]) => documents.get(issuer)?.jwks ?? "";

/** Since when the JWKS has been as it is. */
function publishedSince({ applied }: World): number {
  const changed = applied.filter((each, at) => {
    const former = applied[at - 1];
    return former === undefined || jwksOf(former) !== jwksOf(each);
  });
  return changed.at(-1)?.since ?? 0;
}

/** Runs `irsa rotate` with everything that can be known. */
async function rotate(world: World, options: readonly string[]) {
  const since = new Date(publishedSince(world) * 1000).toUTCString();
  const evidence: Record<string, string> = {
    "jwks.txt": `HTTP/2 200 \r\nlast-modified: ${since}\r\n\r\n${jwksOf(world.present)}`,
  };
  const flags = ["--jwks", "jwks.txt"];
  for (const [index, { signing, accepted }] of world.nodes.entries()) {
    evidence[`server-${index}`] = JSON.stringify({
      keys: accepted.map(({ key: { kid } }) => ({ kid })),
    });
    evidence[`token-${index}`] = await world.token(signing);
    flags.push("--api-server-jwks", `server-${index}`, "--token", `token-${index}`);
  }
  const files = { ...world.files, ...evidence };
  return irsa(["rotate", "prod", "--json", ...flags, ...options], { files });
}

const change = {
  target: newKey,
  run: rotate,
  first: ["--public-key-file", "sa-2.pub"],
  toAccept: /next step of prod(, accept sa-2,| is done in the cluster: accept sa-2)/,
};

// Each walk synthesizes five times.
jest.setTimeout(120_000);

beforeAll(() => {
  setClock(0);
});
afterAll(() => jest.useRealTimers());

test.each([
  ["several keys", false, ["stage", "accept", "promote", "drain", "retire"]],
  ["one key", true, ["stage", "promote", "drain", "retire"]],
] as const)(
  "%s: no token is refused from the first step to the last",
  async (_name, takesOne, steps) => {
    await forRandomWaits(async (waits) => {
      const world = await newWorld(takesOne);
      expect(await walk(world, waits, change)).toEqual(steps);
      expect(world.files["irsa.yaml"]).toBe(
        start.replace(
          /keys:\n.*\n.*\n/,
          "keys:\n      - name: sa-2\n        publicKeyFile: sa-2.pub\n    signingKey: sa-2\n    retiredKeys:\n      - sa\n",
        ),
      );
      expect(JSON.parse(jwksOf(world.present))).toMatchObject({ keys: [{ kid: newKey.key.kid }] });
    });
  },
);

describe("the observer notices", () => {
  const both = start.replace(
    "        publicKeyFile: sa.pub\n",
    (line) => `${line}      - { name: sa-2, publicKeyFile: sa-2.pub }\n`,
  );

  test("a key that signs before caches have it", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    await world.configure(accept(newKey));
    await world.wait(hour - 1);
    await expect(world.configure(sign(newKey))).rejects.toThrow("AWS refuses: no key of the JWKS");
  });

  test("a key that signs before every API server accepts it", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    await world.wait(hour);
    const change = world.configure(accept(newKey), sign(newKey));
    await expect(change).rejects.toThrow("an API server refuses a token");
  });

  test("a key that is retired before its last token has expired", async () => {
    const world = await newWorld(false);
    world.files["irsa.yaml"] = both;
    await world.apply();
    await world.configure(accept(newKey));
    await world.wait(hour);
    await world.configure(sign(newKey));
    await world.wait(day - 2 * hour);
    world.files["irsa.yaml"] = both
      .replace(/ {6}- name: sa .*\n.*\n/, "")
      .concat("    retiredKeys: [sa]\n");
    await expect(world.apply()).rejects.toThrow("AWS refuses: no key of the JWKS");
  });
});
