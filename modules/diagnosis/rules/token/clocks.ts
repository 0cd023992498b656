import { offsetOf } from "../../facts";
import type { Facts } from "../../facts";

/** How far the API server's clock is ahead of AWS's, in seconds; undefined where one was not seen. */
export function secondsAhead({ evidence }: Facts): number | undefined {
  const [aws, apiServer] = [offsetOf(evidence, "aws"), offsetOf(evidence, "apiServer")];
  return aws === undefined || apiServer === undefined ? undefined : (apiServer - aws) / 1000;
}

/** The Date header has whole seconds, and an answer takes its time. */
export const tolerance = 60;
