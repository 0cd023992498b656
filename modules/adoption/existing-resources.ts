import { isDeepStrictEqual } from "node:util";
import { asBlock, asList, type Block, Terraform, type TerraformJson } from "../report";
import { isSamePolicy } from "./same-policy";
import type {
  ExistingBucket,
  ExistingObject,
  ExistingProvider,
  ExistingRole,
  Setup,
  Tags,
} from "./setup";

/** A resource of a stack that exists. */
interface Match {
  /** What Terraform imports it by. */
  readonly id: string;
  /** What becomes of its arguments; undefined for those that stay. */
  readonly changes?: Changes;
  /** Arguments that change along with these. */
  readonly follow?: readonly string[];
}

type Changes = Readonly<Record<string, string | undefined>>;

/** Finds resources of a synthesized stack in a set-up. */
export class ExistingResources {
  private readonly terraform: Terraform;
  /** A data source that names a resource with changes is read at apply. */
  private readonly isProviderChanged: boolean;

  constructor(
    json: TerraformJson,
    private readonly setup: Setup,
  ) {
    const { partition, accountId, provider } = setup;
    const providers = Object.entries(json.resource?.aws_iam_openid_connect_provider ?? {});
    const roles = Object.entries(json.resource?.aws_iam_role ?? {});
    this.terraform = new Terraform(json, {
      "data.aws_partition.current.partition": partition,
      "data.aws_caller_identity.current.account_id": accountId,
      ...Object.fromEntries(
        providers.map(([name]) => [`aws_iam_openid_connect_provider.${name}.arn`, provider?.arn]),
      ),
      ...Object.fromEntries(
        roles.map(([name, role]) => [`aws_iam_role.${name}.name`, String(role.name)]),
      ),
    });
    this.isProviderChanged = providers.some(
      ([, block]) =>
        provider !== undefined &&
        Object.values(this.providerChanges(block, provider)).some((what) => what !== undefined),
    );
  }

  /** @returns undefined for what does not exist, and is made */
  find(type: string, block: Block): Match | undefined {
    const { provider, bucket, roles } = this.setup;
    if (type === "aws_iam_openid_connect_provider") {
      return provider && { id: provider.arn, changes: this.providerChanges(block, provider) };
    }
    if (type.startsWith("aws_s3_")) {
      return bucket === undefined || this.text(block, "bucket") !== bucket.name
        ? undefined
        : this.findOfBucket(type, block, bucket);
    }
    const name = this.text(block, type === "aws_iam_role" ? "name" : "role");
    const role = roles.find((each) => each.name === name);
    return role && this.findOfRole(type, block, role);
  }

  private providerChanges(block: Block, { clientIds, tags }: ExistingProvider): Changes {
    const audiences = this.terraform.texts(block.client_id_list);
    const missing = audiences.filter((each) => !clientIds.includes(each));
    return {
      client_id_list: missing.length > 0 ? `also ${missing.join(", ")}` : undefined,
      ...tagsChange(block, tags),
    };
  }

  private findOfBucket(type: string, block: Block, bucket: ExistingBucket): Match | undefined {
    const { name: id, ownership, publicAccessBlock, policy, objects } = bucket;
    switch (type) {
      case "aws_s3_bucket":
        return { id, changes: tagsChange(block, bucket.tags), follow: ["force_destroy"] };
      case "aws_s3_bucket_ownership_controls": {
        const wanted = asBlock(block.rule).object_ownership;
        return ownership === undefined
          ? undefined
          : { id, changes: { rule: change(ownership, wanted) } };
      }
      case "aws_s3_bucket_public_access_block":
        return publicAccessBlock && { id, changes: switchChanges(block, publicAccessBlock) };
      case "aws_s3_bucket_policy": {
        if (policy === undefined) return undefined;
        const isSame = isSamePolicy(this.policy(block.policy), JSON.parse(policy));
        const what = `opens the two documents and nothing else, in place of ${policy}`;
        return { id, changes: { policy: isSame ? undefined : what } };
      }
      case "aws_s3_bucket_versioning":
        return bucket.versioning === undefined ? undefined : { id };
      case "aws_s3_bucket_logging":
        return bucket.accessLogs && { id };
      default: {
        const key = this.text(block, "key") ?? "";
        const object = objects[key];
        return (
          object && {
            id: `${id}/${key}`,
            changes: objectChanges(block, object),
            follow: ["acl", "etag", "force_destroy", "source_hash", "version_id"],
          }
        );
      }
    }
  }

