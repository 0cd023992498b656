import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { App, Testing } from "cdktf";

/** Both the app of CDKTF's test kit and a plain one leave their output behind. */
test("what tests leave behind is below the directory of the run, which is removed", () => {
  expect(basename(tmpdir())).toMatch(/^irsa-run-/);
  Testing.app();
  new App();
  expect(readdirSync(tmpdir())).toContainEqual(expect.stringMatching(/^cdktf\.outdir\./));
});
