import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Config } from "../../config/load";
import type { TerraformJson } from "../../modules/report";
import { stackNames } from "../../stacks/add-stacks";
import type { Host } from "../io/host";
import { writeAllStacks } from "./write-stacks";

/** The stacks as `irsa synth` writes them, by their names; nothing of them stays on the disk. */
export async function readStacks(
  config: Config,
  host: Host,
): Promise<ReadonlyMap<string, TerraformJson>> {
  const out = mkdtempSync(join(tmpdir(), "irsa-report-"));
  try {
    await writeAllStacks(host, config, { out, hcl: false });
    return new Map(
      stackNames(config).map((name) => {
        const text = readFileSync(join(out, "stacks", name, "cdk.tf.json"), "utf8");
        return [name, JSON.parse(text) as TerraformJson];
      }),
    );
  } finally {
    rmSync(out, { recursive: true });
  }
}
