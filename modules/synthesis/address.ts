import {
  TerraformDataSource,
  type TerraformElement,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import type { Construct } from "constructs";
import { EphemeralResource } from "./ephemeral-resource";

const taken = new WeakMap<TerraformStack, Set<string>>();
const namedByPath = new WeakSet<object>();
const suffixes = new WeakMap<object, string>();

/**
 * Lets everything below a construct have Terraform names that derive from its place in the construct
 * tree, so that several of its kind fit into one stack: {@link addressed} leaves it alone.
 */
export function nameByPath(scope: Construct): void {
  namedByPath.add(scope);
}

function isNamedByPath(scope: Construct): boolean {
  return scope.node.scopes.some((each) => namedByPath.has(each));
}

/**
 * Lets {@link addressed} end every Terraform name below a construct with `_SUFFIX`, so that a stack has
 * the same kind of thing twice.
 */
export function suffixNames(scope: Construct, suffix: string): void {
  suffixes.set(scope, suffix);
}

function withSuffix(scope: Construct, name: string): string {
  const found = scope.node.scopes.map((each) => suffixes.get(each));
  return [name, ...found.filter((suffix) => suffix !== undefined)].join("_");
}

/**
 * Gives a resource or data source the Terraform name that its users know, instead of one derived from
 * its place in the construct tree; except below a construct of {@link nameByPath}.
 *
 * @param element just made: its name must not have been used yet
 * @param given a Terraform identifier
 * @returns the element
 * @throws {Error} the name is no identifier, or the stack already has this address; Terraform JSON
 *   would silently keep one of the two
 */
export function addressed<T extends TerraformElement>(element: T, given: string): T {
  const name = withSuffix(element, given);
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
    throw new Error(
      `Terraform name must be an identifier (letters, digits, '_' and '-'), got: ${name}`,
    );
  }
  if (isNamedByPath(element)) return element;
  const stack = TerraformStack.of(element);
  const address = `${kind(element)}.${name}`;
  if (isTaken(stack, address)) {
    throw new Error(
      `stack '${stack.node.id}' already has ${address}; give one of the two another name`,
    );
  }
  taken.set(stack, (taken.get(stack) ?? new Set()).add(address));
  element.overrideLogicalId(name);
  return element;
}

/**
 * Whether {@link addressed} would refuse an address, so that a caller can report it before anything is made.
 *
 * @param address such as `aws_iam_role.NAME` or `data.aws_region.NAME`
 */
export function isTaken(scope: Construct, address: string): boolean {
  if (isNamedByPath(scope)) return false;
  return taken.get(TerraformStack.of(scope))?.has(address) ?? false;
}

/**
 * The Terraform name of a thing that is named more freely: what no identifier can hold becomes `_`, and
 * `_` goes before what no identifier can begin with.
 */
export function identifier(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?![A-Za-z_])/, "_");
}

function kind(element: TerraformElement): string {
  if (element instanceof TerraformDataSource) return `data.${element.terraformResourceType}`;
  if (element instanceof TerraformResource) return element.terraformResourceType;
  if (element instanceof EphemeralResource) return `ephemeral.${element.terraformResourceType}`;
  return element.constructor.name;
}
