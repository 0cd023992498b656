import { expectGoldenFile } from "../../support/golden";

/** Compares a value with `__tests__/golden/roles/NAME.json`. */
export function expectGolden(name: string, actual: unknown): void {
  expectGoldenFile(`${JSON.stringify(actual, undefined, 2)}\n`, `roles/${name}.json`);
}
