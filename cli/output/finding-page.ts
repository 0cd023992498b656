import { repository } from "../../package.json";

const pages = `${repository.url.replace(/^git\+|\.git$/g, "")}/blob/main/docs/reference/findings.md`;

/** Where a finding's code is explained. */
export function findingPage(code: string): string {
  return `${pages}#${code.toLowerCase()}`;
}
