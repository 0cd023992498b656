/**
 * Lets only URLs of this machine through: what is meant for the emulator never reaches AWS.
 *
 * @returns the URL
 * @throws {Error} its host is not 127.0.0.1
 */
export function onLoopback(url: string): string {
  if (new URL(url).hostname === "127.0.0.1") return url;
  throw new Error(`only this machine (127.0.0.1) is talked to here, got: ${url}`);
}

/** Makes this process and those that it will start forget the AWS accounts that the user can reach. */
export function forgetAwsAccounts(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
  }
}
