import {
  accountIdRules,
  bucketNameRules,
  clusterNameRules,
  issuerUrlRules,
  type NameRule,
  regionRules,
  secretNamePartRules,
} from "../../modules/validation";
import { ciSystems, distributions, ownHostings } from "./choices";

/** What `irsa init` needs to know: by flags, answers or defaults. */
export interface InitAnswers {
  readonly name?: string;
  readonly distribution?: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly hosting?: string;
  readonly bucket?: string;
  readonly issuerUrl?: string;
  readonly publicKeyFile?: string;
  readonly secretPrefix?: string;
  readonly ci?: string;
  readonly stateBucket?: string;
}

/** A question, and the flag that answers it. */
export interface Question {
  readonly property: keyof InitAnswers;
  readonly flag: string;
  readonly message: string;
  /**
   * What holds without an answer.
   * @default - an answer is required, unless it is optional
   */
  readonly otherwise?: string;
  /**
   * Whether, after earlier answers, an empty answer will do.
   * @default - it will not
   */
  readonly isOptional?: (answers: InitAnswers) => boolean;
  /**
   * The answers that there are.
   * @default - any that the rules allow
   */
  readonly choices?: readonly string[];
  /** @default - none */
  readonly rules?: readonly NameRule[];
  /**
   * Whether earlier answers leave the question open.
   * @default - always
   */
  readonly applies?: (answers: InitAnswers) => boolean;
}

/** EKS Anywhere signs with a key of its own. */
export const hasOwnKey = ({ distribution }: InitAnswers): boolean =>
  distribution === "eks-anywhere";

const hasBucket = ({ hosting }: InitAnswers): boolean => hosting !== "self-published";

/** Jobs find the state of the last one in a bucket alone. */
export const hasCi = ({ ci = "none" }: InitAnswers): boolean => ci !== "none";

/** The questions, in the order they are asked. */
export const initQuestions: readonly Question[] = [
  {
    property: "name",
    flag: "--name",
    message: "The cluster's name",
    otherwise: "prod",
    rules: clusterNameRules,
  },
  {
    property: "distribution",
    flag: "--distribution",
    message: "What the cluster runs",
    otherwise: "talos",
    choices: distributions,
  },
  {
    property: "region",
    flag: "--region",
    message: "AWS region, such as eu-central-1",
    rules: regionRules,
  },
  {
    property: "accountId",
    flag: "--account-id",
    message: "AWS account that the stack belongs in; a plan in any other fails",
    isOptional: () => true,
    rules: accountIdRules,
  },
  {
    property: "hosting",
    flag: "--hosting",
    message: "Where AWS reads the issuer's documents",
    otherwise: "s3-virtual-hosted",
    choices: ownHostings,
  },
  {
    property: "bucket",
    flag: "--bucket",
    message: "Name of the bucket for the documents, which is made; unique in all of AWS",
    rules: bucketNameRules,
    applies: hasBucket,
  },
  {
    property: "issuerUrl",
    flag: "--issuer-url",
    message: "The issuer URL, at which you publish the documents",
    rules: issuerUrlRules,
    applies: (answers) => !hasBucket(answers),
  },
  {
    property: "publicKeyFile",
    flag: "--public-key-file",
    message: "File with the cluster's public key (sa.pub), relative to irsa.yaml",
    applies: hasOwnKey,
  },
  {
    property: "secretPrefix",
    flag: "--secret-prefix",
    message: "Prefix of the secret in Secrets Manager that keeps the signing key",
    otherwise: "irsa",
    rules: secretNamePartRules,
    applies: (answers) => !hasOwnKey(answers),
  },
  {
    property: "ci",
    flag: "--ci",
    message: "Jobs that plan each stack before a merge, and apply it afterwards",
    otherwise: "none",
    choices: ciSystems,
  },
  {
    property: "stateBucket",
    flag: "--state-bucket",
    message:
      "An existing S3 bucket for Terraform's state, which jobs need; without one it is on this machine",
    isOptional: (answers) => !hasCi(answers),
    rules: bucketNameRules,
  },
];
