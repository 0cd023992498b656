import type { Violation } from "../../validation";
import { type ApiServerArgs, apiServerArgsViolations } from "../api-server/args";
import { isOidcFlag, oidcRefusal, oidcViolations } from "./authentication";
import type { TalosTraits } from "./form";

/** Talos writes these itself and stops rendering the API server when they are given. */
const denied = new Set([
  "authorization-config",
  "client-ca-file",
  "encryption-provider-config",
  "etcd-cafile",
  "etcd-certfile",
  "etcd-keyfile",
  "etcd-servers",
  "kubelet-client-certificate",
  "kubelet-client-key",
  "proxy-client-cert-file",
  "proxy-client-key-file",
  "requestheader-client-ca-file",
  "service-account-key-file",
  "service-account-signing-key-file",
  "tls-cert-file",
  "tls-private-key-file",
]);

/** What is wrong with the extra API-server flags of a Talos cluster. */
export function talosArgsViolations(args: ApiServerArgs, traits: TalosTraits): Violation[] {
  return [
    ...apiServerArgsViolations(args, (flag) => refusal(flag, args[flag], traits)),
    ...(traits.form === "document" ? oidcViolations(args) : []),
  ];
}

function refusal(flag: string, value: unknown, traits: TalosTraits): string | undefined {
  if (denied.has(flag)) return "cannot be set: Talos sets it and refuses another value";
  if (!traits.lists && Array.isArray(value)) {
    return "must be a string: Talos takes a list since 1.13.6";
  }
  return traits.form === "document" ? documentRefusal(flag) : undefined;
}

function documentRefusal(flag: string): string | undefined {
  if (isOidcFlag(flag)) return oidcRefusal(flag);
  if (flag === "anonymous-auth" || flag === "authentication-config") {
    return "cannot be set in the document form: Talos takes it as KubeAuthenticationConfig";
  }
  if (flag === "authorization-mode" || flag.startsWith("authorization-webhook-")) {
    return "cannot be set in the document form: Talos takes it as KubeAuthorizerConfig";
  }
  return flag === "tls-min-version"
    ? "cannot be set: Talos sets it and refuses another value"
    : undefined;
}
