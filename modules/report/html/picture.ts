import { hasWildcard } from "../../iam/wildcard";
import type { ReportedCluster, ReportedRole } from "../schema";
import { html, type Html } from "./html";
import { accountsOf, count, shortened, shown } from "./words";

const width = 960;
/** Left edge and width of each lane. */
const lanes = {
  cluster: { x: 0, width: 300, title: "Kubernetes cluster" },
  published: { x: 336, width: 288, title: "Published" },
  aws: { x: 660, width: 300, title: "AWS account" },
} as const;
const margin = 12;
const line = 19;
/** As many characters of the narrow font as fit into a box. */
const fits = 34;
/** As many roles as are drawn; the rest is counted. */
const maxRoles = 8;
const roleHeight = 54;
const roleGap = 10;

interface Line {
  readonly text: string;
  readonly kind?: "head" | "mono" | "sub" | "risk" | "mono risk";
}

/**
 * The chain of trust of a cluster as SVG: who signs, what is published, whom AWS asks, and which
 * ServiceAccounts get which roles.
 *
 * @param id begins the ids of its title and description
 */
export function drawChain(cluster: ReportedCluster, id: string): Html {
  const keys = keyLines(cluster);
  const documents = documentLines(cluster);
  const providers = providerLines(cluster);
  const top = 40;
  const upper = heightOf(keys, documents, providers);
  const middle = top + upper + 46;
  const issuer = shortened(shown(cluster.issuer.url), fits);
  const server: Line[] = [
    { text: "API server", kind: "head" },
    { text: "signs ServiceAccount tokens" },
  ];
  const sts: Line[] = [{ text: "AWS STS", kind: "head" }, { text: "gives credentials for a role" }];
  const lower = heightOf(server, sts);
  const roles = cluster.roles.slice(0, maxRoles);
  const more = cluster.roles.length - roles.length;
  const rolesTop = middle + lower + 40;
  const rolesEnd =
    rolesTop + roles.length * (roleHeight + roleGap) - (roles.length > 0 ? roleGap : 0);
  const height = (roles.length > 0 ? rolesEnd : middle + lower) + (more > 0 ? 30 : 0) + margin;
  const left = centre("cluster");
  const right = centre("aws");
  const across = middle + lower / 2;
  const wire = top + 30;
  return html`<svg
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-labelledby="${id}-title"
    aria-describedby="${id}-text"
  >
    <title id="${id}-title">Chain of trust of ${cluster.name}</title>
    <desc id="${id}-text">${describe(cluster)}</desc>
    ${Object.values(lanes).map(({ x, width: wide, title }) => html`<rect class="lane" x="${x}" y="0" width="${wide}" height="${height}" rx="8" /><text class="sub" x="${x + margin}" y="24">${title}</text>`)}
    ${box("cluster", top, upper, keys)} ${box("published", top, upper, documents)}
    ${box("aws", top, upper, providers)}
    ${arrow(`M${edge("cluster")} ${wire}H${lanes.published.x + margin}`)}
    ${arrow(`M${edge("published")} ${wire}H${lanes.aws.x + margin}`)}
    ${arrow(`M${left} ${top + upper}V${middle}`)} ${arrow(`M${right} ${top + upper}V${middle}`)}
    ${label(left + 10, top + upper + 28, "private half signs")}
    ${label(right + 10, top + upper + 28, "issuer is trusted")}
    ${box("cluster", middle, lower, server)} ${box("aws", middle, lower, sts)}
    ${arrow(`M${edge("cluster")} ${across}H${lanes.aws.x + margin}`)}
    <text class="sub" x="480" y="${across - 10}" text-anchor="middle">
      token of the pod, with the issuer
    </text>
    <text class="mono" x="480" y="${across + 18}" text-anchor="middle">
      <title>${shown(cluster.issuer.url)}</title>
      ${issuer}
    </text>
    ${roles.length > 0 ? html`${label(lanes.cluster.x + margin, rolesTop - 12, "ServiceAccounts")}${label(lanes.aws.x + margin, rolesTop - 12, "Roles that they may assume")}` : undefined}
    ${roles.map((role, index) => drawRole(role, rolesTop + index * (roleHeight + roleGap)))}
    ${more > 0 ? label(lanes.aws.x + margin, rolesEnd + 22, `and ${count(more, "more role")}, listed below`) : undefined}
  </svg>`;
}

function drawRole(role: ReportedRole, y: number): Html {
  const accounts = accountsOf(role);
  const others = role.otherPrincipals.flatMap(({ identifiers }) => identifiers);
  const risky = accounts.some(hasWildcard);
  const [first = others[0] ?? "nobody", ...rest] = [
    ...accounts,
    ...(accounts.length > 0 ? others : others.slice(1)),
  ];
  const who: Line[] = [
    { text: first, kind: risky ? "mono risk" : "mono" },
    {
      text: rest.length > 0 ? `and ${count(rest.length, "other")}` : risky ? "any that match" : "",
      kind: "sub",
    },
  ];
  const what: Line[] = [
    { text: role.name, kind: "mono" },
    { text: count(role.policies.length, "policy", "policies"), kind: "sub" },
  ];
  const wire = y + roleHeight / 2;
  const path = `M${edge("cluster")} ${wire}H${lanes.aws.x + margin}`;
  return html`${box("cluster", y, roleHeight, who, risky)}${arrow(path, risky)}${box("aws", y, roleHeight, what)}`;
}

