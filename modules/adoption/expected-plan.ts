import type { Block, TerraformJson } from "../report";
import { ExistingResources } from "./existing-resources";
import type { Setup } from "./setup";

/** A resource that exists, and the ID that Terraform imports it by. */
interface Import {
  readonly to: string;
  readonly id: string;
}

/** What the first plan does to a resource that is imported. */
interface ExpectedChange {
  readonly address: string;
  /** Arguments, as Terraform names them, and what becomes of each. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Arguments that change along with these, or that the state of an imported resource lacks. */
  readonly follow: readonly string[];
}

/** What a plan with the import blocks shows. */
export interface ExpectedPlan {
  readonly imports: readonly Import[];
  readonly changes: readonly ExpectedChange[];
  /** Addresses of what is made. */
  readonly creates: readonly string[];
}

/**
 * Finds the resources of a synthesized stack among those that exist.
 *
 * @param json the stack's `cdk.tf.json`
 * @returns how to import them, and what Terraform changes then
 *
 * @example
 * expectPlan(JSON.parse(readFileSync("cdk.tf.json", "utf8")), setup).imports;
 */
export function expectPlan(json: TerraformJson, setup: Setup): ExpectedPlan {
  const existing = new ExistingResources(json, setup);
  const resources = Object.entries(json.resource ?? {}).flatMap(([type, names]) =>
    Object.entries(names).map(([name, block]: readonly [string, Block]) => ({
      address: `${type}.${name}`,
      match: existing.find(type, block),
    })),
  );
  return {
    imports: resources.flatMap(({ address, match }) =>
      match === undefined ? [] : [{ to: address, id: match.id }],
    ),
    changes: resources.flatMap(({ address, match }) => {
      const changed = Object.entries(match?.changes ?? {}).flatMap(([name, what]) =>
        what === undefined ? [] : [[name, what] as const],
      );
      return changed.length === 0
        ? []
        : [{ address, arguments: Object.fromEntries(changed), follow: match?.follow ?? [] }];
    }),
    creates: resources.flatMap(({ address, match }) => (match === undefined ? [address] : [])),
  };
}

/**
 * Import blocks, as Terraform and OpenTofu read them from 1.5 on.
 *
 * @see {@link https://developer.hashicorp.com/terraform/language/import Import}
 */
export function formatImports(imports: readonly Import[]): string {
  return imports
    .map(({ to, id }) => `import {\n  to = ${to}\n  id = ${JSON.stringify(id)}\n}\n`)
    .join("\n");
}
