import type {
  ReportedCluster,
  ReportedDocument,
  ReportedFinding,
  ReportedKey,
  ReportedSight,
} from "../schema";
import { codes } from "./codes";
import { html, type Html } from "./html";
import { drawChain } from "./picture";
import { renderRole } from "./role";
import { table } from "./table";
import { count, shown } from "./words";

/** What severities are called. */
export const levels = { error: "Error", warning: "Warning", info: "Note" } as const;

/**
 * The section of a cluster.
 *
 * @param isOpen whether its details are shown at first
 */
export function renderCluster(cluster: ReportedCluster, isOpen: boolean): Html {
  const { name, issuer, roles, keys, findings } = cluster;
  const id = `cluster-${name}`;
  const parts = [
    count(roles.length, "role"),
    count(keys.length, "key"),
    count(findings.length, "finding"),
  ];
  return html`<section class="cluster" aria-labelledby="${id}">
<div class="title"><h2 id="${id}" tabindex="-1">${name}</h2>${badges(findings)}<p>${placeOf(cluster)}</p></div>
<details${isOpen ? html` open` : undefined}><summary>${parts.join(", ")} <span class="muted">· <code>${shown(issuer.url)}</code></span></summary>
<h3>Chain of trust</h3>
<div class="scroll picture" tabindex="0" role="group" aria-label="Chain of trust of ${name}">${drawChain(cluster, id)}</div>
${
  findings.length === 0
    ? undefined
    : html`<h3>Findings</h3>
        <ul class="findings">
          ${findings.map(renderFinding)}
        </ul>`
}
<h3>Roles</h3>
${roles.length === 0 ? html`<p class="muted">The stack makes none.</p>` : roles.map(renderRole)}
<h3>Keys</h3>
${keys.length === 0 ? html`<p class="muted">They are managed where the issuer is made.</p>` : renderKeys(cluster)}
<h3>What is public</h3>
${renderPublic(cluster)}
<h3>Issuer and identity providers</h3>
${renderTrust(cluster)}
<p class="back"><a href="#clusters">Back to the list of clusters</a></p>
</details>
</section>`;
}

function placeOf({ region, accountId }: ReportedCluster): string {
  return [region, accountId === undefined ? undefined : `account ${accountId}`]
    .filter((part) => part !== undefined)
    .join(", ");
}

/** How many findings there are of each severity. */
export function badges(findings: readonly ReportedFinding[]): Html {
  const kinds = (["error", "warning", "info"] as const).map((severity) => {
    const { length } = findings.filter((finding) => finding.severity === severity);
    return { severity, length };
  });
  return html`${kinds
    .filter(({ length }) => length > 0)
    .map(
      ({ severity, length }) =>
        html`<span class="badge ${severity}"
          >${count(length, levels[severity].toLowerCase())}</span
        > `,
    )}`;
}

function renderFinding({
  severity,
  what,
  about,
  actual,
  expected,
  remedy,
  code,
}: ReportedFinding): Html {
  const subject = about.kind === "cluster" ? "" : `${about.kind} `;
  return html`<li class="${severity}">
    <p><span class="level">${levels[severity]}:</span> ${what}</p>
    <p class="small">
      ${subject}<code>${shown(about.name)}</code>${actual === undefined ? undefined : html`, <code>${shown(actual)}</code>`}${expected === undefined ? undefined : html`; expected: ${expected}`}
    </p>
    <p class="small">${remedy} <code>${code}</code></p>
  </li>`;
}

function renderKeys({ name, keys, retiredKeys, state }: ReportedCluster): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Keys of ${name}">
      ${table(
        ["Name", "Kind", "Phase", "Private half", "Key ID (kid)"],
        keys.map(
          (key) =>
            html`<tr>
              <th scope="row"><code>${key.name}</code></th>
              <td class="nowrap">${key.algorithm}</td>
              <td>${phases[key.phase]}</td>
              <td>${renderPrivateKey(key, state)}</td>
              <td class="long">
                ${key.keyIds.length === 0 ? html`<span class="muted">known after apply</span>` : codes(key.keyIds)}
              </td>
            </tr>`,
        ),
      )}
    </div>
    ${retiredKeys.length === 0 ? undefined : html`<p class="small muted">Retired, and not published any more: ${codes(retiredKeys)}.</p>`}`;
}

const phases = { signing: "signs", published: "published, does not sign" } as const;

function renderPrivateKey(
  { privateKey: { place, secret } }: ReportedKey,
  state: ReportedCluster["state"],
): Html {
  const kept =
    secret === undefined
      ? undefined
      : html`<code>${shown(secret.name)}</code
          >${secret.kmsKey === undefined ? undefined : html`, encrypted with <code>${shown(secret.kmsKey)}</code>`}${secret.resourcePolicy ? ", with a resource policy" : undefined}${secret.replicaRegions.length === 0 ? undefined : html`, copied to ${codes(secret.replicaRegions)}`}`;
  if (place === "owner")
    return html`<span class="good">with its owner</span>: Terraform has the public key alone`;
  if (place === "secrets-manager")
    return html`<span class="good">Secrets Manager alone</span>: ${kept}`;
  return html`<span class="risk">Terraform's state</span>
    (${state.backend}${state.location === undefined ? undefined : html` <code>${shown(state.location)}</code>`})${kept === undefined ? undefined : html`, and Secrets Manager: ${kept}`}`;
}

const publishers: Readonly<Record<ReportedDocument["publishedBy"], string>> = {
  "object-acl": "everyone, by the object's ACL",
  "bucket-policy": "everyone, by the bucket's policy",
  "bucket-owner":
    "everyone, when the owner of the bucket adds the statement of the output bucket_policy",
  cloudfront: "everyone, through CloudFront",
  self: "everyone, where you publish it",
};

function renderPublic({ name, documents, bucket, distribution, keys }: ReportedCluster): Html {
  if (documents.length === 0)
    return html`<p class="muted">Nothing of this stack: the documents are published elsewhere.</p>`;
  const extra = (bucket?.everyoneReads ?? []).filter(
    (key) =>
      !documents.some(({ location }) => location?.endsWith(`/${bucket?.name}/${key}`) ?? false),
  );
  const parameters = keys.flatMap(({ publicKeyParameter }) => publicKeyParameter ?? []);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="What is public of ${name}">
      ${table(
        ["Document", "Read at", "By"],
        documents.map(
          (document) =>
            html`<tr>
              <th scope="row">${document.name}</th>
              <td>
                ${link(document.url)}${document.location === undefined ? undefined : html`<br /><span class="small muted"><code>${shown(document.location)}</code></span>`}
              </td>
              <td>${publishers[document.publishedBy]}</td>
            </tr>`,
        ),
      )}
    </div>
    <dl class="facts small">
      ${
        bucket === undefined
          ? undefined
          : html`<dt>Bucket</dt>
              <dd><code>${shown(bucket.name)}</code>, ${bucketFacts(bucket)}</dd>`
      }
      ${
        extra.length === 0
          ? undefined
          : html`<dt>Public besides</dt>
              <dd class="risk">${codes(extra)}</dd>`
      }
      ${
        distribution === undefined
          ? undefined
          : html`<dt>Distribution</dt>
              <dd>
                <code>${shown(distribution.domain)}</code>,
                ${distribution.viewers}${distribution.minimumTls === undefined ? undefined : `, ${distribution.minimumTls} or later`}
              </dd>`
      }
      ${
        parameters.length === 0
          ? undefined
          : html`<dt>SSM parameters</dt>
              <dd>${codes(parameters)}, a public key each, read within the account</dd>`
      }
    </dl>`;
}

