import { expectGoldenFile } from "../../support/golden";

/** Compares a string with `__tests__/golden/cluster/NAME`, to the byte. */
export function expectGolden(name: string, text: string): void {
  expectGoldenFile(text, `cluster/${name}`);
}
