import { identifier } from "../../../modules/synthesis";
import { ServiceAccountRole } from "../../../modules/roles";
import { decideWebIdentity } from "../../../modules/trust";
import { examples } from "./examples";
import { expectGolden } from "./golden";
import { Cluster, during, newStack, policyJson, synthesized } from "./support";

describe.each(examples)("role of the example $name", (example) => {
  const stack = newStack();
  const props = example.props(stack);
  new ServiceAccountRole(stack, "role", props);
  const terraform = synthesized(stack);
  const trustPolicy = policyJson(terraform, identifier(props.name), example.values);
  const clusters = example.clusters.map((hostpath) => new Cluster(hostpath));

  test("synthesizes to its golden file", () => {
    expectGolden(`${example.name}.tf`, terraform);
  });

  test("has the trust policy that people write by hand", () => {
    expect(trustPolicy).toEqual({ Version: "2012-10-17", Statement: example.trust });
  });

  test.each(example.right)("can be assumed by %s", async (serviceAccount) => {
    for (const cluster of clusters) {
      const decision = await decideWebIdentity({
        token: await cluster.token(serviceAccount),
        documents: cluster.documents,
        provider: cluster.provider(),
        trustPolicy,
        now: during,
      });
      expect(decision.isAllowed).toBe(true);
      expect(decision.findings.map(({ code }) => code)).toEqual(["IRSA-TRUST-ALLOWED"]);
    }
  });

  test.each(example.wrong)("cannot be assumed by %s", async (serviceAccount) => {
    for (const cluster of clusters) {
      const decision = await decideWebIdentity({
        token: await cluster.token(serviceAccount),
        documents: cluster.documents,
        provider: cluster.provider(),
        trustPolicy,
        now: during,
      });
      expect(decision.isAllowed).toBe(false);
      expect(decision.findings[0]?.code).toBe("IRSA-TRUST-NOT-ALLOWED");
    }
  });

  test("cannot be assumed with a token for another audience, or of another cluster", async () => {
    const [cluster] = clusters;
    const [serviceAccount] = example.right;
    if (cluster === undefined || serviceAccount === undefined) throw new Error("no example");
    const vault = { ...cluster.provider(), clientIds: ["sts.amazonaws.com", "vault"] };
    const stranger = new Cluster("s3.eu-west-1.amazonaws.com/stranger");
    for (const request of [
      {
        from: cluster,
        provider: vault,
        token: await cluster.token(serviceAccount, { aud: "vault" }),
      },
      {
        from: stranger,
        provider: stranger.provider(),
        token: await stranger.token(serviceAccount),
      },
    ]) {
      const { from, ...rest } = request;
      const decision = await decideWebIdentity({
        ...rest,
        documents: from.documents,
        trustPolicy,
        now: during,
      });
      expect(decision.isAllowed).toBe(false);
    }
  });
});
