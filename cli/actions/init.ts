import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigError } from "../../config/config-error";
import { parseConfig } from "../../config/load";
import { formatViolation } from "../../modules/validation";
import { answerFaults } from "../input/answers";
import { hasCi, hasOwnKey, type InitAnswers, initQuestions } from "../input/init-questions";
import type { Action, Host } from "../io/host";
import { presentable } from "../io/presentable";
import { UsageError } from "../io/usage-error";
import { reportWritten } from "../output/result";
import { terraformIn } from "../output/terraform-command";
import { writeFiles } from "../output/write-files";
import { cdktfFile, configurationFile, gitignoreFile } from "./init/files";
import { githubActionsFiles } from "./init/github-actions";
import { gitlabCiFiles } from "./init/gitlab-ci";

/** Options of the command. */
export interface InitOptions extends InitAnswers {
  readonly out?: string;
  readonly yes?: boolean;
  readonly cdktf?: boolean;
  readonly gitignore?: boolean;
  readonly json?: boolean;
}

export const init: Action<InitOptions> = async (options, host) => {
  const { out = ".", json = false } = options;
  // Before any question: nobody answers eleven of them for nothing.
  refuseExisting(filesFor(options), out, host);
  assertSound(options, { onlyGiven: true });
  const isTerminal = host.io.stdin.isTTY === true && host.io.stderr.isTTY === true;
  const answers = await answersTo(options, isTerminal && options.yes !== true, host);
  assertSound(answers, { onlyGiven: false });
  const files = filesFor({ ...options, ...answers });
  refuseExisting(files, out, host);
  await assertValid(configurationFile(answers), resolve(host.io.cwd, out, "irsa.yaml"));
  const texts = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, { text }]));
  await reportWritten(writeFiles(host, out, texts), host, json);
  await host.note(nextSteps(answers));
};

/** What is written, by path; of files that depend on a later answer, those that are certain. */
function filesFor({
  cdktf = false,
  gitignore = true,
  ...answers
}: InitOptions): Record<string, string> {
  return {
    "irsa.yaml": configurationFile(answers),
    ...(cdktf ? { "cdktf.json": cdktfFile } : {}),
    ...(gitignore ? { ".gitignore": gitignoreFile } : {}),
    ...(answers.ci === "github-actions" ? githubActionsFiles : {}),
    ...(answers.ci === "gitlab-ci" ? gitlabCiFiles : {}),
  };
}

/** @throws {UsageError} with each file that is there already, whatever it contains */
function refuseExisting(files: Record<string, string>, directory: string, { io }: Host): void {
  const there = Object.keys(files)
    .map((file) => join(directory, file))
    .filter((path) => existsSync(resolve(io.cwd, path)));
  if (there.length === 0) return;
  const remedies = there.some((path) => path.endsWith(".gitignore"))
    ? "write elsewhere with --out, or leave .gitignore alone with --no-gitignore"
    : "write elsewhere with --out";
  throw new UsageError(
    `nothing was written, because these exist: ${there.map(presentable).join(", ")}; ${remedies}`,
  );
}

async function answersTo(
  options: InitOptions,
  isAsking: boolean,
  host: Host,
): Promise<InitAnswers> {
  const asked = isAsking
    ? await (await import("../input/ask.ts")).askQuestions(initQuestions, options, host)
    : options;
  let answers: InitAnswers = {};
  for (const { property, otherwise, applies } of initQuestions) {
    const answer = asked[property] ?? (applies?.(answers) === false ? undefined : otherwise);
    answers = { ...answers, [property]: answer };
  }
  return answers;
}

/** @throws {UsageError} with each flag that is missing, of no use or wrong */
function assertSound(answers: InitAnswers, { onlyGiven }: { readonly onlyGiven: boolean }): void {
  const sentences = initQuestions.flatMap((question) => {
    const { property, flag, message, applies, isOptional } = question;
    const answer = answers[property];
    if (!onlyGiven && applies?.(answers) === false) {
      return answer === undefined
        ? []
        : [`${flag} does not go with the other answers: leave it out`];
    }
    if (answer !== undefined)
      return answerFaults(question, answer, answers).map((fault) => `${flag} ${fault}`);
    return onlyGiven || isOptional?.(answers) === true ? [] : [`${flag} is missing: ${message}`];
  });
  if (sentences.length > 0) throw new UsageError(sentences.join("\n"));
}

/** @throws {UsageError} the configuration would not pass `irsa validate`, such as for a file that it names */
async function assertValid(text: string, file: string): Promise<void> {
  try {
    await parseConfig(text, file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const flagOf = (name: string | number | undefined) =>
      initQuestions.find(({ property }) => property === name)?.flag;
    const sentences = error.problems.map((problem) =>
      formatViolation(problem, (path) => flagOf(path.at(-1)) ?? path.join(".")),
    );
    throw new UsageError(`nothing was written:\n${sentences.join("\n")}`);
  }
}

function nextSteps(answers: InitAnswers): string {
  const { name, distribution = "" } = answers;
  const needsKey = !hasOwnKey(answers) && distribution !== "talos";
  const stack = `cdktf.out/stacks/${name}`;
  return `Next:
  npx self-hosted-irsa synth
  ${terraformIn(stack, "init")}
  ${terraformIn(stack, "apply")}
${hasCi(answers) ? "or make the roles that the jobs take, as docs/guides/fleets.md of self-hosted-irsa says,\n" : ""}and have the cluster sign under the issuer:
  npx self-hosted-irsa cluster-config ${name}${needsKey ? ` --private-key-out sa.key` : ""} --out ${name}.yaml`;
}
