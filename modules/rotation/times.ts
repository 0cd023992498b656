/** To the second, in UTC. */
export function isoTime(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, "Z");
}

export function addSeconds(time: Date, seconds: number): Date {
  return new Date(time.getTime() + seconds * 1000);
}

/** The longest life of tokens that the pod identity webhook asks for, in seconds. */
export const defaultTokenLifetime = 86_400;

/** A token is fresh for so many seconds; clocks may differ by so many. */
export const freshSeconds = 3600;
export const clockSeconds = 300;

/** A number of seconds, in words. */
export function formatSeconds(seconds: number): string {
  return seconds % 3600 === 0
    ? `${seconds / 3600} hour${seconds === 3600 ? "" : "s"}`
    : `${Math.ceil(seconds / 60)} minutes`;
}
