import { irsa } from "./files";

/** Pipelines of GitLab: plan each stack in merge requests, and apply it on the default branch. */
export const gitlabCiFiles: Readonly<Record<string, string>> = {
  ".gitlab-ci.yml": `# Plans each stack in a merge request, and applies it after the merge, with no key of AWS in GitLab: see
# .gitlab/irsa.yml. The jobs of the stacks are a child pipeline, written here.
stages: [synth, stacks]

workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH

synth:
  stage: synth
  image: node:22-slim
  script:
    - ${irsa} synth
    - ${irsa} list --json > stacks.json
    - |
      node --eval '
        const stacks = JSON.parse(fs.readFileSync("stacks.json", "utf8"));
        const jobs = stacks.flatMap(({ name, directory, region, partition, accountId = "$AWS_ACCOUNT_ID" }) => {
          const account = { PARTITION: partition, ACCOUNT_ID: accountId };
          const variables = { STACK: name, DIRECTORY: directory, AWS_REGION: region, ...account };
          return ["plan", "apply"].map((job) => [job + " " + name, { extends: "." + job, variables }]);
        });
        fs.writeFileSync("jobs.yml", JSON.stringify(Object.fromEntries(jobs), null, 2));
      '
  artifacts:
    paths: [cdktf.out, jobs.yml]
    expire_in: 1 week

stacks:
  stage: stacks
  needs: [synth]
  variables:
    SYNTH_PIPELINE_ID: $CI_PIPELINE_ID
  trigger:
    include:
      - local: .gitlab/irsa.yml
      - artifact: jobs.yml
        job: synth
    strategy: depend
`,
  ".gitlab/irsa.yml": `# What the jobs of each stack have in common. The roles irsa-plan and irsa-apply trust GitLab's OpenID provider with
# the audience sts.amazonaws.com. They are looked up in the stack's account, or in the account that the project's
# variable AWS_ACCOUNT_ID names.
.terraform:
  image:
    name: hashicorp/terraform:1.11.4
    entrypoint: [""]
  id_tokens:
    AWS_ID_TOKEN:
      aud: sts.amazonaws.com
  needs:
    - pipeline: $SYNTH_PIPELINE_ID
      job: synth
  before_script:
    - export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)" AWS_ROLE_SESSION_NAME="gitlab-$CI_JOB_ID"
    - printf '%s' "$AWS_ID_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"
    - apk add --no-cache nodejs # for the program that computes the JWKS
    - cd "$DIRECTORY"
    - terraform init -input=false

.plan:
  extends: .terraform
  rules:
    - if: $CI_MERGE_REQUEST_ID
  variables:
    AWS_ROLE_ARN: arn:$PARTITION:iam::$ACCOUNT_ID:role/irsa-plan
  interruptible: true
  script:
    # Without a lock, since a role that only reads cannot take one.
    - terraform plan -input=false -lock=false

.apply:
  extends: .terraform
  rules:
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  resource_group: irsa-$STACK
  environment: $STACK
  variables:
    AWS_ROLE_ARN: arn:$PARTITION:iam::$ACCOUNT_ID:role/irsa-apply
  script:
    - terraform apply -input=false -auto-approve
`,
};
