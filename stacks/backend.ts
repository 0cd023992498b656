import { TerraformBackend, TerraformRemoteState, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import {
  assertValid,
  checkText,
  noTemplate,
  type Path,
  type Violation,
} from "../modules/validation";
import { type BackendConfig, backendTypes } from "./backend-types";

/** Where Terraform keeps the state of a stack. */
export interface BackendProps {
  /** Terraform's name of the backend, such as `local`, `s3`, `gcs`, `azurerm` or `pg`. */
  readonly type: string;
  /**
   * Its arguments, as Terraform names them, nested ones such as `assume_role` of `s3` too; what is left
   * out comes with `terraform init -backend-config`.
   * @default - the address of a state of the stack's own, and a lock file with `s3`
   */
  readonly config?: BackendConfig;
}

/**
 * The backend of a stack. CDKTF's own local backend holds an absolute path of the machine, and its S3
 * backend has no lock file.
 *
 * @throws {InvalidPropsError} see {@link backendViolations}
 * @see {@link https://developer.hashicorp.com/terraform/language/backend Backend block configuration}
 */
export class Backend extends TerraformBackend {
  private readonly config: BackendConfig;

  constructor(scope: Construct, props: BackendProps) {
    super(scope, "backend", props.type);
    const stack = TerraformStack.of(this);
    assertValid(backendViolations(props), stack);
    this.config = completeBackend(props, stack.node.id);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { ...this.config };
  }

  /** @throws {Error} always: no stack reads the state of another */
  getRemoteStateDataSource(): TerraformRemoteState {
    throw new Error("a stack of this project reads no other stack's state");
  }
}

/**
 * What is wrong with a backend: what `terraform init` would refuse, or what would let two stacks share a
 * state. Paths begin with `type` or `config`.
 */
export function backendViolations({ type, config = {} }: BackendProps): Violation[] {
  if (type === "cloud") {
    const rule =
      'must be a backend, and Terraform has cloud as a block of its own: use "remote" with organization';
    return [{ path: ["type"], rule, given: type }];
  }
  const known = Object.hasOwn(backendTypes, type) ? backendTypes[type] : undefined;
  if (known === undefined) {
    const rule = `must be one of ${backendNames.join(", ")}`;
    return [{ path: ["type"], rule, given: type }];
  }
  return [
    ...known.address
      .filter((name) => known.defaults === undefined && config[name] === undefined)
      .map((name) => ({
        path: ["config", name],
        rule: `is missing: the backend ${type} has no default address, and each stack needs a state of its own`,
      })),
    ...Object.entries(known.replaced ?? {})
      .filter(([name]) => config[name] !== undefined)
      .map(([name, instead]) => ({
        path: ["config", name],
        rule: `must be written as ${instead}, the only form that Terraform takes since 1.10`,
        isAboutKey: true,
      })),
    ...Object.entries(config).flatMap(([name, value]) =>
      argumentViolations(["config", name], value),
    ),
  ];
}

/** A backend block takes no expressions, and no null. */
function argumentViolations(path: Path, value: unknown): Violation[] {
  if (typeof value === "string") return checkText(path, value, [noTemplate]);
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value)))
    return [];
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => argumentViolations([...path, index], each));
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([name, each]) =>
      argumentViolations([...path, name], each),
    );
  }
  return [{ path, rule: "must be a string, number, boolean, list or map", given: value }];
}

/** The arguments of a stack's backend, with the address of its state. */
function completeBackend({ type, config }: BackendProps, stack: string): BackendConfig {
  const known = Object.hasOwn(backendTypes, type) ? backendTypes[type] : undefined;
  return { ...known?.defaults?.(stack), ...config };
}

/** The names of the backends that are known here. */
export const backendNames: readonly string[] = Object.keys(backendTypes);

/** The argument that sets the states of two stacks apart; undefined for an unknown backend. */
export function stateArgument(type: string): string | undefined {
  return Object.hasOwn(backendTypes, type) ? backendTypes[type]?.address[0] : undefined;
}

/** A stack and where it keeps its state. */
export interface StackState {
  readonly stack: string;
  readonly backend: BackendProps;
}

/**
 * Pairs of stacks that would keep their states in one place, where each apply destroys what the other
 * stack made.
 *
 * @returns each stack that comes after another with the same state, with that one's name
 */
export function findSharedStates(
  states: readonly StackState[],
): { readonly stack: string; readonly sharesWith: string }[] {
  const owners = new Map<string, string>();
  return states.flatMap(({ stack, backend }) => {
    const config = completeBackend(backend, stack);
    const known = Object.hasOwn(backendTypes, backend.type);
    const names = (known ? backendTypes[backend.type]?.address : undefined) ?? Object.keys(config);
    const address = JSON.stringify([backend.type, ...names.map((name) => config[name])]);
    const owner = owners.get(address);
    if (owner !== undefined) return [{ stack, sharesWith: owner }];
    owners.set(address, stack);
    return [];
  });
}
