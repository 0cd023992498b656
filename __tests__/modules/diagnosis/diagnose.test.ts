import { diagnose } from "../../../modules/diagnosis";
import { evidenceOf, healthy, jwkOf, type Parts, tokenOf } from "./support";

test("nothing is reported where everything is right", async () => {
  const { verdict, top, links } = diagnose(evidenceOf(await healthy()));
  expect(links.flatMap(({ findings, missing }) => [...findings, ...missing])).toEqual([]);
  expect({ verdict, top }).toEqual({ verdict: "healthy", top: undefined });
  expect(links.map(({ link }) => link)).toEqual([
    "api-server",
    "documents",
    "identity-provider",
    "token",
    "role",
    "service-account",
    "webhook",
    "pod",
    "sts",
  ]);
});

test("the cause is on top, and what follows from it is not reported", async () => {
  const parts: Parts = await healthy();
  const issuer = "https://10.0.0.1:6443";
  for (const server of parts.apiServers) {
    server.discovery = { value: JSON.stringify({ issuer, jwks_uri: `${issuer}/openid/v1/jwks` }) };
  }
  parts.token.claims = { ...parts.token.claims, iss: issuer };
  const { verdict, top, links } = diagnose(evidenceOf(parts));
  expect(verdict).toBe("broken");
  expect(top).toMatchObject({
    code: "IRSA-DIAG-API-ISSUER-ORDER",
    link: "api-server",
    actual: issuer,
    expected: parts.intended.issuerUrl,
  });
  expect(links.flatMap(({ findings }) => findings)).toEqual([top]);
});

test("a key that is not published is one finding", async () => {
  const parts = await healthy();
  const { kid } = await jwkOf("other");
  parts.token = await tokenOf("other", parts.token.claims, parts.published.jwks?.body ?? "");
  const { top, links } = diagnose(evidenceOf(parts));
  expect(top).toMatchObject({ code: "IRSA-TRUST-TOKEN-KEY", expected: JSON.stringify(kid) });
  expect(links.flatMap(({ findings }) => findings)).toEqual([top]);
});
