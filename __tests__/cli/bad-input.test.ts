import { keys } from "../modules/cluster/keys";
import {
  base64Key,
  command,
  directory,
  formerIssuer,
  irsa,
  issuer,
  ownKey,
  runIn,
  terraformOutput,
} from "./run";

const files = {
  "outputs.json": terraformOutput(),
  "no-key.json": terraformOutput({ signing_key: undefined }),
  "sa.key": keys.pkcs1,
  "pkcs8.key": keys.pkcs8,
  "former.pub": keys.formerPublicKey,
  "weak.key": keys.weak,
  "encrypted.key": keys.encrypted,
  taken: "a file",
};
const roleArn = "arn:aws:iam::111122223333:role/reader";
const given = `--issuer-url ${issuer} --private-key sa.key`;
const one = `service-accounts --namespace backup --service-account-name velero --role-arn ${roleArn}`;
const smoke = `smoke-test --region eu-central-1 --role-arn ${roleArn}`;
const state = '{"version":4,"terraform_version":"1.13.0"}';
const reference = /^give .+Terraform's output \w+ \(terraform output -json \w+, on standard input/;

/** Title, arguments, standard input, and a pattern for each sentence, in their order. */
type Row = [title: string, argv: string, input: string, sentences: (string | RegExp)[]];

