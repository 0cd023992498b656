import {
  buildKubeadmConfiguration,
  buildTalosMachineConfigPatch,
  inspectApiServer,
  inspectTalos,
} from "../../../modules/cluster";
import { formatFinding } from "../../../modules/validation";
import { keys } from "./keys";

const issuerUrl = "https://oidc.example.org/prod";
const former = "https://oidc.example.org/old";

describe("an API server that accepts AWS's audience", () => {
  const apiAudiences = [issuerUrl, "sts.amazonaws.com"];

  it("keeps it, with a warning that says when to drop it", () => {
    const configuration = buildKubeadmConfiguration({
      apiVersion: "v1beta4",
      issuerUrl,
      apiAudiences,
    });
    expect(configuration).toMatchObject({
      apiServer: {
        extraArgs: [
          { name: "api-audiences", value: `${issuerUrl},sts.amazonaws.com` },
          { name: "service-account-issuer", value: issuerUrl },
        ],
      },
    });
    const [finding] = inspectApiServer({ issuerUrl, apiAudiences });
    expect(finding).toMatchObject({ code: "IRSA-CLUSTER-STS-AUDIENCE", severity: "warning" });
    expect(finding?.remedy).toMatch(/24 hours.*then drop sts\.amazonaws\.com/);
    expect(formatFinding(finding ?? fail())).toMatch(
      /^warning: .*\(IRSA-CLUSTER-STS-AUDIENCE\)\n  /,
    );
  });

  it("gets no warning without it, nor for a name that contains it", () => {
    expect(inspectApiServer({ issuerUrl, apiAudiences: ["x.sts.amazonaws.com"] })).toEqual([]);
    expect(inspectApiServer({ issuerUrl })).toEqual([]);
  });
});

describe("an issuer that ends with a slash", () => {
  it("is used to the byte, with a warning", () => {
    const slashed = `${issuerUrl}/`;
    const text = JSON.stringify(
      buildKubeadmConfiguration({ apiVersion: "v1beta4", issuerUrl: slashed }),
    );
    expect(text).toContain(`"${slashed}"`);
    expect(inspectApiServer({ issuerUrl: slashed }).map(({ code }) => code)).toEqual([
      "IRSA-CLUSTER-ISSUER-SLASH",
    ]);
  });
});

describe("former issuers of a Talos cluster", () => {
  it.each(["1.12", "1.13.5"])(
    "are trusted by AWS alone on %s: the patch has one issuer, and a warning",
    async (version) => {
      const props = { version, issuerUrl, privateKey: keys.pkcs1, previousIssuers: [former] };
      const { documents } = await buildTalosMachineConfigPatch(props);
      expect(documents).toMatchObject([
        { cluster: { apiServer: { extraArgs: { "service-account-issuer": issuerUrl } } } },
      ]);
      expect(inspectTalos(props)).toMatchObject([{ code: "IRSA-CLUSTER-ONE-ISSUER" }]);
    },
  );

  it("ask for the patch version on 1.13", () => {
    const inspect = (version: string) =>
      inspectTalos({ version, acceptedIssuers: ["https://10.0.0.1:6443"] });
    expect(inspect("1.13")).toMatchObject([
      { code: "IRSA-CLUSTER-TALOS-PATCH-VERSION", actual: "1.13" },
    ]);
    expect(inspect("1.13.6")).toEqual([]);
    expect(inspectTalos({ version: "1.13" })).toEqual([]);
  });
});

describe("a running Talos cluster", () => {
  it("keeps its key and the issuer that it has signed with", async () => {
    const { documents, yaml } = await buildTalosMachineConfigPatch({
      version: "1.13.6",
      issuerUrl,
      acceptedIssuers: ["https://10.0.0.1:6443"],
    });
    expect(documents).toEqual([
      {
        cluster: {
          apiServer: {
            extraArgs: { "service-account-issuer": [issuerUrl, "https://10.0.0.1:6443"] },
          },
        },
      },
    ]);
    expect(yaml).not.toContain("key");
  });
});

function fail(): never {
  throw new Error("no finding");
}
