import type { Collected } from "../../modules/diagnosis";
import { defaultTimeout } from "../input/choices";
import { presentable } from "../io/presentable";

/** Why something could not be collected, and what to do: a sentence for the user. */
export class NotCollected extends Error {}

/** What all collectors are limited by. */
export interface Limits {
  /** For one collector. */
  readonly collectorMilliseconds: number;
  /** For one request. */
  readonly requestMilliseconds: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/**
 * Divides the time that looking may take at most: first Terraform prints outputs, then everything else.
 *
 * @param timeout seconds
 */
export function outputsMilliseconds(timeout = defaultTimeout): number {
  return timeout * 250;
}

/** Limits for everything but Terraform's outputs. They begin now. */
export function limitsOf(timeout = defaultTimeout): Limits {
  return {
    requestMilliseconds: timeout * 200,
    collectorMilliseconds: timeout * 500,
    signal: AbortSignal.timeout(timeout * 700),
  };
}

/**
 * Collects from one source: whatever goes wrong is the reason why it is missing.
 *
 * @param what the source, for the sentence about its time limit
 */
export async function collect<T>(
  what: string,
  { collectorMilliseconds, signal }: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Collected<T>> {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(collectorMilliseconds)]);
  const late = new Promise<Collected<T>>((resolve) => {
    const tooLate = () => {
      resolve({ missing: `${what}: no answer within the time limit; try again` });
    };
    if (ended.aborted) tooLate();
    else ended.addEventListener("abort", tooLate, { once: true });
  });
  return Promise.race([attempt(() => work(ended)), late]);
}

async function attempt<T>(work: () => Promise<T>): Promise<Collected<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof NotCollected) return { missing: error.message };
    const { message } = error as Error;
    return { missing: `it could not be read: ${presentable(message)}` };
  }
}
