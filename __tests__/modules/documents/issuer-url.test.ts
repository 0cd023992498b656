import {
  buildObjectKeys,
  checkIssuerUrl,
  IssuerUrlError,
  parseIssuerUrl,
} from "../../../modules/documents";
import { refusedIssuerUrls } from "../../fixtures/refused-inputs";

const path255 = "https://s3.eu-central-1.amazonaws.com/".padEnd(255, "a");

test.each([
  ["S3, path style", "https://s3.eu-central-1.amazonaws.com/acme-oidc", "acme-oidc"],
  [
    "S3, path style, in a folder",
    "https://s3.us-east-1.amazonaws.com/acme/prod-eu",
    "acme/prod-eu",
  ],
  ["S3, virtual-hosted", "https://acme-oidc.s3.eu-central-1.amazonaws.com", ""],
  ["S3 in China", "https://s3.cn-north-1.amazonaws.com.cn/acme-oidc", "acme-oidc"],
  ["S3, virtual-hosted, in China", "https://acme.s3.cn-northwest-1.amazonaws.com.cn", ""],
  ["S3 in the European sovereign cloud", "https://s3.eusc-de-east-1.amazonaws.eu/acme", "acme"],
  ["S3 in GovCloud", "https://s3.us-gov-west-1.amazonaws.com/acme.oidc", "acme.oidc"],
  ["CloudFront", "https://d111111abcdef8.cloudfront.net", ""],
  [
    "a repository",
    "https://raw.githubusercontent.com/Acme/home-ops/main/kubernetes/oidc",
    "Acme/home-ops/main/kubernetes/oidc",
  ],
  ["a host of one's own", "https://oidc.example.com", ""],
  ["the in-cluster issuer", "https://kubernetes.default.svc", ""],
  ["an internationalized host in ASCII", "https://oidc.xn--bcher-kva.example/a", "a"],
  [
    "every character that a path may have",
    "https://example.com/aZ09._~-/..a/.b",
    "aZ09._~-/..a/.b",
  ],
  ["255 characters", path255, path255.slice("https://s3.eu-central-1.amazonaws.com/".length)],
])("%s is taken as it is: %s", (_, url, prefix) => {
  const root = prefix === "" ? "" : `${prefix}/`;
  expect(parseIssuerUrl(url)).toStrictEqual({
    url,
    hostpath: url.slice("https://".length),
    jwksUri: `${url}/keys.json`,
    objectKeys: {
      discovery: `${root}.well-known/openid-configuration`,
      jwks: `${root}keys.json`,
    },
  });
});

test("objects lie at the root unless a prefix is given", () => {
  expect(buildObjectKeys()).toEqual(buildObjectKeys(""));
  expect(buildObjectKeys("acme")).toEqual({
    discovery: "acme/.well-known/openid-configuration",
    jwks: "acme/keys.json",
  });
});

describe("another form is refused, not corrected", () => {
  test("a host that is not ASCII has the same reason however often it is asked", () => {
    const reasons = Array.from({ length: 20_000 }, () =>
      checkIssuerUrl([], "https://bücher.example/acme").map(({ rule }) => rule),
    );
    expect(new Set(reasons.flat())).toEqual(new Set(["must have a DNS name as its host"]));
  });

  test("the table is large enough, and names each row once", () => {
    expect(refusedIssuerUrls.length).toBeGreaterThanOrEqual(30);
    expect(new Set(refusedIssuerUrls.map(({ name }) => name)).size).toBe(refusedIssuerUrls.length);
  });

  test.each(refusedIssuerUrls)("$name", ({ input, code, says }) => {
    let error: unknown;
    try {
      parseIssuerUrl(input);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(IssuerUrlError);
    const { code: given, message } = error as IssuerUrlError;
    expect(given).toBe(code);
    expect(message).toContain(says);
    expect(message).toMatch(/^issuer URL must .*$/);
    expect(message).not.toContain("hunter2");
    expect(message.length).toBeLessThan(400);
  });
});

describe("an issuer URL that is registered already", () => {
  test.each(["https://s3.amazonaws.com/my-k8s-backup/", "https://oidc.example.com/"])(
    "keeps its slash: %s",
    (url) => {
      const location = parseIssuerUrl(url, { isRegistered: true });
      expect(location).toStrictEqual({
        ...parseIssuerUrl(url.slice(0, -1)),
        url,
        hostpath: url.slice("https://".length),
      });
    },
  );

  test.each(["https://s3.amazonaws.com/a//", "https://s3.amazonaws.com//", "http://a.example/"])(
    "still follows every other rule: %s",
    (url) => {
      expect(() => parseIssuerUrl(url, { isRegistered: true })).toThrow(IssuerUrlError);
    },
  );
});

describe("a check for violations", () => {
  test("finds none in a good URL", () => {
    expect(checkIssuerUrl(["issuerUrl"], "https://a.example")).toEqual([]);
  });

  test("says the rule and what was given, as data", () => {
    expect(checkIssuerUrl(["previousIssuers", 0, "url"], "https://a.example/")).toEqual([
      {
        path: ["previousIssuers", 0, "url"],
        rule: "must not end with a slash",
        given: "https://a.example/",
      },
    ]);
  });

  test("leaves out a URL with a password", () => {
    expect(checkIssuerUrl([], "https://user:hunter2@a.example")).toEqual([
      { path: [], rule: "must contain no user name or password" },
    ]);
  });
});
