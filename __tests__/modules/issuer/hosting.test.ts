import { TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { readPublicKeys } from "../../../modules/documents";
import { Hosting, IrsaIssuer, type IrsaIssuerProps, SigningKey } from "../../../modules/issuer";
import { keyVectors } from "../../fixtures/key-vectors";
import { BucketAccess, distributionArn, type Reader } from "../../support/bucket-access";
import { hostingFrom, type HostingOptions } from "../../support/hosting";
import { isAfter } from "../../support/order";
import { appInTemporaryDirectory } from "../../support/synthesize";
import { byAddress, type TerraformConfiguration } from "../../support/terraform-json";

const bucketName = "acme-oidc";
const region = "eu-central-1";
const domain = {
  name: "oidc.acme.example",
  certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/abc",
};
const kmsKey = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

function make(hosting: HostingOptions, props: Partial<IrsaIssuerProps> = {}) {
  const stack = new TerraformStack(appInTemporaryDirectory(), "test");
  const issuer = new IrsaIssuer(stack, "irsa", {
    hosting: hostingFrom(hosting),
    secret: { name: "talos/prod" },
    terraformNames: "talos-documentation",
    ...props,
  });
  const configuration = stack.toTerraform() as TerraformConfiguration;
  const value = (token: string) => {
    const output = new TerraformOutput(stack, "value", { value: token, staticId: true });
    const { output: outputs } = stack.toTerraform() as TerraformConfiguration;
    stack.node.tryRemoveChild(output.node.id);
    return outputs?.value?.value;
  };
  return { stack, issuer, configuration, elements: byAddress(configuration), value };
}

const ways: Readonly<Record<string, HostingOptions>> = {
  s3: { bucketName, region },
  "s3 by policy": { bucketName, region, publicBy: "policy" },
  "s3-virtual-hosted": { kind: "s3-virtual-hosted", bucketName, region },
  cloudfront: { kind: "cloudfront", bucketName, region },
  "cloudfront with a domain": { kind: "cloudfront", bucketName, region, domain },
  "self-published": { kind: "self-published", issuerUrl: "https://oidc.acme.example/prod" },
};
const hostingOf = (way: string): HostingOptions => ways[way] ?? { bucketName: "" };

const bucket = [
  "aws_s3_bucket.oidc",
  "aws_s3_bucket_ownership_controls.oidc",
  "aws_s3_bucket_public_access_block.oidc",
];
const objects = ["aws_s3_object.keys_json", "aws_s3_object.openid-configuration"];
const policy = [
  "aws_s3_bucket_policy.oidc",
  "data.aws_iam_policy_document.oidc",
  "data.aws_partition.current",
];
const cloudFront = [
  "aws_cloudfront_distribution.oidc",
  "aws_cloudfront_origin_access_control.oidc",
];
const always = [
  "aws_iam_openid_connect_provider.oidc",
  "aws_secretsmanager_secret.signing_key",
  "aws_secretsmanager_secret_version.signing_key",
  "data.external.jwks",
  "data.tls_certificate.oidc",
  "terraform_data.deletion_protection",
  "terraform_data.issuer_until_retired",
  "terraform_data.key_until_retired",
  "tls_private_key.key",
];
const withoutCertificate = always.filter((address) => address !== "data.tls_certificate.oidc");

test.each<[string, string[]]>([
  ["s3", [...bucket, ...objects]],
  ["s3 by policy", [...bucket, ...objects, ...policy]],
  ["s3-virtual-hosted", [...bucket, ...objects, ...policy]],
  ["cloudfront", [...bucket, ...objects, ...policy, ...cloudFront]],
  ["cloudfront with a domain", [...bucket, ...objects, ...policy, ...cloudFront]],
  ["self-published", []],
])("%s makes this and nothing else", (way, expected) => {
  const { elements } = make(hostingOf(way));
  // The certificate of a domain of your own cannot be read before its DNS record exists.
  const made = way === "cloudfront with a domain" ? withoutCertificate : always;
  expect(Object.keys(elements).sort()).toEqual([...made, ...expected].sort());
});

describe("the issuer URL", () => {
  const s3 = (changed: object): HostingOptions => ({ bucketName, region, ...changed });
  const virtual = { kind: "s3-virtual-hosted" };

  test.each<[string, HostingOptions, string]>([
    ["path style", s3({}), "https://s3.eu-central-1.amazonaws.com/acme-oidc"],
    [
      "path style with a prefix",
      s3({ prefix: "a/b" }),
      "https://s3.eu-central-1.amazonaws.com/acme-oidc/a/b",
    ],
    [
      "a bucket with periods",
      s3({ bucketName: "a.b.c" }),
      "https://s3.eu-central-1.amazonaws.com/a.b.c",
    ],
    ["virtual-hosted style", s3(virtual), "https://acme-oidc.s3.eu-central-1.amazonaws.com"],
    [
      "virtual-hosted style with a prefix",
      s3({ ...virtual, prefix: "a" }),
      "https://acme-oidc.s3.eu-central-1.amazonaws.com/a",
    ],
    [
      "China",
      s3({ region: "cn-northwest-1" }),
      "https://s3.cn-northwest-1.amazonaws.com.cn/acme-oidc",
    ],
    [
      "virtual-hosted in China",
      s3({ ...virtual, region: "cn-north-1" }),
      "https://acme-oidc.s3.cn-north-1.amazonaws.com.cn",
    ],
    [
      "the European Sovereign Cloud",
      s3({ region: "eusc-de-east-1" }),
      "https://s3.eusc-de-east-1.amazonaws.eu/acme-oidc",
    ],
    [
      "GovCloud",
      s3({ region: "us-gov-west-1" }),
      "https://s3.us-gov-west-1.amazonaws.com/acme-oidc",
    ],
    ["isolated", s3({ region: "us-iso-east-1" }), "https://s3.us-iso-east-1.c2s.ic.gov/acme-oidc"],
    [
      "isolated, B",
      s3({ region: "us-isob-east-1" }),
      "https://s3.us-isob-east-1.sc2s.sgov.gov/acme-oidc",
    ],
    [
      "isolated, E",
      s3({ region: "eu-isoe-west-1" }),
      "https://s3.eu-isoe-west-1.cloud.adc-e.uk/acme-oidc",
    ],
    [
      "isolated, F",
      s3({ region: "us-isof-south-1" }),
      "https://s3.us-isof-south-1.csp.hci.ic.gov/acme-oidc",
    ],
    ["a domain", hostingOf("cloudfront with a domain"), "https://oidc.acme.example"],
    [
      "a domain with a prefix",
      { kind: "cloudfront", bucketName, domain, prefix: "a" },
      "https://oidc.acme.example/a",
    ],
    ["self-published", hostingOf("self-published"), "https://oidc.acme.example/prod"],
  ])("%s", (_title, hosting, url) => {
    const { issuer, elements } = make(hosting);
    expect(issuer.issuerUrl).toBe(url);
    expect(`https://${issuer.issuerHostpath}`).toBe(url);
    expect(issuer.jwksUri).toBe(`${url}/keys.json`);
    expect(elements["aws_iam_openid_connect_provider.oidc"]).toMatchObject({
      url,
      client_id_list: ["sts.amazonaws.com"],
    });
    expect(JSON.parse(issuer.documents.discovery)).toMatchObject({
      issuer: url,
      jwks_uri: `${url}/keys.json`,
    });
  });

  test("of a distribution's own domain is known at apply", () => {
    const { configuration, issuer, value } = make({ kind: "cloudfront", bucketName, prefix: "a" });
    expect(configuration.locals).toMatchObject({
      issuer_hostpath: "${aws_cloudfront_distribution.oidc.domain_name}/a",
      issuer_url: "https://${local.issuer_hostpath}",
      jwks_uri: "${local.issuer_url}/keys.json",
    });
    expect(value(issuer.issuerUrl)).toBe("${local.issuer_url}");
  });

  test("of the provider's own region asks Terraform for region and partition", () => {
    const { configuration } = make({ kind: "s3-virtual-hosted", bucketName });
    expect(configuration.locals?.issuer_hostpath).toBe(
      "acme-oidc.s3.${data.aws_region.current.id}.${data.aws_partition.current.dns_suffix}",
    );
  });

  test("that Terraform alone knows, self-published", () => {
    const stack = new TerraformStack(appInTemporaryDirectory(), "test");
    const url = new TerraformVariable(stack, "url", { type: "string" });
    new IrsaIssuer(stack, "irsa", {
      hosting: Hosting.selfPublished({ issuerUrl: url.stringValue }),
      terraformNames: "talos-documentation",
      secret: "none",
    });
    expect((stack.toTerraform() as TerraformConfiguration).locals).toMatchObject({
      issuer_hostpath: '${trimprefix(var.url, "https://")}',
    });
  });
});

describe("who may read what, by the rules of S3", () => {
  const cloudFrontOf = (sourceArn: string): Reader => ({
    service: "cloudfront.amazonaws.com",
    sourceArn,
  });
  const others = [
    "",
    "*",
    "other",
    "KEYS.JSON",
    "keys.json.bak",
    "a/keys.json",
    "b/keys.json",
    "keysxjson",
    "xwell-known/openid-configuration",
    ".well-known/",
    ".well-known/openid-configuration/x",
    "public-keys/key.der",
  ];
  const documents = (prefix: string) => [
    `${prefix}keys.json`,
    `${prefix}.well-known/openid-configuration`,
  ];
  const readable = (access: BucketAccess, reader: Reader) =>
    [...documents(""), ...documents("a/"), ...others].filter((key) => access.mayGet(reader, key));

  test.each(["s3", "s3 by policy", "s3-virtual-hosted"])(
    "%s: everyone gets the two documents and no other object",
    (way) => {
      const root = new BucketAccess(make(hostingOf(way)).configuration, bucketName);
      expect(readable(root, "anonymous")).toEqual(documents(""));
      const prefixed = make({ ...hostingOf(way), prefix: "a" });
      const access = new BucketAccess(prefixed.configuration, bucketName);
      expect([...new Set(readable(access, "anonymous"))]).toEqual(documents("a/"));
    },
  );

  test.each(["cloudfront", "cloudfront with a domain"])(
    "%s: nobody does, but the one distribution gets the two documents",
    (way) => {
      const access = new BucketAccess(make(hostingOf(way)).configuration, bucketName);
      expect(readable(access, "anonymous")).toEqual([]);
      expect(readable(access, cloudFrontOf(distributionArn))).toEqual(documents(""));
      expect(readable(access, cloudFrontOf(distributionArn.replace("E1", "E2")))).toEqual([]);
      expect(readable(access, { service: "s3.amazonaws.com", sourceArn: distributionArn })).toEqual(
        [],
      );
    },
  );

  test("keys for Terraform's functions stay private", () => {
    const hosting = { bucketName, region, publicBy: "policy" as const };
    for (const publicBy of ["acl", "policy"] as const) {
      const { configuration } = make({ ...hosting, publicBy }, { jwksComputation: "functions" });
      const access = new BucketAccess(configuration, bucketName);
      const { key } = byAddress(configuration)["aws_s3_object.key_der"] ?? {};
      expect(access.mayGet("anonymous", key as string)).toBe(false);
    }
  });

  describe("the rules see a wide policy, and settings that S3 refuses", () => {
    type Mutable = Record<string, Record<string, Record<string, Record<string, unknown>>>>;
    const changed = (way: string, change: (configuration: Mutable) => void) => {
      const { configuration } = make(hostingOf(way));
      const copy = JSON.parse(JSON.stringify(configuration)) as Mutable;
      change(copy);
      return () => new BucketAccess(copy, bucketName);
    };

    test("a policy for the whole bucket", () => {
      const access = changed("s3-virtual-hosted", ({ data }) => {
        const [statement] = data?.aws_iam_policy_document?.oidc?.statement as {
          resources: string[];
        }[];
        if (statement) statement.resources = ["${aws_s3_bucket.oidc.arn}/*"];
      });
      expect(access().mayGet("anonymous", "other")).toBe(true);
    });

    test.each<[string, string, Record<string, boolean>, string]>([
      ["s3", "block_public_acls", { block_public_acls: true }, "refuses public ACLs"],
      [
        "s3-virtual-hosted",
        "block_public_policy",
        { block_public_policy: true },
        "refuses the policy",
      ],
    ])("%s with %s", (way, _name, setting, says) => {
      const access = changed(way, ({ resource }) => {
        Object.assign(resource?.aws_s3_bucket_public_access_block?.oidc ?? {}, setting);
      });
      expect(access).toThrow(says);
    });

    test.each([
      ["s3", { ignore_public_acls: true }],
      ["s3-virtual-hosted", { restrict_public_buckets: true }],
    ])("%s: the documents would not be public with %p", (way, setting) => {
      const access = changed(way, ({ resource }) => {
        Object.assign(resource?.aws_s3_bucket_public_access_block?.oidc ?? {}, setting);
      });
      expect(access().mayGet("anonymous", "keys.json")).toBe(false);
    });
  });
});

describe("the order", () => {
  const block = "aws_s3_bucket_public_access_block.oidc";
  const ownership = "aws_s3_bucket_ownership_controls.oidc";
  const set = "aws_s3_bucket_policy.oidc";
  const [jwks = "", discovery = ""] = objects;
  const provider = "aws_iam_openid_connect_provider.oidc";
  const secret = "aws_secretsmanager_secret_version.signing_key";

  test.each(["s3", "s3 by policy", "s3-virtual-hosted", "cloudfront"])("%s", (way) => {
    const { configuration } = make(hostingOf(way));
    const pairs = [
      ...(set in byAddress(configuration)
        ? [
            [set, block],
            [set, ownership],
            [jwks, set],
            [discovery, set],
          ]
        : []),
      [jwks, block],
      [discovery, block],
      [jwks, ownership],
      [discovery, ownership],
      [provider, jwks],
      [provider, discovery],
      [secret, jwks],
      [secret, discovery],
    ] as const;
    for (const [later = "", earlier = ""] of pairs) {
      expect([later, earlier, isAfter(configuration, later, earlier)]).toEqual([
        later,
        earlier,
        true,
      ]);
      expect(isAfter(configuration, earlier, later)).toBe(false);
    }
  });

  test("settings come before the documents", () => {
    const { configuration } = make({
      kind: "cloudfront",
      bucketName,
      versioning: true,
      encryption: kmsKey,
      accessLogs: { bucketName: "acme-logs" },
    });
    for (const type of ["versioning", "server_side_encryption_configuration", "logging"]) {
      expect(isAfter(configuration, jwks, `aws_s3_bucket_${type}.oidc`)).toBe(true);
    }
  });
});

describe("the bucket's options", () => {
  test("are left out where nobody asks for them", () => {
    const { elements } = make({ bucketName, region });
    expect(elements["aws_s3_bucket.oidc"]).toEqual({ bucket: bucketName });
    expect(
      Object.keys(elements).filter((address) => /versioning|logging|encryption/.test(address)),
    ).toEqual([]);
  });

  test("are made where somebody does", () => {
    const { elements } = make({
      kind: "cloudfront",
      bucketName,
      region,
      forceDestroy: true,
      versioning: true,
      encryption: kmsKey,
      accessLogs: { bucketName: "acme-logs", prefix: "oidc/" },
    });
    expect(elements["aws_s3_bucket.oidc"]).toMatchObject({ force_destroy: true });
    expect(elements["aws_s3_bucket_versioning.oidc"]).toMatchObject({
      versioning_configuration: { status: "Enabled" },
    });
    expect(elements["aws_s3_bucket_server_side_encryption_configuration.oidc"]).toMatchObject({
      rule: [
        {
          apply_server_side_encryption_by_default: {
            kms_master_key_id: kmsKey,
            sse_algorithm: "aws:kms",
          },
          bucket_key_enabled: true,
        },
      ],
    });
    expect(elements["aws_s3_bucket_logging.oidc"]).toMatchObject({
      target_bucket: "acme-logs",
      target_prefix: "oidc/",
    });
  });

  test("versioning can be suspended, and S3's own encryption named", () => {
    const { elements } = make({ bucketName, region, versioning: false, encryption: "AES256" });
    expect(elements["aws_s3_bucket_versioning.oidc"]).toMatchObject({
      versioning_configuration: { status: "Suspended" },
    });
    expect(
      JSON.stringify(elements["aws_s3_bucket_server_side_encryption_configuration.oidc"]),
    ).toContain('{"sse_algorithm":"AES256"}');
  });

  test.each<[string, HostingOptions, boolean]>([
    ["no encryption", { bucketName, region }, true],
    ["AES256", { bucketName, region, encryption: "AES256" }, true],
    ["KMS", { kind: "cloudfront", bucketName, encryption: kmsKey }, false],
    [
      "a bucket made elsewhere, whose encryption is its own",
      { bucketName, region, existing: true },
      false,
    ],
  ])("%s: the etag is compared only where it is an MD5", (_title, hosting, etag) => {
    const { elements } = make(hosting);
    for (const address of objects) {
      expect([address, "etag" in (elements[address] ?? {})]).toEqual([address, etag]);
      expect([address, "source_hash" in (elements[address] ?? {})]).toEqual([address, !etag]);
    }
  });
});

describe("CloudFront", () => {
  const distribution = (hosting: HostingOptions) =>
    make(hosting).elements["aws_cloudfront_distribution.oidc"];

  test("caches nothing, serves https alone, and reads as itself from the bucket's own region", () => {
    const { elements } = make(hostingOf("cloudfront"));
    expect(elements["aws_cloudfront_distribution.oidc"]).toMatchObject({
      enabled: true,
      price_class: "PriceClass_100",
      default_cache_behavior: {
        allowed_methods: ["GET", "HEAD"],
        cache_policy_id: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        viewer_protocol_policy: "https-only",
      },
      origin: [
        {
          domain_name: "acme-oidc.s3.eu-central-1.amazonaws.com",
          origin_access_control_id: "${aws_cloudfront_origin_access_control.oidc.id}",
        },
      ],
      viewer_certificate: { cloudfront_default_certificate: true },
    });
    expect(elements["aws_cloudfront_origin_access_control.oidc"]).toMatchObject({
      name: bucketName,
      signing_behavior: "always",
      signing_protocol: "sigv4",
    });
  });

  test("serves a domain with TLS 1.2 or later", () => {
    expect(
      distribution({
        ...hostingOf("cloudfront with a domain"),
        priceClass: "PriceClass_All",
      }),
    ).toMatchObject({
      aliases: ["oidc.acme.example"],
      price_class: "PriceClass_All",
      viewer_certificate: {
        acm_certificate_arn: domain.certificateArn,
        minimum_protocol_version: "TLSv1.2_2021",
        ssl_support_method: "sni-only",
      },
    });
  });

  test("reads from a bucket made elsewhere by its host in the region", () => {
    const hosting = { kind: "cloudfront", bucketName, region, existing: true } as const;
    expect(distribution(hosting)).toMatchObject({
      origin: [{ domain_name: "acme-oidc.s3.eu-central-1.amazonaws.com" }],
    });
  });

  test("has an access control of its own for each prefix of a bucket, with a name that fits", () => {
    const nameOf = (bucketName: string, prefix?: string) =>
      make({ kind: "cloudfront", bucketName, existing: true, prefix }).elements[
        "aws_cloudfront_origin_access_control.oidc"
      ]?.name as string;
    const long = "b".repeat(63);
    const names = [
      nameOf(bucketName),
      nameOf(bucketName, "a"),
      nameOf(bucketName, "b"),
      nameOf(long),
      nameOf(long, "a"),
      nameOf(`${"b".repeat(62)}c`, "a"),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(64);
  });
});

describe("a bucket made elsewhere", () => {
  const existing = { bucketName, region, existing: true, prefix: "blue" } as const;

  test.each<[string, HostingOptions]>([
    ["s3", existing],
    ["s3 by policy", { ...existing, publicBy: "policy" }],
    ["s3-virtual-hosted", { ...existing, kind: "s3-virtual-hosted" }],
    ["cloudfront", { ...existing, kind: "cloudfront" }],
  ])("%s leaves its settings and its policy alone", (_way, hosting) => {
    const { elements } = make(hosting);
    expect(Object.keys(elements).filter((address) => address.startsWith("aws_s3_bucket"))).toEqual(
      [],
    );
    expect(elements["aws_s3_object.keys_json"]).toMatchObject({
      bucket: bucketName,
      key: "blue/keys.json",
    });
    expect(elements["aws_s3_object.openid-configuration"]).toMatchObject({
      key: "blue/.well-known/openid-configuration",
    });
  });

  test("an output says what its owner adds to its policy", () => {
    const { issuer, elements, value } = make({ ...existing, publicBy: "policy" });
    expect(value(issuer.bucketPolicyStatements ?? "")).toBe(
      "${data.aws_iam_policy_document.oidc.json}",
    );
    expect(elements["data.aws_iam_policy_document.oidc"]).toMatchObject({
      statement: [
        {
          resources: [
            "arn:${data.aws_partition.current.partition}:s3:::acme-oidc/blue/.well-known/openid-configuration",
            "arn:${data.aws_partition.current.partition}:s3:::acme-oidc/blue/keys.json",
          ],
        },
      ],
    });
    expect(make(existing).issuer.bucketPolicyStatements).toBeUndefined();
  });

  test("two clusters put nothing in the same place", () => {
    const keysIn = (prefix: string) =>
      Object.entries(make({ ...existing, prefix }, { jwksComputation: "functions" }).elements)
        .filter(([address]) => address.startsWith("aws_s3_object."))
        .map(([, object]) => object.key);
    const both = [...keysIn("blue"), ...keysIn("green")];
    expect(both).toHaveLength(6);
    expect(new Set(both).size).toBe(6);
  });
});

describe("tags", () => {
  const tags = { team: "platform", stage: "prod" };

  test.each(Object.keys(ways))("%s: are on everything that can have them", (way) => {
    const { elements } = make(hostingOf(way), {
      tags,
      previousIssuers: [{ name: "old", url: "https://old.example" }],
    });
    const taggable = Object.entries(elements).filter(([address]) =>
      /^aws_(s3_bucket|cloudfront_distribution|iam_openid_connect_provider|secretsmanager_secret)[.]/.test(
        address,
      ),
    );
    expect(taggable.length).toBeGreaterThanOrEqual(3);
    for (const [address, element] of taggable)
      expect([address, element.tags]).toEqual([address, tags]);
  });
});

describe("the secret", () => {
  test("takes its options", () => {
    const { elements } = make(hostingOf("s3"), {
      secret: {
        name: "talos/prod",
        format: "pem",
        kmsKeyId: "alias/talos",
        recoveryWindowInDays: 0,
        replicaRegions: ["eu-west-1", "eu-north-1"],
        policy: '{"Statement":[]}',
      },
    });
    expect(elements["aws_secretsmanager_secret.signing_key"]).toMatchObject({
      name: "talos/prod",
      kms_key_id: "alias/talos",
      recovery_window_in_days: 0,
      replica: [{ region: "eu-west-1" }, { region: "eu-north-1" }],
    });
    expect(elements["aws_secretsmanager_secret_version.signing_key"]).toMatchObject({
      secret_string: "${tls_private_key.key.private_key_pem}",
    });
    expect(elements["aws_secretsmanager_secret_policy.signing_key"]).toMatchObject({
      block_public_policy: true,
      policy: '{"Statement":[]}',
      secret_arn: "${aws_secretsmanager_secret.signing_key.arn}",
    });
  });

  test("holds base64 of the PEM unless told otherwise", () => {
    expect(
      make(hostingOf("s3")).elements["aws_secretsmanager_secret_version.signing_key"],
    ).toMatchObject({ secret_string: "${base64encode(tls_private_key.key.private_key_pem)}" });
  });

  test("can be none", () => {
    const { elements, issuer } = make(hostingOf("s3"), { secret: "none" });
    expect(Object.keys(elements).filter((address) => address.includes("secret"))).toEqual([]);
    expect(issuer.secretArn).toBeUndefined();
  });
});

test("previous issuers are trusted beside the present one, made here or found", () => {
  const { issuer, elements, value } = make(hostingOf("s3"), {
    thumbprint: ["ab".repeat(20)],
    previousIssuers: [
      { name: "old", url: "https://old.example/a" },
      { name: "older", url: "https://older.example", existing: true },
    ],
  });
  expect(issuer.trustedIssuers.map(({ issuerUrl }) => issuerUrl)).toEqual([
    "https://s3.eu-central-1.amazonaws.com/acme-oidc",
    "https://old.example/a",
    "https://older.example",
  ]);
  expect(issuer.trustedIssuers.map(({ providerArn }) => value(providerArn))).toEqual([
    "${aws_iam_openid_connect_provider.oidc.arn}",
    "${aws_iam_openid_connect_provider.previous_old.arn}",
    "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:oidc-provider/older.example",
  ]);
  expect(elements["aws_iam_openid_connect_provider.previous_old"]).toEqual({
    url: "https://old.example/a",
    client_id_list: ["sts.amazonaws.com"],
  });
});

test("additional audiences stand after that of STS", () => {
  const { elements } = make(hostingOf("s3"), {
    additionalAudiences: ["vault", "https://b.example"],
  });
  expect(elements["aws_iam_openid_connect_provider.oidc"]?.client_id_list).toEqual([
    "sts.amazonaws.com",
    "vault",
    "https://b.example",
  ]);
});

test("self-published documents are known to the byte where all keys are", async () => {
  const publicKeys = await readPublicKeys(keyVectors[0]?.public_key_pem ?? "");
  const { issuer, elements } = make(hostingOf("self-published"), {
    keys: [SigningKey.fromPublicKeys("cluster", publicKeys)],
    secret: undefined,
    thumbprint: "none",
  });
  expect(Object.keys(elements)).toEqual([
    "aws_iam_openid_connect_provider.oidc",
    "terraform_data.issuer_until_retired",
    "terraform_data.key_until_retired",
    "terraform_data.deletion_protection",
  ]);
  expect(JSON.parse(issuer.documents.jwks)).toEqual({ keys: publicKeys });
});

test.each<[string, HostingOptions, string]>([
  [
    "KMS where everyone reads",
    { bucketName, encryption: kmsKey },
    "hosting.bucket.encryption must not be a KMS key",
  ],
  [
    "another kind of encryption",
    { bucketName, encryption: "aws:kms" },
    'must be "AES256" or the ARN',
  ],
  [
    "an expression as a key",
    { kind: "cloudfront", bucketName, encryption: "${aws_kms_key.a.arn}" },
    'must be "AES256" or the ARN',
  ],
  [
    "periods in a virtual-hosted URL",
    { bucketName: "a.b.c", kind: "s3-virtual-hosted" },
    "no periods",
  ],
  [
    "CloudFront in GovCloud",
    { kind: "cloudfront", bucketName, region: "us-gov-east-1" },
    "GovCloud",
  ],
  [
    "CloudFront in China",
    { kind: "cloudfront", bucketName, region: "cn-north-1", domain },
    "China",
  ],
  [
    "CloudFront in isolation",
    { kind: "cloudfront", bucketName, region: "us-iso-east-1" },
    "isolated",
  ],
  [
    "a domain in capitals",
    { kind: "cloudfront", bucketName, domain: { ...domain, name: "OIDC.example" } },
    "DNS name",
  ],
  [
    "a certificate elsewhere",
    {
      kind: "cloudfront",
      bucketName,
      domain: {
        ...domain,
        certificateArn: domain.certificateArn.replace("us-east-1", "eu-west-1"),
      },
    },
    "us-east-1",
  ],
  [
    "a URL that is too long",
    {
      kind: "cloudfront",
      bucketName,
      prefix: "p".repeat(120),
      domain: { ...domain, name: `${`${"d".repeat(60)}.`.repeat(3)}example` },
    },
    "255 characters",
  ],
  ["no region", { bucketName, region: "europe" }, "must be an AWS region"],
  ["a prefix that begins with a slash", { bucketName, prefix: "/a" }, "prefix must be a path"],
  ["a prefix that climbs", { bucketName, prefix: "a/.." }, "prefix must be a path"],
  [
    "versioning of a bucket made elsewhere",
    { bucketName, existing: true, versioning: true },
    "versioning must be left out",
  ],
  [
    "destruction of a bucket made elsewhere",
    { bucketName, existing: true, forceDestroy: false },
    "forceDestroy must be left out",
  ],
  [
    "logs to no bucket",
    { bucketName, accessLogs: { bucketName: "A" } },
    "accessLogs.bucketName must",
  ],
  [
    "logs below an expression",
    { bucketName, accessLogs: { bucketName: "abc", prefix: "${a}" } },
    "accessLogs.prefix must",
  ],
  [
    "a URL of http",
    { kind: "self-published", issuerUrl: "http://a.example" },
    "issuerUrl must begin with https://",
  ],
])("%s is refused before anything is made", (_title, hosting, says) => {
  const stack = new TerraformStack(appInTemporaryDirectory(), "test");
  const make = () =>
    new IrsaIssuer(stack, "irsa", { hosting: hostingFrom(hosting), secret: "none" });
  expect(make).toThrow(says);
  expect(byAddress(stack.toTerraform() as TerraformConfiguration)).toEqual({});
});

test.each<[string, Record<string, string>, string]>([
  ["an expression", { owner: "${var.owner}" }, "tags.owner must contain only"],
  ["an empty name", { "": "a" }, "1 to 128 characters"],
  ["a long value", { a: "b".repeat(257) }, "0 to 256"],
  ["one of AWS' own", { "AWS:a": "b" }, "begin with aws:"],
  [
    "too many",
    Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`t${at}`, ""])),
    "at most 50",
  ],
])("a tag that is %s is refused", (_title, tags, says) => {
  expect(() => make(hostingOf("s3"), { tags })).toThrow(says);
});
