/** The arguments of a resource or data source. */
export type Block = Readonly<Record<string, unknown>>;

/** The content of a `cdk.tf.json`, as far as a report reads it. */
export interface TerraformJson {
  readonly data?: Blocks;
  readonly ephemeral?: Blocks;
  readonly resource?: Blocks;
  readonly locals?: Block;
  readonly output?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly terraform?: Block;
}

type Blocks = Readonly<Record<string, Readonly<Record<string, Block>>>>;

const expression = /(\$\$\{)|\$\{([^{}]+)\}/g;

/**
 * A synthesized stack, whose strings are read with local values and what is known before apply put in. What
 * Terraform knows at apply alone stays an expression, `${…}`.
 */
export class Terraform {
  /**
   * @param known values by their expressions, such as `data.aws_partition.current.partition`
   */
  constructor(
    private readonly json: TerraformJson,
    private readonly known: Readonly<Record<string, string | undefined>>,
  ) {}

  /** The resources of a type, by their names. */
  resources(type: string): readonly (readonly [name: string, block: Block])[] {
    return Object.entries(this.json.resource?.[type] ?? {});
  }

  resource(type: string, name: string): Block | undefined {
    return this.json.resource?.[type]?.[name];
  }

  data(type: string, name: string): Block | undefined {
    return this.json.data?.[type]?.[name];
  }

  ephemeral(type: string, name: string): Block | undefined {
    return this.json.ephemeral?.[type]?.[name];
  }

  /** The names of what is in a type's blocks of one kind. */
  names(kind: "ephemeral" | "resource", type: string): string[] {
    return Object.keys(this.json[kind]?.[type] ?? {});
  }

  /** The value of an output as it is written, unresolved. */
  output(name: string): unknown {
    return this.json.output?.[name]?.value;
  }

  /** The kind of the backend and its arguments. */
  backend(): readonly [type: string, config: Block] | undefined {
    return Object.entries(asBlock(this.json.terraform?.backend)).map(
      ([type, config]) => [type, asBlock(config)] as const,
    )[0];
  }

  /** A string with what is known put in; undefined for what is none. */
  text(value: unknown): string | undefined {
    return typeof value === "string" ? this.resolve(value, []) : undefined;
  }

  /** The strings of a list. */
  texts(value: unknown): string[] {
    return asList(value).flatMap((each) => this.text(each) ?? []);
  }

  private resolve(template: string, within: readonly string[]): string {
    return template.replace(expression, (whole, escaped: string | undefined, name: string) => {
      if (escaped !== undefined) return "${";
      const value = this.known[name] ?? this.local(name);
      return value === undefined || within.includes(name)
        ? whole
        : this.resolve(value, [...within, name]);
    });
  }

  /** A local value that is a string; one that calls a function stays a name. */
  private local(name: string): string | undefined {
    const [, local] = /^local\.([\w-]+)$/.exec(name) ?? [];
    const value = local === undefined ? undefined : this.json.locals?.[local];
    return typeof value === "string" && !/\$\{[^}]*[({"]/.test(value) ? value : undefined;
  }
}

/** The name in a reference such as `${aws_iam_role.NAME.arn}`, if it is one of that type and attribute. */
export function referredName(value: unknown, type: string, attribute = "\\w+"): string | undefined {
  if (typeof value !== "string") return undefined;
  const pattern = new RegExp(
    `^\\$\\{${type.replaceAll(".", "\\.")}\\.([\\w-]+)\\.${attribute}\\}$`,
  );
  return pattern.exec(value)?.[1];
}

/** A block, of which CDKTF writes one alone as an object and several as a list. */
export function asBlock(value: unknown): Block {
  const [first] = asList(value);
  return typeof first === "object" && first !== null ? (first as Block) : {};
}

/** A list, also of the one value that is not in a list. */
export function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as unknown[]) : [value];
}