function bucketFacts(bucket: NonNullable<ReportedCluster["bucket"]>): string {
  const { madeHere, aclsCount, versioning, encryption, accessLogs, distributionReads } = bucket;
  return [
    madeHere ? "made here" : "made elsewhere",
    distributionReads.length > 0 ? "private except for the distribution" : undefined,
    aclsCount === undefined ? undefined : aclsCount ? "ACLs count" : "no ACLs",
    versioning === true ? "versioned" : undefined,
    encryption === undefined ? undefined : `encrypted with ${shown(encryption)}`,
    accessLogs === undefined ? undefined : `access logs in ${accessLogs}`,
  ]
    .filter((fact) => fact !== undefined)
    .join(", ");
}

/** A link only where the whole URL is known. */
function link(url: string): Html {
  const isWhole = url.startsWith("https://") && !url.includes("${");
  return isWhole
    ? html`<a href="${url}" rel="noreferrer"><code>${url}</code></a>`
    : html`<code>${shown(url)}</code>`;
}

const hostings: Readonly<Record<ReportedCluster["issuer"]["hosting"], string>> = {
  s3: "S3",
  cloudfront: "CloudFront, before a private bucket",
  "self-published": "published by you",
  existing: "made elsewhere",
};

const thumbprints = {
  certificate: "that of the host's certificate",
  given: "given",
  none: "none",
  "not-known": "not known here",
} as const;

function renderSeen({ readable, keyIds, unchangedSince, certificate }: ReportedSight): Html {
  if (!readable) return html`<span class="risk">the documents could not be read</span>`;
  return html`keys
  ${codes(keyIds)}${unchangedSince === undefined ? undefined : `, unchanged since ${unchangedSince}`}${certificate === undefined ? undefined : html`; certificate of <code>${certificate.subject}</code> until ${certificate.notAfter}`}`;
}

function renderTrust({
  name,
  issuer,
  identityProviders,
  state,
  deletionProtection,
  seen,
}: ReportedCluster): Html {
  return html`<dl class="facts">
      <dt>Issuer</dt>
      <dd><code>${shown(issuer.url)}</code></dd>
      <dt>Hosting</dt>
      <dd>${hostings[issuer.hosting]}</dd>
      <dt>Terraform's state</dt>
      <dd>
        ${state.backend}${state.location === undefined ? undefined : html` <code>${shown(state.location)}</code>`}
      </dd>
      ${
        issuer.hosting === "existing"
          ? undefined
          : html`<dt>Deletion protection</dt>
              <dd>${deletionProtection ? "on" : "off"}</dd>`
      }
      ${
        seen === undefined
          ? undefined
          : html`<dt>Seen ${seen.at}</dt>
              <dd>${renderSeen(seen)}</dd>`
      }
    </dl>
    ${
      identityProviders.length === 0
        ? undefined
        : html`<div
            class="scroll"
            tabindex="0"
            role="group"
            aria-label="Identity providers of ${name}"
          >
            ${table(
              ["Identity provider", "Issuer", "Audiences", "Thumbprint"],
              identityProviders.map(
                (provider) =>
                  html`<tr>
                    <th scope="row" class="long plain"><code>${shown(provider.arn)}</code></th>
                    <td>
                      ${provider.isPrevious ? "previous" : "present"},
                      ${provider.madeHere ? "made here" : "made elsewhere"}
                    </td>
                    <td>
                      ${provider.audiences.length === 0 ? html`<span class="muted">not known here</span>` : codes(provider.audiences)}
                    </td>
                    <td>${thumbprints[provider.thumbprint]}</td>
                  </tr>`,
              ),
            )}
          </div>`
    }`;
}
