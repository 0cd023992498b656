import { hasWildcard } from "../../iam/wildcard";
import type { Condition, ReportedPolicy, ReportedRole, Statement } from "../schema";
import { codes } from "./codes";
import { html, type Html } from "./html";
import { accountsOf, count, shown } from "./words";

/** A role: who may assume it, and what it may do. */
export function renderRole(role: ReportedRole): Html {
  const {
    name,
    description,
    maxSessionSeconds,
    permissionsBoundary,
    webIdentities,
    otherPrincipals,
    policies,
  } = role;
  const asked = webIdentities.flatMap(({ conditions }) => conditions);
  const isMerged =
    new Set(webIdentities.map((each) => JSON.stringify(each.serviceAccounts))).size <= 1;
  return html`<div class="role">
    <div>
      <h4 class="mono">${name}</h4>
      ${description === undefined ? undefined : html`<p class="small">${description}</p>`}
      <p class="muted small">
        sessions up to
        ${durationOf(maxSessionSeconds)}${permissionsBoundary === undefined ? undefined : html`; limited by <code>${shown(permissionsBoundary)}</code>`}
      </p>
    </div>
    <div>
      <p class="label">May be assumed by</p>
      ${
        isMerged
          ? accountList(accountsOf(role))
          : webIdentities.map(
              ({ provider, serviceAccounts }) =>
                html`<p class="small muted">tokens of <code>${hostpathOf(provider)}</code></p>
                  ${accountList(serviceAccounts)}`,
            )
      }
      ${asked.length === 0 ? undefined : html`<p class="small muted">if ${conditionList(asked)}</p>`}
      ${isMerged && webIdentities.length > 1 ? html`<p class="small muted">with tokens of ${count(webIdentities.length, "issuer")}</p>` : undefined}
      ${webIdentities.some(({ audiences }) => audiences.length === 0) ? html`<p class="small risk">with any audience</p>` : html`<p class="small muted">${webIdentities.length === 0 ? undefined : html`audience ${codes([...new Set(webIdentities.flatMap(({ audiences }) => audiences))])}`}</p>`}
      ${
        otherPrincipals.length === 0
          ? undefined
          : html`<p class="label">And, by other means, by</p>
              <ul>
                ${otherPrincipals.map(({ type, identifiers, conditions }) => html`<li>${type} ${codes(identifiers)}${conditions.length === 0 ? undefined : html` <span class="small muted">if ${conditionList(conditions)}</span>`}</li>`)}
              </ul>`
      }
    </div>
    <div>
      <p class="label">With the permissions of</p>
      ${
        policies.length === 0
          ? html`<p class="muted">no policy</p>`
          : html`<ul>
              ${policies.map(renderPolicy)}
            </ul>`
      }
    </div>
  </div>`;
}

function accountList(accounts: readonly string[]): Html {
  return html`<ul>
    ${accounts.map((account) => html`<li><code>${shown(account)}</code>${hasWildcard(account) ? html` <span class="badge warning">wildcard</span>` : undefined}</li>`)}
  </ul>`;
}

function hostpathOf(provider: string): string {
  return shown(provider.replace(/^.*?:oidc-provider\//, ""));
}

function durationOf(seconds: number): string {
  return seconds % 3600 === 0 ? count(seconds / 3600, "hour") : count(seconds, "second");
}

const types = {
  inline: "inline",
  "aws-managed": "AWS managed",
  "customer-managed": "customer managed",
} as const;

function renderPolicy({ name, type, arn, catalogue, statements = [] }: ReportedPolicy): Html {
  const from =
    catalogue === undefined
      ? ""
      : catalogue === name
        ? ", from the catalogue"
        : `, from the catalogue's ${catalogue}`;
  const kind = type === "inline" && name === "inline" ? "own statements" : types[type];
  const isElsewhere = type === "customer-managed" && arn !== undefined;
  return html`<li>
    <code>${shown(isElsewhere ? arn : name)}</code>
    <span class="muted small">${kind}${from}</span> ${
      statements.length === 0
        ? undefined
        : html`<details>
            <summary class="small">
              ${count(statements.length, "statement")}<span class="muted"> of ${name}</span>
            </summary>
            <ul class="statements">
              ${statements.map(renderStatement)}
            </ul>
          </details>`
    }
  </li>`;
}

function renderStatement({ sid, effect, actions, resources, conditions }: Statement): Html {
  return html`<li>
    <strong>${effect}</strong
    >${sid === undefined ? undefined : html` <span class="muted">${sid}</span>`} ${codes(actions)}
    on
    ${codes(resources)}${conditions.length === 0 ? undefined : html` if ${conditionList(conditions)}`}
  </li>`;
}

function conditionList(conditions: readonly Condition[]): Html {
  return html`${conditions.map(
    ({ test, variable, values }, index) =>
      html`${index === 0 ? "" : " and "}<code>${test}</code>
        <code>${shown(variable)}</code> ${codes(values)}`,
  )}`;
}