  private findOfRole(type: string, block: Block, role: ExistingRole): Match | undefined {
    const { name, attached, inline } = role;
    if (type === "aws_iam_role") {
      return {
        id: name,
        changes: { ...this.trustChange(block, role), ...tagsChange(block, role.tags) },
      };
    }
    if (type === "aws_iam_role_policy_attachment") {
      const arn = this.text(block, "policy_arn") ?? "";
      return attached.includes(arn) ? { id: `${name}/${arn}` } : undefined;
    }
    const policyName = this.text(block, "name") ?? "";
    if (type !== "aws_iam_role_policy" || !(policyName in inline)) return undefined;
    const isSame = isSamePolicy(this.policy(block.policy), inline[policyName]);
    const policy = isSame ? undefined : "the same statements, written anew";
    return { id: `${name}:${policyName}`, changes: { policy } };
  }

  private trustChange(block: Block, { trustPolicy }: ExistingRole): Changes {
    if (isSamePolicy(this.policy(block.assume_role_policy), trustPolicy)) {
      return this.isProviderChanged
        ? {
            assume_role_policy:
              "stays: Terraform reads it at apply, as the identity provider changes",
          }
        : {};
    }
    const hasAudience = JSON.stringify(trustPolicy).includes(':aud"');
    return {
      assume_role_policy: hasAudience
        ? "the same ServiceAccounts, written anew"
        : "the same ServiceAccounts, and a condition on aud: the audiences of the identity provider, which IAM asks for anyway",
    };
  }

  private text(block: Block, name: string): string | undefined {
    return this.terraform.text(block[name]);
  }

  /** The policy of a data source that is referred to. */
  private policy(reference: unknown): unknown {
    const [, name = ""] =
      /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.json\}$/.exec(String(reference)) ?? [];
    const document = this.terraform.data("aws_iam_policy_document", name);
    return {
      Version: "2012-10-17",
      Statement: asList(document?.statement).map((each) => this.statement(asBlock(each))),
    };
  }

  private statement(block: Block): Readonly<Record<string, unknown>> {
    const texts = (value: unknown) =>
      this.terraform.texts(value).map((each) => each.replaceAll("&{", "${"));
    const conditions: Record<string, Record<string, readonly string[]>> = {};
    for (const condition of asList(block.condition).map(asBlock)) {
      const [test = "", variable = ""] = texts([condition.test, condition.variable]);
      (conditions[test] ??= {})[variable] = texts(condition.values);
    }
    const { type, identifiers } = asBlock(block.principals);
    const kind = this.terraform.text(type);
    return {
      ...(block.sid !== undefined && { Sid: block.sid }),
      Effect: block.effect,
      Action: texts(block.actions),
      ...(block.resources !== undefined && { Resource: texts(block.resources) }),
      ...(kind !== undefined && { Principal: kind === "*" ? "*" : { [kind]: texts(identifiers) } }),
      ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
    };
  }
}

function change(from: unknown, to: unknown): string | undefined {
  return from === to ? undefined : `${String(from)} becomes ${String(to)}`;
}

/** Of a public access block, whose arguments Terraform names in its own way. */
function switchChanges(block: Block, existing: object): Changes {
  return Object.fromEntries(
    Object.entries(existing).map(([name, value]) => {
      const argument = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [argument, change(value, block[argument])];
    }),
  );
}

/** The tags that a resource gets or loses. */
function tagsChange(block: Block, existing: Tags): Changes {
  const wanted = asBlock(block.tags);
  const names = Object.keys({ ...existing, ...wanted });
  const what = names
    .filter((name) => wanted[name] !== existing[name])
    .map((name) => (name in wanted ? `${name} = ${String(wanted[name])}` : `without ${name}`));
  return what.length > 0 ? { tags: what.join(", "), tags_all: "as tags" } : {};
}

function objectChanges(block: Block, object: ExistingObject): Changes {
  const { content, contentType = "none", cacheControl, tags } = object;
  return {
    content: contentChange(block.content, content),
    content_type: change(contentType, block.content_type),
    cache_control: cacheControl && `without ${cacheControl}`,
    ...tagsChange(block, tags),
  };
}

function contentChange(wanted: unknown, existing: string): string {
  if (wanted === existing) return "stays: Terraform reads no content of an imported object";
  const [one, other] = [existing, wanted].map(parsed);
  if (one === undefined || other === undefined) return "written anew";
  if (isDeepStrictEqual(one, other)) return "formatted otherwise";
  const members = Object.keys({ ...one, ...other });
  const changed = members.filter((member) => !isDeepStrictEqual(one[member], other[member]));
  return `changed in ${changed.join(", ")}`;
}

function parsed(text: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(String(text)) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
