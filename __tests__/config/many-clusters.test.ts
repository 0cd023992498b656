import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { parseConfig } from "../../config/load";
import { addStacks } from "../../stacks/add-stacks";
import { contents } from "../support/golden";

const ways = [
  { bucket: "s3", secretPrefix: "talos" },
  {
    hosting: "s3-virtual-hosted",
    bucket: "virtual",
    secretPrefix: "talos",
    jwksComputation: "functions",
  },
  {
    hosting: "cloudfront",
    bucket: "cloudfront",
    keys: [{ name: "a" }, { name: "b" }],
    secret: "none",
  },
  {
    bucket: "functions",
    secretPrefix: "talos",
    jwksComputation: "functions",
    thumbprint: "none",
  },
];

const clusters = Array.from({ length: 80 }, (_, index) => {
  const { bucket, ...way } = ways[index % ways.length] ?? { bucket: "" };
  const name = `cluster-${index}`;
  return { name, region: "eu-central-1", bucket: `acme-${bucket}-${index}`, ...way };
});

async function synthesized(chosen: readonly object[]): Promise<string> {
  const config = await parseConfig(JSON.stringify({ clusters: chosen }), "irsa.yaml");
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "irsa-many-")) });
  addStacks(app, config);
  app.synth();
  return join(app.outdir, "stacks");
}

test("a cluster among 80 is to the byte what it is alone", async () => {
  const all = await synthesized(clusters);
  expect(readdirSync(all)).toHaveLength(80);
  for (const cluster of [...clusters.slice(0, 4), ...clusters.slice(-4)]) {
    const alone = await synthesized([cluster]);
    expect(contents(join(all, cluster.name))).toEqual(contents(join(alone, cluster.name)));
  }
});