function keyLines({ keys }: ReportedCluster): Line[] {
  if (keys.length === 0)
    return [
      { text: "Signing key", kind: "head" },
      { text: "not managed here", kind: "sub" },
    ];
  return [
    { text: keys.length === 1 ? "Signing key" : "Signing keys", kind: "head" },
    ...keys.slice(0, 3).flatMap(({ name, algorithm, phase, privateKey }): Line[] => [
      {
        text: [name, algorithm, phase === "signing" && keys.length > 1 ? "signs" : ""]
          .filter(Boolean)
          .join(" · "),
        kind: "mono",
      },
      privateKey.place === "terraform-state"
        ? { text: "in Terraform's state", kind: "risk" }
        : {
            text: privateKey.place === "owner" ? "with its owner" : "in Secrets Manager alone",
            kind: "sub",
          },
    ]),
    ...(keys.length > 3
      ? [{ text: `and ${count(keys.length - 3, "more key")}`, kind: "sub" as const }]
      : []),
  ];
}

function documentLines({ documents, bucket, distribution, issuer }: ReportedCluster): Line[] {
  const head: Line = { text: "Discovery document and JWKS", kind: "head" };
  if (documents.length === 0) return [head, { text: "published elsewhere", kind: "sub" }];
  const where =
    bucket === undefined
      ? [
          { text: issuer.url.replace(/^https:\/\/([^/]*).*$/, "$1"), kind: "mono" as const },
          { text: "published by you", kind: "sub" as const },
        ]
      : [
          { text: bucket.name, kind: "mono" as const },
          {
            text:
              distribution === undefined
                ? "two objects, read by everyone"
                : "read through CloudFront alone",
            kind: "sub" as const,
          },
        ];
  return [head, ...where];
}

function providerLines({ identityProviders }: ReportedCluster): Line[] {
  const audiences = [...new Set(identityProviders.flatMap((each) => each.audiences))];
  return [
    {
      text: identityProviders.length === 1 ? "IAM identity provider" : "IAM identity providers",
      kind: "head",
    },
    ...identityProviders.slice(0, 3).map(({ issuerUrl, isPrevious }): Line => ({
      text: `${shown(issuerUrl).replace("https://", "")}${isPrevious ? " (previous)" : ""}`,
      kind: "mono",
    })),
    ...(identityProviders.length === 0 ? [{ text: "made elsewhere", kind: "sub" as const }] : []),
    ...(audiences.length > 0
      ? [{ text: `audience ${audiences.join(", ")}`, kind: "sub" as const }]
      : []),
  ];
}

function describe(cluster: ReportedCluster): string {
  const { issuer, keys, bucket, distribution, identityProviders, roles } = cluster;
  const signing = keys.find(({ phase }) => phase === "signing");
  const sentences = [
    signing === undefined
      ? `Tokens have the issuer ${shown(issuer.url)}.`
      : `The key ${signing.name} signs tokens of the issuer ${shown(issuer.url)}.`,
    bucket === undefined
      ? ""
      : `Its public half is published in the bucket ${bucket.name}, read ${distribution === undefined ? "by everyone" : "through CloudFront"}.`,
    `The account trusts ${count(identityProviders.length, "issuer")}.`,
    ...roles
      .slice(0, maxRoles)
      .map(
        (role) => `${accountsOf(role).join(", ") || "Nobody by a token"} may assume ${role.name}.`,
      ),
    roles.length > maxRoles
      ? `${count(roles.length - maxRoles, "more role")} are listed below.`
      : "",
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

type Lane = keyof typeof lanes;

function centre(lane: Lane): number {
  return lanes[lane].x + lanes[lane].width / 2;
}

/** The right edge of a lane's boxes. */
function edge(lane: Lane): number {
  return lanes[lane].x + lanes[lane].width - margin;
}

function heightOf(...boxes: readonly (readonly Line[])[]): number {
  return Math.max(...boxes.map(({ length }) => length)) * line + 18;
}

function box(lane: Lane, y: number, height: number, lines: readonly Line[], warns = false): Html {
  const { x, width: wide } = lanes[lane];
  const written = lines.filter(({ text }) => text !== "");
  const first = y + (written.length === 1 ? height / 2 + 4 : 22);
  return html`<rect
      class="${warns ? "box warns" : "box"}"
      x="${x + margin}"
      y="${y}"
      width="${wide - 2 * margin}"
      height="${height}"
      rx="6"
    />${written.map(({ text, kind = "" }, index) => {
      const full = shown(text);
      const short = shortened(full, fits);
      return html`<text class="${kind}" x="${x + 2 * margin}" y="${first + index * line}"
        >${short === full ? undefined : html`<title>${full}</title>`}${short}</text
      >`;
    })}`;
}

function label(x: number, y: number, text: string): Html {
  return html`<text class="sub" x="${x}" y="${y}">${text}</text>`;
}

/** An arrow along a path of straight lines that ends rightwards or downwards. */
function arrow(path: string, dashed = false): Html {
  const [, x, y, way, end] = /^M([\d.]+) ([\d.]+)([HV])([\d.]+)$/.exec(path) ?? [];
  const tip = way === "H" ? `M${end} ${y}l-8 -4.5v9z` : `M${x} ${end}l-4.5 -8h9z`;
  return html`<path${dashed ? html` class="dashed"` : undefined} d="${path}" /><path
      class="tip"
      d="${tip}"
    />`;
}
