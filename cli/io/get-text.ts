import { presentable } from "./presentable";
import { UsageError } from "./usage-error";

const timeoutMilliseconds = 10_000;
const maxBytes = 1024 * 1024;

/** An answer to a GET request. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Reads a public document as an anonymous client does; redirects are not followed, as STS follows none.
 *
 * @throws {UsageError} there is no answer within ten seconds, or it is longer than 1 MiB
 */
export async function getText(url: string): Promise<HttpAnswer> {
  try {
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    const body = await response.text();
    if (body.length > maxBytes) throw new Error("its answer is longer than 1 MiB");
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  } catch (error) {
    const { cause, message } = error as Error & { readonly cause?: { readonly code?: string } };
    throw new UsageError(
      `${presentable(url)} cannot be read: ${presentable(cause?.code ?? message)}`,
    );
  }
}
