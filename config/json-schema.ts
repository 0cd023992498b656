import { z } from "zod";
import { isGoingWith, hostingKinds, type HostingKind, requiredSetting } from "./hosting-settings";
import { clusterSchema, defaultsSchema, fileSchema } from "./schema";

type JsonSchema = Readonly<Record<string, unknown>>;

interface ObjectSchema extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
}

/**
 * The JSON Schema of `irsa.yaml`, for editors: one variant of a cluster for each way of hosting, so that
 * completion offers what goes with it, and the patterns of the rule book.
 *
 * @see {@link https://json-schema.org/draft/2020-12 JSON Schema 2020-12}
 */
export function jsonSchema(): object {
  const file = toJson(fileSchema);
  const cluster = toJson(clusterSchema);
  const clusters = (definition: string) => ({
    properties: { clusters: { items: { $ref: `#/$defs/${definition}` } } },
  });
  return {
    ...file,
    $id: "irsa.schema.json",
    title: "irsa.yaml",
    properties: { ...file.properties, defaults: { $ref: "#/$defs/defaults" } },
    if: { required: ["defaults"] },
    then: clusters("clusterWithDefaults"),
    else: clusters("cluster"),
    $defs: {
      ...definitions(cluster.properties),
      oneDistribution: { dependentSchemas: cluster.dependentSchemas },
      cluster: { description: cluster.description, anyOf: hostingKinds.map(variant) },
      clusterWithDefaults: {
        description: "A cluster; what it does not say comes from the defaults.",
        anyOf: [
          ...hostingKinds.map((kind) => ({ ...variant(kind), required: ["name", "hosting"] })),
          { ...anyHosting(Object.keys(cluster.properties)), ...oneDistribution },
        ],
      },
      defaults: inDefaults(toJson(defaultsSchema), cluster),
    },
  };

  function variant(hosting: HostingKind): JsonSchema {
    const names = Object.keys(cluster.properties).filter((name) => isGoingWith(name, hosting));
    const required = ["name", "region", requiredSetting(hosting)];
    return {
      title: `hosting: ${hosting}`,
      type: "object",
      additionalProperties: false,
      properties: { ...references(names), ...restricted[hosting], hosting: hostingOf(hosting) },
      required: hosting === "s3" ? required : [...required, "hosting"],
      ...(hosting === "existing" ? {} : { anyOf: someSecret }),
      ...oneDistribution,
    };
  }

  function hostingOf(hosting: HostingKind): JsonSchema {
    const { description } = cluster.properties.hosting ?? {};
    return { description, const: hosting, ...(hosting === "s3" && { default: hosting }) };
  }
}

/** A cluster runs one distribution. */
const oneDistribution = { allOf: [{ $ref: "#/$defs/oneDistribution" }] };

/** What a way of hosting restricts further. */
const restricted: Readonly<Partial<Record<HostingKind, object>>> = {
  "s3-virtual-hosted": { publicBy: { const: "policy" } },
  "self-published": {
    issuerUrl: { $ref: "#/$defs/issuerUrl", not: { pattern: "/$" } },
    jwksComputation: { const: "program" },
  },
};

/** Terraform makes the key that signs unless keys are brought; its private half has to be somewhere. */
const someSecret = ["keys", "secret", "secretPrefix"].map((name) => ({ required: [name] }));

function anyHosting(names: readonly string[]): JsonSchema {
  return {
    title: "the hosting of the defaults",
    type: "object",
    additionalProperties: false,
    properties: references(names.filter((name) => name !== "hosting")),
    required: ["name"],
  };
}

function toJson(schema: z.ZodType): ObjectSchema {
  return z.toJSONSchema(schema, { io: "input" }) as unknown as ObjectSchema;
}

/** Each property of a cluster once, under its own name; further issuers refer to those of the cluster's own. */
function definitions(properties: ObjectSchema["properties"]): ObjectSchema["properties"] {
  const { hosting: _, ...others } = properties;
  const { nextIssuer, previousIssuers } = others;
  const referring = (schema: unknown) => {
    const issuer = schema as ObjectSchema;
    const own = Object.entries(issuer.properties).map(([name, property]) => {
      const { description } = property;
      const isSame =
        JSON.stringify(property) === JSON.stringify({ ...properties[name], description });
      return [name, isSame ? { description, $ref: `#/$defs/${name}` } : property];
    });
    return { ...issuer, properties: Object.fromEntries(own) as object };
  };
  return {
    ...others,
    nextIssuer: referring(nextIssuer),
    previousIssuers: { ...previousIssuers, items: referring(previousIssuers?.items) },
  };
}

function references(names: readonly string[]): ObjectSchema["properties"] {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }]));
}

/** What `defaults` says as a cluster does is said once. */
function inDefaults({ $schema: _, ...defaults }: ObjectSchema, cluster: ObjectSchema): JsonSchema {
  const properties = Object.entries(defaults.properties).map(([name, schema]) => {
    const isSame = JSON.stringify(schema) === JSON.stringify(cluster.properties[name]);
    return [name, isSame && name !== "hosting" ? { $ref: `#/$defs/${name}` } : schema];
  });
  return { ...defaults, properties: Object.fromEntries(properties) as object };
}

/** The JSON Schema of a file in `clusters/`, which is one cluster. */
export function clusterJsonSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "irsa-cluster.schema.json",
    title: "clusters/NAME.yaml",
    $ref: "irsa.schema.json#/$defs/clusterWithDefaults",
  };
}
