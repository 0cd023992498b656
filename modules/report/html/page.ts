import { createHash } from "node:crypto";
import type { Report, ReportedCluster, ReportedFinding } from "../schema";
import { badges, levels, renderCluster } from "./cluster";
import { Html, html } from "./html";
import { script } from "./script";
import { style } from "./style";
import { table } from "./table";
import { accountsOf, count, shown } from "./words";

/** With more clusters, their details are closed at first. */
const maxOpen = 12;

/** Nothing may be loaded, run or sent but the report's own style and script. */
const policy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Byte for byte what the hashes are of: a formatter of templates must not touch them. */
const styled = new Html(`<style>${style}</style>`);
const scripted = new Html(`<script>${script}</script>`);

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** A report as one HTML file that loads nothing: the same report, the same bytes. */
export function renderReport({ clusters, date }: Report): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>Trust report: ${titleOf(clusters)}</title>
        ${styled}
      </head>
      <body>
        <a class="skip" href="#clusters">Skip to the clusters</a>
        <header>
          <p class="kicker">
            ${date === undefined ? undefined : html`<time datetime="${date}">${date}</time>, `}self-hosted-irsa
          </p>
          <h1>Trust report</h1>
          <p class="lead">
            Which pods can become which AWS roles, where the signing keys are, and what is public:
            as Terraform is going to make it.
          </p>
          ${figures(clusters)}
        </header>
        <main class="${clusters.length > maxOpen ? "fleet" : "few"}">
          ${summary(clusters)} ${index(clusters)}
          ${clusters.map((cluster) => renderCluster(cluster, clusters.length <= maxOpen))}
        </main>
        <footer>
          <p>
            Made from the synthesized stacks alone, by <code>irsa report</code>: neither AWS nor the
            clusters have been asked. A name in ‹angle quotes› stands for a value that Terraform
            knows at apply. The codes of findings are explained in docs/reference/findings.md.
          </p>
        </footer>
        ${scripted}
      </body>
    </html> `;
  return markup;
}

function titleOf(clusters: readonly ReportedCluster[]): string {
  const [only, ...others] = clusters;
  return others.length === 0 ? (only?.name ?? "") : count(clusters.length, "cluster");
}

function figures(clusters: readonly ReportedCluster[]): Html {
  const roles = clusters.flatMap((cluster) => cluster.roles);
  const keys = clusters.flatMap((cluster) => cluster.keys);
  const findings = clusters.flatMap((cluster) => cluster.findings);
  const inState = keys.filter(({ privateKey }) => privateKey.place === "terraform-state").length;
  const ofSeverity = (wanted: ReportedFinding["severity"]) =>
    findings.filter(({ severity }) => severity === wanted).length;
  const errors = ofSeverity("error");
  const entries: readonly (readonly [label: string, value: number, kind?: string])[] = [
    ["Clusters", clusters.length],
    ["Roles", roles.length],
    ["ServiceAccounts and wildcards trusted", roles.flatMap(accountsOf).length],
    ["Private keys in Terraform's state", inState, inState > 0 ? "warning" : ""],
    ["Errors", errors, errors > 0 ? "error" : ""],
    ["Warnings", ofSeverity("warning"), ofSeverity("warning") > 0 ? "warning" : ""],
  ];
  return html`<dl class="figures">
    ${entries.map(
      ([label, value, kind = ""]) =>
        html`<div class="${kind}">
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** The findings of all clusters, by their codes. */
function summary(clusters: readonly ReportedCluster[]): Html {
  const byCode = new Map<string, { finding: ReportedFinding; names: string[]; total: number }>();
  for (const { name, findings } of clusters) {
    for (const finding of findings) {
      const entry = byCode.get(finding.code) ?? { finding, names: [], total: 0 };
      byCode.set(finding.code, entry);
      entry.total += 1;
      if (entry.names.at(-1) !== name) entry.names.push(name);
    }
  }
  const order = Object.keys(levels);
  const rows = [...byCode.values()].sort(
    (a, b) => order.indexOf(a.finding.severity) - order.indexOf(b.finding.severity),
  );
  if (rows.length === 0)
    return html`<section aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      <p class="good">None.</p>
    </section>`;
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Findings of all clusters">
      ${table(
        ["Severity", "What it means", { number: "Count" }, "Clusters"],
        rows.map(
          ({ finding: { severity, what, code }, names, total }) =>
            html`<tr>
              <td><span class="badge ${severity}">${levels[severity]}</span></td>
              <th scope="row" class="plain">
                ${what}<br /><code class="small muted">${code}</code>
              </th>
              <td class="number">${total}</td>
              <td>${clusterLinks(names)}</td>
            </tr>`,
        ),
      )}
    </div>
  </section>`;
}

/** A few by their names, more of them on request. */
function clusterLinks(names: readonly string[]): Html {
  const links = html`${names.map((name, at) => html`${at === 0 ? "" : ", "}${clusterLink(name)}`)}`;
  return names.length <= 6
    ? links
    : html`<details>
        <summary>${count(names.length, "cluster")}</summary>
        ${links}
      </details>`;
}

function clusterLink(name: string): Html {
  return html`<a href="#cluster-${encodeURIComponent(name)}">${name}</a>`;
}

function index(clusters: readonly ReportedCluster[]): Html {
  return html`<section aria-labelledby="clusters">
    <h2 id="clusters" tabindex="-1">Clusters</h2>
    <div class="tools" hidden>
      <div>
        <label for="filter">Filter by any word: cluster, role, ServiceAccount, policy, code</label
        ><input id="filter" type="search" autocomplete="off" spellcheck="false" />
      </div>
      <button type="button" id="open">Open all</button>
      <button type="button" id="close">Close all</button>
      <p id="shown" role="status" class="muted"></p>
    </div>
    <nav aria-label="Clusters">
      <div class="scroll" tabindex="0" role="group" aria-label="List of clusters">
        ${table(
          [
            "Cluster",
            "Region",
            "Issuer",
            "Private key that signs",
            { number: "Roles" },
            "Findings",
          ],
          clusters.map(
            (cluster) =>
              html`<tr>
                <th scope="row" class="nowrap">${clusterLink(cluster.name)}</th>
                <td class="nowrap">${cluster.region}</td>
                <td><code>${shown(cluster.issuer.url).replace("https://", "")}</code></td>
                <td>${signingPlace(cluster)}</td>
                <td class="number">${cluster.roles.length}</td>
                <td>${badges(cluster.findings)}</td>
              </tr>`,
          ),
        )}
      </div>
    </nav>
  </section>`;
}

function signingPlace({ keys }: ReportedCluster): Html {
  const place = keys.find(({ phase }) => phase === "signing")?.privateKey.place;
  if (place === "terraform-state") return html`<span class="risk">Terraform's state</span>`;
  if (place === "secrets-manager") return html`<span class="good">Secrets Manager alone</span>`;
  return html`${place === "owner" ? "with its owner" : "managed elsewhere"}`;
}