const sources: Row[] = [
  [
    "nothing",
    "cluster-config talos",
    "",
    [reference, /^--talos-version is missing/, /^give --keep-key or --private-key/],
  ],
  ["no issuer", "cluster-config kubeadm", "", [reference]],
  ["no issuer for k3s", "cluster-config k3s", " \n", [/^give --issuer-url/]],
  [
    "nothing for EKS Anywhere",
    "cluster-config eks-anywhere",
    "",
    [/^give --issuer-url/, "--cluster-name is missing"],
  ],
  ["HCL", "cluster-config k3s", 'issuer_url = "x"', [/^standard input must be what `terraform/]],
  ["a state", "cluster-config k3s --terraform-output -", state, [/^standard input must be what/]],
  ["a list", "cluster-config k3s", "[1]", [/^standard input must be what/]],
  ["a bare value", "cluster-config k3s", '"a.example"', [/^standard input must be/]],
  ["nothing on the input named", "cluster-config k3s --terraform-output -", "", [/must be what/]],
  [
    "outputs that cannot be read, and no more words on what they lack",
    "cluster-config talos --talos-version 1.13 --terraform-output none.json",
    "",
    ["none.json cannot be read: it does not exist"],
  ],
  [
    "a file of another kind",
    "cluster-config k3s --terraform-output former.pub",
    "",
    [/^former.pub must be what `terraform output -json`/],
  ],
  [
    "outputs of another module",
    "cluster-config talos --talos-version 1.13",
    '{"vpc_id":{"value":"vpc-1"}}',
    [
      "Terraform's output has no issuer_url; it has: vpc_id; or give --issuer-url",
      "Terraform's output has no signing_key; it has: vpc_id; or give --keep-key or --private-key",
    ],
  ],
  [
    "outputs of a cluster with a key of its own",
    "cluster-config talos --talos-version 1.13 --terraform-output no-key.json",
    "",
    [/has no signing_key; it has: .*; or give --keep-key or --private-key$/],
  ],
  [
    "an issuer that is no text",
    "cluster-config k3s",
    terraformOutput({ ...ownKey, issuer_url: null }),
    ["Terraform's output issuer_url must be a string; or give --issuer-url"],
  ],
  [
    "former issuers of another shape",
    "cluster-config k3s",
    terraformOutput({ ...ownKey, trusted_issuers: [issuer, formerIssuer] }),
    ["Terraform's output trusted_issuers must be a list of objects with issuer_url"],
  ],
  [
    "both sources",
    `cluster-config talos --talos-version 1.13 --terraform-output outputs.json ${given}`,
    "",
    [
      "--issuer-url and Terraform's output issuer_url are both given: leave one out",
      "--private-key and Terraform's output signing_key are both given: leave one out",
    ],
  ],
  [
    "a URI to be published, without one",
    `cluster-config k3s --published-jwks-uri --issuer-url ${issuer}`,
    "",
    [/^give --published-jwks-uri URL, or Terraform's output jwks_uri/],
  ],
  [
    "no outputs",
    "manifests service-accounts",
    "",
    [/^give --namespace, --service-account-name and --role-arn, or/],
  ],
  [
    "outputs without roles",
    "manifests service-accounts",
    terraformOutput({ service_accounts: undefined }),
    [
      /^Terraform's output has no service_accounts; it has: .*; or give --namespace, --service-account-name and/,
    ],
  ],
  [
    "outputs with an empty list of roles",
    "manifests service-accounts",
    terraformOutput({ service_accounts: [] }),
    ["Terraform's output service_accounts is empty"],
  ],
  [
    "roles of another shape",
    "manifests service-accounts",
    terraformOutput({ service_accounts: [{ namespace: "backup", name: "velero" }] }),
    [
      "Terraform's output service_accounts must be a list of objects with namespace, name, role_arn",
    ],
  ],
  [
    "half a ServiceAccount",
    "manifests service-accounts --service-account-name velero",
    "",
    [
      "--namespace is missing: --namespace, --service-account-name and --role-arn belong together",
      "--role-arn is missing: --namespace, --service-account-name and --role-arn belong together",
    ],
  ],
  [
    "a ServiceAccount and Terraform's",
    `manifests ${one} --terraform-output outputs.json`,
    "",
    [
      /^--namespace, --service-account-name and --role-arn and Terraform's output service_accounts are both given/,
    ],
  ],
  [
    "a map without outputs",
    "manifests add-ons --region eu-central-1 --webhook-map --out .",
    "",
    [
      /^give Terraform's output pod_identity_webhook_map \(terraform output -json pod_identity_webhook_map,/,
    ],
  ],
  [
    "a smoke test in another namespace",
    "manifests smoke-test --namespace elsewhere",
    terraformOutput(),
    [/service_accounts has no role for elsewhere\/irsa-smoke-test; or give --role-arn$/],
  ],
  [
    "a smoke test of nobody",
    "manifests smoke-test --service-account-name stranger",
    terraformOutput({ aws_region: undefined }),
    [
      /^Terraform's output has no aws_region; it has: .*; or give --region$/,
      /service_accounts has no role for irsa-smoke-test\/stranger; or give --role-arn$/,
    ],
  ],
];

const values: Row[] = [
  [
    "everything wrong on Talos",
    `cluster-config talos --talos-version latest --issuer-url http://a.example --private-key none.key --previous-issuer x --previous-public-key none.pub --extra-api-server-arg v --control-plane-endpoint 10.0.0.1`,
    "",
    [
      "none.pub cannot be read: it does not exist",
      '--extra-api-server-arg must be FLAG=VALUE, got "v"',
      "none.key cannot be read: it does not exist",
      /^--talos-version must be a Talos version/,
      /^--control-plane-endpoint must be an https URL/,
      /^--issuer-url must begin with https:/,
      /^--previous-issuer must be an absolute https URL/,
    ],
  ],
  [
    "an unknown Talos version",
    `cluster-config talos --talos-version 1.99 ${given}`,
    "",
    [/^--talos-version must be at most 1\.\d+/],
  ],
  [
    "an unknown form",
    `cluster-config talos --talos-version 1.13 --form map ${given}`,
    "",
    [/^--form must be one of string, list, document, got "map"/],
  ],
  [
    "a cluster newer than its Talos",
    `cluster-config talos --talos-version 1.13 --generated-by 1.14 ${given}`,
    "",
    [/^--generated-by must not be newer/],
  ],
  [
    "a former issuer on 1.12",
    `cluster-config talos --talos-version 1.12 --accepted-issuer ${formerIssuer} ${given}`,
    "",
    [/^--accepted-issuer must be empty: Talos takes one issuer before 1\.13/],
  ],
  [
    "a former key before 1.14",
    `cluster-config talos --talos-version 1.13 --previous-public-key former.pub ${given}`,
    "",
    [/^--previous-public-key must be empty/],
  ],
  [
    "a private key among the public ones, and no endpoint",
    `cluster-config talos --talos-version 1.14 --previous-public-key sa.key ${given}`,
    "",
    [
      /^--control-plane-endpoint is missing/,
      /^--previous-public-key must be public keys .* is a private key/,
    ],
  ],
  [
    "a weak key",
    `cluster-config talos --talos-version 1.13 --issuer-url ${issuer} --private-key weak.key`,
    "",
    [/2048/],
  ],
  [
    "a key with a passphrase",
    `cluster-config talos --talos-version 1.13 --issuer-url ${issuer} --private-key encrypted.key`,
    "",
    [/^--private-key must have the label/],
  ],
  [
    "a label that Talos 1.10 does not read",
    `cluster-config talos --talos-version 1.10 --issuer-url ${issuer} --private-key pkcs8.key`,
    "",
    [/^--private-key has the label PRIVATE KEY \(PKCS#8\)/],
  ],
  [
    "an output that is no key",
    "cluster-config talos --talos-version 1.13",
    terraformOutput({ signing_key: "c2VjcmV0" }),
    [/^Terraform's output signing_key must be a PEM private key/],
  ],
  [
    "flags that are said elsewhere",
    `cluster-config k3s --issuer-url ${issuer} --extra-api-server-arg service-account-issuer=x --extra-api-server-arg service-account-key-file=/x`,
    "",
    [
      /^--extra-api-server-arg service-account-issuer /,
      /^--extra-api-server-arg service-account-key-file /,
    ],
  ],
  [
    "an unknown version of kubeadm's configuration, and a relative path",
    `cluster-config kubeadm --api-version v1 --public-key-file sa.pub --issuer-url ${issuer}`,
    "",
    [/^--api-version must be one of v1beta3, v1beta4, got "v1"/, /^--public-key-file must be/],
  ],
  [
    "what v1beta3 cannot say",
    `cluster-config kubeadm --api-version v1beta3 --previous-issuer ${formerIssuer} --public-key-file /a --extra-api-server-arg a=b --extra-api-server-arg a=c --issuer-url ${issuer}`,
    "",
    [
      /^--previous-issuer must be empty with v1beta3/,
      /^--public-key-file must be empty with v1beta3/,
      /^--extra-api-server-arg a must be a string with v1beta3/,
    ],
  ],
  [
    "a cluster's name and an issuer that EKS Anywhere cannot have",
    "cluster-config eks-anywhere --cluster-name 1 --issuer-url https://10.0.0.1",
    "",
    [/^--cluster-name must be/, /^--issuer-url must have a DNS name/],
  ],
  [
    "everything wrong with add-ons",
    "manifests add-ons --as kustomize --region Frankfurt --failure-policy Maybe --replica-count two --namespace IRSA --audience a,b --token-expiration 60 --annotation-prefix a/b --excluded-namespace X",
    "",
    [
      '--as must be one of helm, flux, argo-cd, got "kustomize"',
      /^--replica-count must be a whole number of at least 1, got "two"/,
      /^--region must be an AWS region/,
      /^--audience must contain/,
      /^--token-expiration must be a whole number from 600 to 86400, got 60/,
      /^--failure-policy must be Ignore or Fail/,
      /^--excluded-namespace must be a DNS label/,
      /^--namespace must be a DNS label/,
      /^--annotation-prefix must be/,
    ],
  ],
  [
    "a region that does not exist",
    "manifests add-ons --as flux --region eu-centrall-1",
    "",
    [
      '--region must be a known AWS region such as eu-central-1; set --skip-region-validation for one that is newer than this release, got "eu-centrall-1"',
    ],
  ],
  [
    "roles and a cluster that AWS does not have",
    "manifests add-ons --region eu-central-1 --out . --ebs-csi-role-arn ebs --cloud-controller-role-arn ccm",
    "",
    [
      /^--cloud-controller-role-arn must be/,
      /^--cluster-name must begin/,
      /^--ebs-csi-role-arn must be/,
    ],
  ],
  [
    "a cluster's name for nothing",
    "manifests add-ons --region eu-central-1 --out . --cluster-name prod",
    "",
    ["--cluster-name is for the cloud controller: give --cloud-controller-role-arn"],
  ],
  [
    "values files without a place",
    "manifests add-ons --region eu-central-1 --replica-count 0",
    "",
    ["--out is missing: the directory for the values files", /^--replica-count must be/],
  ],
  [
    "a failing webhook that kube-system waits for",
    "manifests add-ons --region eu-central-1 --out . --failure-policy Fail --excluded-namespace cert-manager --excluded-namespace pod-identity-webhook",
    "",
    [/^--excluded-namespace must contain kube-system under the failure policy Fail/],
  ],
  [
    "a role where a failing webhook does not look",
    "manifests add-ons --out . --failure-policy Fail --webhook-map",
    terraformOutput(),
    [/would get no credentials: kube-system\/ebs-csi-controller-sa; move them/],
  ],
  [
    "an annotated ServiceAccount where a failing webhook does not look",
    "manifests add-ons --out . --failure-policy Fail",
    terraformOutput(),
    [/would get no credentials: kube-system\/ebs-csi-controller-sa; move them/],
  ],
  [
    "a namespace with capitals, a lifetime of 60, no role",
    "manifests service-accounts --namespace Backup --service-account-name velero --role-arn reader --token-expiration 60",
    "",
    [
      /^--namespace must be a DNS label/,
      /^--role-arn must be the ARN/,
      /^--token-expiration must be/,
    ],
  ],
  [
    "a lifetime in hours",
    `manifests ${one} --token-expiration 1h`,
    "",
    [/^--token-expiration must be a whole number from 600 to 86400, got "1h"/],
  ],
  [
    "several roles for one ServiceAccount, and capitals",
    "manifests service-accounts",
    terraformOutput({
      service_accounts: [
        { namespace: "a", name: "b", role_arn: roleArn },
        { namespace: "a", name: "b", role_arn: `${roleArn}2` },
        { namespace: "A", name: "b", role_arn: roleArn },
      ],
    }),
    [
      /^Terraform's output service_accounts has several roles for a\/b, whose pods assume one$/,
      /^Terraform's output service_accounts: namespace must be a DNS label.*got "A"$/,
    ],
  ],
  [
    "everything wrong with a smoke test",
    "manifests smoke-test --region x --role-arn y --namespace Z --service-account-name B --bucket Q --image aws-cli:latest",
    "",
    [
      /^--region must be/,
      /^--namespace must be/,
      /^--service-account-name must be/,
      /^--role-arn must be/,
      /^--bucket must be/,
      /^--bucket must contain/,
      /^--bucket must begin/,
      /^--image must not have the tag latest/,
    ],
  ],
];

const places: Row[] = [
  [
    "what is neither a distribution nor a cluster",
    "cluster-config minikube",
    "",
    [
      /^"minikube" is neither a distribution \(talos, .*microk8s\) nor a cluster: there is no irsa.yaml/,
    ],
  ],
  [
    "a directory",
    `manifests ${one} --out .`,
    "",
    [/^\. cannot be written: it is not a regular file/],
  ],
  [
    "a path below a file",
    `manifests ${one} --out taken/a/b`,
    "",
    [/^taken\/a\/b cannot be written: a part of its path is not a directory$/],
  ],
  [
    "a file in the place of a directory",
    "manifests add-ons --region eu-central-1 --out taken",
    "",
    [
      /^taken\/cert-manager-values.yaml cannot be written: a part of its path/,
      /^taken\/amazon-eks-pod-identity-webhook-values.yaml cannot be written: a part/,
    ],
  ],
];

const usage: Row[] = [
  [
    "an option that is unknown",
    `manifests ${smoke} --dry-run`,
    "",
    [/^error: unknown option '--dry-run'/],
  ],
  [
    "an option without its value",
    "cluster-config k3s --issuer-url",
    "",
    [/^error: option '--issuer/],
  ],
  [
    "audiences where k3s sets them",
    "cluster-config k3s --api-audience a",
    "",
    [/^error: unknown opt/],
  ],
];

const pemKey = (text: string) => text.replaceAll("PEM", keys.pkcs1).replaceAll("BASE64", base64Key);

test.each([
  ...[...sources, ...values, ...places].map((row) => [1, ...row] as const),
  ...usage.map((row) => [2, ...row] as const),
])(
  "exit %d for %s: every sentence at once, and nothing is written",
  async (code, _title, argv, input, sentences) => {
    const { status, stdout, stderr, written } = await irsa(argv.split(" "), { files, input });
    expect({ status, stdout, written }).toEqual({ status: code, stdout: "", written: {} });
    expect(stderr.trimEnd().split("\n")).toEqual(
      sentences.map((sentence): unknown =>
        typeof sentence === "string" ? sentence : expect.stringMatching(sentence),
      ),
    );
    expect(stderr).not.toContain(base64Key.slice(0, 24));
  },
);

test.each([
  ["where a file belongs", "--private-key PEM"],
  ["where a file belongs, in base64", "--private-key BASE64"],
  ["where a URL belongs", "--issuer-url PEM --previous-issuer PEM"],
  ["where a URL belongs, in base64", "--issuer-url BASE64 --previous-issuer BASE64"],
  ["where a flag belongs", "--talos-version 1.13 --extra-api-server-arg PEM"],
  [
    "where a flag belongs, in base64",
    "--talos-version 1.13 --extra-api-server-arg BASE64= --extra-api-server-arg BASE64",
  ],
  ["where words belong", "--talos-version PEM --form BASE64 --api-audience PEM --out BASE64"],
  ["where Terraform's output belongs", "--terraform-output BASE64"],
])("a private key %s is not shown", async (_title, argv) => {
  const words = ["cluster-config", "talos", ...argv.split(" ").map(pemKey)];
  const { status, stdout, stderr } = await irsa(words);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  const told = stderr.replaceAll(/\\n|\n/g, "");
  for (const secret of [keys.pkcs1, base64Key]) {
    const body = secret.replace(/-----[^-]+-----/g, "").replaceAll("\n", "");
    for (const at of [40, 200, body.length - 40])
      expect(told).not.toContain(body.slice(at, at + 20));
  }
  expect(stderr).toMatch(/\(a private key\)|key material|FLAG=VALUE/);
});

// In a directory of the test: a command without the guard would replace a device of the machine.
test.each(["pipe", "link"])("a %s does not make way for a file", (place) => {
  const make = "mkfifo pipe && ln -s elsewhere link";
  const line = `${make} && node '${command}' manifests ${one} --out ${place}`;
  const { status, stdout, stderr, written } = runIn(directory({}), ["sh", "-c", line]);
  expect({ status, stdout, stderr, written }).toEqual({
    status: 1,
    stdout: "",
    stderr: `${place} cannot be written: it is not a regular file\n`,
    written: {},
  });
});
