/** Draws the picture of README.md, the report of examples/many-clusters: `npm run report:picture`. Needs Chromium. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { processIo } from "../cli/io/io";
import { createProgram } from "../cli/program";
import { Browser, findBrowser } from "../sandbox/browser";

const root = join(__dirname, "..");
const picture = join(root, "docs/images/trust-report.png");

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "irsa-picture-"));
  const { command } = await findBrowser();
  const browser = await Browser.start(command);
  try {
    const config = join(root, "examples/many-clusters/irsa.yaml");
    const out = join(directory, "report.html");
    const argv = ["report", "--config", config, "--out", out];
    if ((await createProgram(processIo()).run(argv)) !== 0) throw new Error("no report");
    await browser.emulate({ width: 1080 });
    await browser.open(pathToFileURL(out).href);
    mkdirSync(dirname(picture), { recursive: true });
    const end = 'document.querySelector(".picture").getBoundingClientRect().bottom + 24';
    writeFileSync(picture, await browser.screenshot(await browser.evaluate<number>(end)));
  } finally {
    await browser.stop();
    rmSync(directory, { recursive: true });
  }
}

void main();
