/**
 * In what two issuer URLs differ that look alike, for a message: AWS compares them byte by byte.
 *
 * @returns such as "a slash at the end"; undefined where they are the same or differ in the host
 */
export function describeUrlDifference(one: string, other: string): string | undefined {
  if (one === other) return undefined;
  if (one.trim() === other.trim()) return "white space";
  const slashless = (url: string) => url.replace(/\/+$/, "");
  if (slashless(one) === slashless(other)) return "a slash at the end";
  if (one.toLowerCase() === other.toLowerCase()) return "upper and lower case";
  const [a, b] = [parse(one), parse(other)];
  if (a?.hostname !== b?.hostname) return undefined;
  if (a?.scheme !== b?.scheme) return "the scheme";
  if (a?.port !== b?.port) return "the port";
  return "the path";
}

function parse(url: string) {
  const [, scheme, hostname, port, path] =
    /^(?:([a-z]+):\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/i.exec(url) ?? [];
  return hostname === undefined
    ? undefined
    : { scheme, hostname: hostname.toLowerCase(), port, path };
}
