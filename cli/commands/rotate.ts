import { Argument, Option } from "commander";
import type { RotateOptions } from "../actions/rotate/rotation";
import { clusterSource, platform, repeatable } from "../input/shared-options";
import type { Definition } from "./command";

export const rotateCommand: Definition<RotateOptions> = {
  name: "rotate",
  summary: "change the signing key of a cluster, step by step",
  description:
    "show how to change a cluster's signing key without a moment in which a token is refused: which key is where, the next safe step, what to check before it, and its earliest time; nothing is changed without --next, and nothing is ever applied",
  arguments: [new Argument("<cluster>", "the cluster's name in the configuration")],
  options: [
    new Option(
      "--next",
      "change the configuration by the next step, if every check of it has passed",
    ),
    new Option(
      "--to <key>",
      "the key to sign with; a new name makes a new key (default: the key listed after the one that signs, else a new one)",
    ),
    new Option(
      "--public-key-file <file>",
      "the public half of the new key, for a cluster that signs with a key of its own",
    ),
    new Option(
      "--from <directory>",
      "what `irsa doctor --evidence` has written in the last hour: the published JWKS, the API servers' and a token",
    ),
    new Option(
      "--jwks <file|url>",
      "the published JWKS, which a URL is read from; of a file or -, what `curl -i` prints, whose headers say since when it is published",
    ),
    repeatable(
      "--api-server-jwks <file>",
      "what `kubectl get --raw /openid/v1/jwks` prints, or -; one from each API server",
    ),
    repeatable(
      "--token <file>",
      "a fresh token (`kubectl create token default`), or -; one from each API server; its signature is dropped",
    ),
    new Option(
      "--published-since <time>",
      "the new key is published since then, such as 2026-11-28T10:00:00Z, where the JWKS comes without Last-Modified",
    ),
    ...platform("key"),
    ...clusterSource(),
    new Option("--json", "write the plan as JSON"),
  ],
  help: `Example:
  irsa rotate prod
  irsa rotate prod --next
  irsa doctor prod --service-account default/default --evidence seen
  irsa rotate prod --from seen --next`,
  load: async () => (await import("../actions/rotate.ts")).rotate,
};
