import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drawCluster, guideWithPicture } from "../../scripts/talos-diagram";

const root = join(__dirname, "../..");

test("the picture in the guide is the one of the example", () => {
  const guide = readFileSync(join(root, "docs/guides/talos-on-aws.md"), "utf8");
  expect(guide).toBe(guideWithPicture());
});

test("every port that is open, and nothing else, is in the picture", () => {
  const stack = readFileSync(join(root, "examples/talos-aws/expected/prod/cdk.tf.json"), "utf8");
  const picture = drawCluster(stack);
  const { resource } = JSON.parse(stack) as {
    resource: { aws_vpc_security_group_ingress_rule: Record<string, { from_port: number }> };
  };
  const ports = Object.values(resource.aws_vpc_security_group_ingress_rule).map(
    ({ from_port: port }) => String(port),
  );
  expect([...new Set(picture.match(/(?<=(tcp|udp|icmp) )\d+/g))].sort()).toEqual(
    [...new Set(ports)].sort(),
  );
});
