import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { LocalCloud } from "../../sandbox/local-cloud";
import { baseEnvironment } from "../../sandbox/terraform-runner";
import { createCheckout, readBlocks, runBlocks } from "../support/guide";
import { describeWith } from "./support/describe-with";

/** Blocks that need AWS run one after the other: those of a guide in the stack that the first document made. */
const sessions = [
  [
    "README.md",
    "docs/guides/roles.md",
    "docs/guides/talos.md",
    "docs/guides/state-and-backends.md",
  ],
  ["docs/guides/kubeadm.md"],
  ["docs/guides/terraform-modules.md"],
];

describeWith(["terraform", "aws", "tls", "external", "emulator", "openssl"], "with AWS", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  test.each(sessions)("the commands of %s run, block by block", async (...paths) => {
    await cloud.reset();
    const checkout = createCheckout();
    const { directory } = checkout;
    try {
      const [first = "", ...others] = paths;
      const blocks = [
        ...readBlocks(first),
        ...others.flatMap(readBlocks).filter(({ info }) => info === "needs AWS"),
      ];
      await runBlocks(paths.join(", "), blocks, directory, {
        given: "AWS",
        env: environment(directory),
      });
    } finally {
      checkout.remove();
    }
  });

  function environment(directory: string): NodeJS.ProcessEnv {
    const { binary = "terraform", pluginDirectories = [] } = capabilitiesOfRun() ?? {};
    const bin = join(directory, ".terraform-bin");
    mkdirSync(bin);
    // The documents say `terraform`; what runs is the binary of this test run.
    const program = [dirname(binary), ...(process.env.PATH ?? "").split(delimiter)]
      .map((parent) => join(parent, basename(binary)))
      .find((path) => path.startsWith("/") && existsSync(path));
    if (program !== undefined) symlinkSync(program, join(bin, "terraform"));
    return {
      ...baseEnvironment(),
      ...cloud.tls?.env,
      PATH: `${bin}:${process.env.PATH ?? ""}`,
      AWS_ENDPOINT_URL: cloud.proxy.url,
      TF_CLI_ARGS_init: pluginDirectories.map((each) => `-plugin-dir=${each}`).join(" "),
      TF_CLI_ARGS_apply: "-auto-approve",
    };
  }
});
