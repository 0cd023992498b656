import { checkText, clusterUrlRules, controlPlaneEndpointRules } from "../../../modules/validation";

const accepts = (url: string) => checkText(["url"], url, clusterUrlRules).length === 0;
const pieces = "1 256 10. a a. ab0 0x7f x - _ : :: [ ] [:: ::1] .1 dead:beef 12345".split(" ");

/** Every host of up to four pieces. */
function* hosts(depth = 4): Generator<string> {
  if (depth === 0) return;
  for (const piece of pieces) {
    yield piece;
    for (const rest of hosts(depth - 1)) yield piece + rest;
  }
}

describe("the URL of a cluster", () => {
  it("has a host that a URL parser keeps as it is", () => {
    const urls = [...hosts()].map((host) => `https://${host}`).filter(accepts);
    expect(urls.length).toBeGreaterThan(500);
    const changed = urls.filter((url) => {
      const { hostname } = URL.canParse(url) ? new URL(url) : { hostname: "" };
      const isIpv6 = hostname.startsWith("[");
      return hostname === "" || (!isIpv6 && !url.startsWith(`https://${hostname}`));
    });
    expect(changed).toEqual([]);
  });

  it.each([
    "https://[::]",
    "https://[1::]",
    "https://[::1]:6443",
    "https://[1:2:3:4:5:6:7:8]",
    "https://[1:2:3:4:5:6:7::]",
    "https://[1::4:5:6:7:8]/a",
    "https://[2001:DB8::1]",
    "https://[::ffff:10.0.0.1]",
    "https://0.0.0.0",
    "https://255.255.255.255:65535",
    "https://10.0.0.1.nip.io",
    "https://3-cp:6443",
    "https://Kubernetes.default.svc",
  ])("may be %s", (url) => {
    expect(accepts(url)).toBe(true);
    expect(URL.canParse(url)).toBe(true);
  });

  it("that is refused breaks one rule", () => {
    for (const rules of [clusterUrlRules, controlPlaneEndpointRules]) {
      for (const url of ["", "http://10.0.0.1", "https://[::1", "https://::::", "https://a:0"]) {
        expect(checkText(["url"], url, rules)).toHaveLength(1);
      }
    }
  });
});
