// Synthesizes every example below the directory that is named: a program, for a test that runs it apart.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { loadConfig } from "../../config/load";
import { addStacks } from "../../stacks/add-stacks";

async function main(directory: string): Promise<void> {
  const examples = join(__dirname, "../../examples");
  for (const example of readdirSync(examples)) {
    const config = await loadConfig({ file: join(examples, example, "irsa.yaml") });
    const app = new App({ outdir: join(directory, example), skipValidation: true });
    addStacks(app, config);
    app.synth();
  }
}

void main(process.argv[2] ?? "");
