import { irsa } from "./files";

const checkout = `- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false`;

/** The steps that plan and apply have in common. */
const prepare = (role: string) => `${checkout}
      - uses: hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1
        with:
          terraform_version: 1.11.4
          terraform_wrapper: false
      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c # v6.2.3
        with:
          role-to-assume: arn:\${{ matrix.stack.partition }}:iam::\${{ matrix.stack.accountId || vars.AWS_ACCOUNT_ID }}:role/${role}
          aws-region: \${{ matrix.stack.region }}
      - run: ${irsa} synth "$STACK"
      - run: terraform init -input=false
        working-directory: \${{ matrix.stack.directory }}`;

const matrix = `strategy:
      fail-fast: false
      matrix:
        stack: \${{ fromJSON(needs.stacks.outputs.stacks) }}
    env:
      STACK: \${{ matrix.stack.name }}`;

/** A workflow of GitHub Actions: plans each stack on pull requests, and applies it after the merge. */
export const githubActionsFiles: Readonly<Record<string, string>> = {
  ".github/workflows/irsa.yml": `# Plans each stack on a pull request, and applies it after the merge, with no key of AWS in GitHub: the roles
# irsa-plan and irsa-apply trust GitHub's OpenID provider. They are looked up in the stack's account, or in the
# account that the repository's variable AWS_ACCOUNT_ID names.
name: irsa
on:
  pull_request:
  push:
    branches: [main]
permissions:
  contents: read
defaults:
  run:
    shell: bash # with pipefail
jobs:
  stacks:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    outputs:
      stacks: \${{ steps.list.outputs.stacks }}
    steps:
      ${checkout}
      - id: list
        run: |
          stacks="$(${irsa} list --json)"
          echo "stacks=$stacks" >> "$GITHUB_OUTPUT"

  plan:
    if: github.event_name == 'pull_request'
    needs: stacks
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read
      id-token: write
    concurrency:
      group: irsa-plan-\${{ github.ref }}-\${{ matrix.stack.name }}
      cancel-in-progress: true
    ${matrix}
    steps:
      ${prepare("irsa-plan")}
      # Without a lock, since a role that only reads cannot take one.
      - run: terraform plan -input=false -lock=false -no-color | tee -a "$GITHUB_STEP_SUMMARY"
        working-directory: \${{ matrix.stack.directory }}

  apply:
    if: github.event_name == 'push'
    needs: stacks
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: read
      id-token: write
    environment: irsa-apply
    concurrency:
      group: irsa-apply-\${{ matrix.stack.name }}
      cancel-in-progress: false
    ${matrix}
    steps:
      ${prepare("irsa-apply")}
      - run: terraform apply -input=false -auto-approve -no-color
        working-directory: \${{ matrix.stack.directory }}
`,
};
