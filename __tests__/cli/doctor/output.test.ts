import type { Diagnosis, DiagnosisFinding } from "../../../modules/diagnosis";
import { formatDiagnosis, formatSummary } from "../../../cli/output/diagnosis-text";
import { formatJunit } from "../../../cli/output/junit";

const finding: DiagnosisFinding = {
  code: "IRSA-TRUST-TOKEN-KEY",
  severity: "error",
  link: "token",
  what: 'no key of the JWKS has the token\'s kid "a".',
  expected: '"a"',
  actual: '"b" <c> & \u001b[31m',
  remedy: "Publish the key.",
  answer: "InvalidIdentityToken: Couldn't retrieve verification key",
  sources: ["https://example.org"],
};

const diagnosis: Diagnosis = {
  target: { cluster: "prod", serviceAccount: "shop/app" },
  collectedAt: "2026-11-28T00:00:00.000Z",
  verdict: "broken",
  top: finding,
  links: [
    {
      link: "documents",
      title: "Published documents",
      verdict: "healthy",
      findings: [],
      missing: [],
    },
    { link: "token", title: "Token", verdict: "broken", findings: [finding], missing: [] },
    {
      link: "role",
      title: "Role",
      verdict: "healthy",
      findings: [
        { ...finding, link: "role", code: "IRSA-X", severity: "warning", what: "it is wide" },
      ],
      missing: [],
    },
    {
      link: "webhook",
      title: "Webhook",
      verdict: "unknown",
      findings: [],
      missing: [
        { source: "webhook", why: "no answer", wouldShow: "whether it runs" },
        { source: "dryRun", why: "no answer", wouldShow: "whether a new pod gets a token" },
      ],
    },
  ],
};

const healthy: Diagnosis = {
  target: { cluster: "staging" },
  collectedAt: "2026-11-28T00:00:00.000Z",
  verdict: "healthy",
  links: diagnosis.links.slice(0, 1),
};

test("the first broken link is on top, with everything about it; what is missing is at the end", () => {
  expect(formatDiagnosis(diagnosis, false)).toBe(`Cluster prod, ServiceAccount shop/app

Look at this first: Token
  error IRSA-TRUST-TOKEN-KEY: no key of the JWKS has the token's kid "a"
    expected: "a"
    found:    "b" <c> & \\u001b[31m
    do:       Publish the key.
    STS says: InvalidIdentityToken: Couldn't retrieve verification key
    page:     https://github.com/self-hosted-irsa/self-hosted-irsa/blob/main/docs/reference/findings.md#irsa-trust-token-key

[✓] Published documents
[✗] Token
    error IRSA-TRUST-TOKEN-KEY, see above
[!] Role
    warning IRSA-X: it is wide
      expected: "a"
      found:    "b" <c> & \\u001b[31m
      do:       Publish the key.
      STS says: InvalidIdentityToken: Couldn't retrieve verification key
      page:     https://github.com/self-hosted-irsa/self-hosted-irsa/blob/main/docs/reference/findings.md#irsa-x
[?] Webhook

Not looked at:
  no answer
    would show whether it runs
    would show whether a new pod gets a token

Broken: 1 error, 1 warning.
`);
});

test("only what a terminal asks for has colors, and they change no word", () => {
  const colored = formatDiagnosis(diagnosis, true);
  expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(formatDiagnosis(diagnosis, false));
  expect(colored).toContain("\u001b[31m[✗]\u001b[0m Token");
});

test("of several clusters there is a line each", () => {
  expect(formatSummary([diagnosis, healthy], false)).toBe(
    `[✗] prod: no key of the JWKS has the token's kid "a" (IRSA-TRUST-TOKEN-KEY)
[✓] staging
`,
  );
});

test("a JUnit report has a suite for each cluster and a test for each link", () => {
  expect(formatJunit([diagnosis, healthy])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="irsa doctor">
  <testsuite name="prod" tests="4" failures="1" skipped="1" timestamp="2026-11-28T00:00:00.000Z">
    <testcase classname="prod" name="Published documents"/>
    <testcase classname="prod" name="Token">
      <failure message="no key of the JWKS has the token's kid &quot;a&quot;." type="IRSA-TRUST-TOKEN-KEY">error IRSA-TRUST-TOKEN-KEY: no key of the JWKS has the token's kid &quot;a&quot;.
expected: &quot;a&quot;
found: &quot;b&quot; &lt;c&gt; &amp; \uFFFD[31m
do: Publish the key.
STS says: InvalidIdentityToken: Couldn't retrieve verification key
page: https://github.com/self-hosted-irsa/self-hosted-irsa/blob/main/docs/reference/findings.md#irsa-trust-token-key</failure>
    </testcase>
    <testcase classname="prod" name="Role">
      <system-out>warning IRSA-X: it is wide
expected: &quot;a&quot;
found: &quot;b&quot; &lt;c&gt; &amp; \uFFFD[31m
do: Publish the key.
STS says: InvalidIdentityToken: Couldn't retrieve verification key
page: https://github.com/self-hosted-irsa/self-hosted-irsa/blob/main/docs/reference/findings.md#irsa-x</system-out>
    </testcase>
    <testcase classname="prod" name="Webhook">
      <skipped message="no answer; no answer"/>
    </testcase>
  </testsuite>
  <testsuite name="staging" tests="1" failures="0" skipped="0" timestamp="2026-11-28T00:00:00.000Z">
    <testcase classname="staging" name="Published documents"/>
  </testsuite>
</testsuites>
`);
});

test("neither a private key nor a token is printed, wherever a diagnosis has it from", () => {
  const token = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.${"s".repeat(300)}`;
  const top = { ...finding, actual: token };
  const links = diagnosis.links.map((link) => ({ ...link, findings: [top] }));
  const leaking: Diagnosis = { ...diagnosis, top, links };
  const printed = formatDiagnosis(leaking, false) + formatJunit([leaking]);
  expect(printed).not.toContain("ssss");
});
