import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../../config/config-error";
import { parseConfig } from "../../config/load";
import { keyFiles, refusedConfigs } from "../fixtures/refused-configs";

const directory = mkdtempSync(join(tmpdir(), "irsa-config-"));
for (const [name, text] of Object.entries(keyFiles)) writeFileSync(join(directory, name), text);

async function problemsOf(text: string): Promise<[line: number, told: string][]> {
  try {
    await parseConfig(text, join(directory, "irsa.yaml"));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split("\n").map((text) => {
      const [, line, says = ""] = /^\S+\.yaml:(\d+):\d+ (.*)$/.exec(text) ?? [];
      return [Number(line), says];
    });
  }
  return [];
}

test("the table has its hundred rows, each its own text and title", () => {
  expect(refusedConfigs.length).toBeGreaterThanOrEqual(100);
  expect(new Set(refusedConfigs.map(({ text }) => text)).size).toBe(refusedConfigs.length);
});

describe("an irsa.yaml is refused for what is wrong with it, at its line, and for nothing else", () => {
  test.each(refusedConfigs.map(({ name, text, problems }) => [name, text, problems] as const))(
    "%s",
    async (_name, text, problems) => {
      expect(await problemsOf(text)).toEqual(
        problems.map(([line, says]): unknown[] => [line, expect.stringContaining(says)]),
      );
    },
  );
});
