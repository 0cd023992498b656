/** The clients of AWS, loaded on their first use. */
export async function loadAwsClients(): Promise<typeof import("./aws-clients")> {
  // The command says itself which Node it needs.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return await import("./aws-clients.ts");
}
