/** The parts of a `cdk.tf.json` that tests look at. */
export interface TerraformConfiguration {
  readonly data?: Elements;
  readonly locals?: Readonly<Record<string, string>>;
  readonly output?: Readonly<
    Record<string, { value: unknown; description?: string; sensitive?: boolean }>
  >;
  readonly provider?: unknown;
  readonly resource?: Elements;
  readonly terraform?: unknown;
  readonly variable?: Readonly<Record<string, Element>>;
}

export type Element = Readonly<Record<string, unknown>>;
type Elements = Readonly<Record<string, Readonly<Record<string, Element>>>>;

/** Every variable, data source and resource by its address, without CDKTF's metadata. */
export function byAddress(configuration: TerraformConfiguration): Record<string, Element> {
  const flat = (elements: Elements = {}, prefix: string) =>
    Object.entries(elements).flatMap(([type, named]) =>
      Object.entries(named).map(
        ([name, body]) => [`${prefix}${type}.${name}`, bare(body)] as const,
      ),
    );
  return Object.fromEntries([
    ...Object.entries(configuration.variable ?? {}).map(
      ([name, body]) => [`var.${name}`, body] as const,
    ),
    ...flat(configuration.data, "data."),
    ...flat(configuration.resource, ""),
  ]);
}

function bare({ "//": _metadata, ...body }: Element): Element {
  return body;
}
