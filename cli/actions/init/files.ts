import { defaultKeyFile } from "../../../config/distributions";
import { version } from "../../../package.json";
import { hasOwnKey, type InitAnswers } from "../../input/init-questions";

/** What jobs run in place of an installed command: this release of the package. */
export const irsa = `npx --yes self-hosted-irsa@${version}`;

/** A configuration of one cluster, for people to read on and change. */
export function configurationFile(answers: InitAnswers): string {
  const { name = "", region = "", hosting = "", accountId = "", stateBucket = "" } = answers;
  const place =
    hosting === "self-published"
      ? `    issuerUrl: ${answers.issuerUrl}\n`
      : `    bucket: ${answers.bucket} # made by Terraform\n`;
  const account =
    accountId === "" ? "" : `    accountId: "${accountId}" # a plan in any other account fails\n`;
  return `# yaml-language-server: $schema=https://unpkg.com/self-hosted-irsa@${version}/irsa.schema.json
# Every property: docs/reference/configuration.md of self-hosted-irsa. Check with: npx self-hosted-irsa validate
${backend(stateBucket, region)}clusters:
  - name: ${name}
${distributionProperty(answers)}    region: ${region}
${account}    hosting: ${hosting}
${place}${keys(answers)}    # Roles for ServiceAccounts, such as:
    # serviceAccountRoles:
    #   - name: ${name}-irsa-smoke-test
    #     serviceAccounts: [irsa-smoke-test/irsa-smoke-test]
    #     awsManagedPolicies: [AmazonS3ReadOnlyAccess]
`;
}

/** What `irsa cluster-config NAME` needs to know. */
function distributionProperty({ distribution = "" }: InitAnswers): string {
  if (distribution === "talos") {
    return `    talos:
      version: "1.13" # what runs on the control plane; from 1.14 on add controlPlaneEndpoint
`;
  }
  if (distribution === "") return "";
  if (distribution === "eks-anywhere") return "    eksAnywhere: {}\n";
  const file = defaultKeyFile(distribution as Parameters<typeof defaultKeyFile>[0]);
  return `    ${distribution}:
      signingKeyFile: ${file} # on each control-plane node; cluster-config --private-key-out writes it
`;
}

function keys(answers: InitAnswers): string {
  if (hasOwnKey(answers)) {
    return `    # The cluster signs with its own key; this is the public half.
    keys:
      - name: cluster
        publicKeyFile: ${JSON.stringify(answers.publicKeyFile)}
`;
  }
  return `    # The private key is in Secrets Manager alone, and in no state.
    secretPrefix: ${answers.secretPrefix}
    keys:
      - name: key
        keptIn: secrets-manager
`;
}

function backend(bucket: string, region: string): string {
  if (bucket === "") return "";
  return `# Where Terraform keeps its state; each stack has an address of its own in the bucket.
backend:
  type: s3
  config:
    bucket: ${bucket}
    region: ${region}
    use_lockfile: true
`;
}

/** What Git leaves alone: stacks are written again, and state is nobody's to commit. */
export const gitignoreFile = `cdktf.out/
irsa-modules/
node_modules/
.terraform/
*.tfstate
*.tfstate.*
`;

/** What makes the command the app of CDKTF's own command line, for `cdktf deploy`. */
export const cdktfFile = `${JSON.stringify(
  {
    language: "typescript",
    app: `${irsa} synth`,
    sendCrashReports: "false",
  },
  null,
  2,
)}
`;
