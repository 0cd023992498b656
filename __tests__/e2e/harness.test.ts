import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { capabilitiesOfRun } from "../../sandbox/capabilities";
import { AwsApi } from "../../sandbox/aws-api";
import { temporaryDirectory } from "../../sandbox/directory";
import { type Emulator, startEmulator } from "../../sandbox/emulator";
import { action, FaultProxy, toService } from "../../sandbox/fault-proxy";
import { startProcess } from "../../sandbox/guarded-process";
import { LocalCloud } from "../../sandbox/local-cloud";
import { RelyingParty } from "../../sandbox/relying-party";
import { Terraform, TerraformError } from "../../sandbox/terraform-runner";
import { configuration, reconfigure } from "./support/configuration";
import { describeWith } from "./support/describe-with";

function requiring(...names: string[]) {
  const source = (name: string) => ({ source: `hashicorp/${name}` });
  return { required_providers: Object.fromEntries(names.map((name) => [name, source(name)])) };
}

/** Waits until no process of a group is left. */
async function gone(group: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(-group, 0);
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

describe("a guarded process", () => {
  const env = process.env;

  test("ends with its children", async () => {
    const shell = startProcess(["sh", "-c", "sleep 300 & sleep 300"], { env });
    expect(await shell.stop(600_000)).toEqual({ code: null, signal: "SIGTERM" });
    expect(await gone(shell.pid)).toBe(true);
  });

  test("is killed when it does not heed SIGTERM", async () => {
    const deaf = startProcess(["sh", "-c", "trap '' TERM; echo deaf; sleep 300"], { env });
    await new Promise((resolve) => deaf.stdout.once("data", resolve));
    expect(await deaf.stop(100)).toEqual({ code: null, signal: "SIGKILL" });
    expect(await gone(deaf.pid)).toBe(true);
  });

  test("ends when the process that started it is killed", async () => {
    const support = resolve(__dirname, "../../sandbox/guarded-process.ts");
    const program = `
      const { startProcess } = require(${JSON.stringify(support)});
      const { pid } = startProcess(["sleep", "300"], { env: process.env });
      process.stdout.write(String(pid));
      setInterval(() => {}, 1000);`;
    const starter = spawn("node", ["--import", "tsx", "-e", program]);
    const pid = await new Promise<number>((resolve) => {
      starter.stdout.once("data", (chunk) => {
        resolve(Number(chunk));
      });
    });
    expect(() => process.kill(-pid, 0)).not.toThrow();
    starter.kill("SIGKILL");
    expect(await gone(pid)).toBe(true);
  });
});

describe("AWS itself", () => {
  const aws = "https://sts.us-east-1.amazonaws.com";
  const directory = temporaryDirectory("nowhere");

  test.each<[string, () => unknown]>([
    ["calls of its APIs", () => new AwsApi(aws)],
    ["a proxy", () => FaultProxy.start(aws)],
    ["a relying party", () => new RelyingParty((url) => url).discover(`${aws}/issuer`)],
    ["Terraform", () => new Terraform({ directory, env: { AWS_ENDPOINT_URL: aws } })],
    ["Terraform's proxy", () => new Terraform({ directory, env: { HTTPS_PROXY: aws } })],
  ])("is out of reach for %s", async (_, reach) => {
    await expect(Promise.resolve().then(reach)).rejects.toThrow(
      `only this machine (127.0.0.1) is talked to here, got: ${aws}`,
    );
  });

  test("would know nothing of the credentials that Terraform has", async () => {
    expect(Object.keys(process.env).filter((name) => name.startsWith("AWS_"))).toEqual([]);
    process.env.AWS_PROFILE = "production";
    const { output } = await new Terraform({ directory, binary: "env" }).run();
    delete process.env.AWS_PROFILE;
    expect(output).toMatch(/^AWS_ACCESS_KEY_ID=testing$/m);
    expect(output).toMatch(/^AWS_SHARED_CREDENTIALS_FILE=\/dev\/null$/m);
    expect(output).not.toContain("production");
  });
});

describeWith(["emulator"], "the emulator and the fault proxy", () => {
  let emulator: Emulator;
  let proxy: FaultProxy;
  let direct: AwsApi;
  let proxied: AwsApi;

  beforeAll(async () => {
    emulator = await startEmulator();
    proxy = await FaultProxy.start(emulator.url);
    direct = new AwsApi(emulator.url);
    proxied = new AwsApi(proxy.url);
  });
  afterEach(async () => {
    proxy.clear();
    await emulator.reset();
  });
  afterAll(async () => {
    await proxy.stop();
    await emulator.stop();
  });

  const createSecret = (name: string) =>
    proxied.secretsManager("CreateSecret", { Name: name, SecretString: "value" });

  test("a stopped emulator leaves no process and no listener", async () => {
    const other = await startEmulator();
    await other.stop();
    expect(await gone(other.pid)).toBe(true);
    const socket = connect(Number(new URL(other.url).port), "127.0.0.1");
    await expect(new Promise((_, reject) => socket.once("error", reject))).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });

  test("a reset forgets everything, the log keeps what was asked", async () => {
    await createSecret("one");
    await emulator.reset();
    await expect(direct.secretString("one")).rejects.toThrow("ResourceNotFoundException");
    expect(readFileSync(emulator.logFile, "utf8")).toContain("POST / HTTP/1.1");
  });

  test("forwards bodies and answers in both directions", async () => {
    await createSecret("one");
    expect(await direct.secretString("one")).toBe("value");
    expect(await proxied.secretString("one")).toBe("value");
    expect(await proxied.iam("ListOpenIDConnectProviders")).toContain("OpenIDConnectProviderList");
  });

  test("fails as many matching requests as told, and no other", async () => {
    const fault = proxy.fail(action("CreateSecret"), { status: 503, times: 2 });
    await proxied.iam("ListRoles");
    await expect(createSecret("one")).rejects.toThrow("503");
    await expect(createSecret("one")).rejects.toThrow("503");
    await createSecret("one");
    expect(fault.requests).toHaveLength(2);
  });

  test("fails all matching requests until the fault ends", async () => {
    const fault = proxy.fail(toService("iam"));
    await expect(proxied.iam("ListRoles")).rejects.toThrow("500");
    await expect(proxied.iam("ListRoles")).rejects.toThrow("500");
    fault.end();
    await proxied.iam("ListRoles");
  });

  test("holds a matching request until it is released", async () => {
    const hold = proxy.hold(action("CreateSecret"));
    const creation = createSecret("one");
    expect(await hold.arrived).toMatchObject({ service: "secretsmanager", action: "CreateSecret" });
    await expect(direct.secretString("one")).rejects.toThrow("ResourceNotFoundException");
    hold.release();
    await creation;
    expect(await direct.secretString("one")).toBe("value");
  });

  test("observes each change before the client learns of it, and keeps what the check throws", async () => {
    const seen = proxy.observe(async () => {
      expect(await direct.secretString("one")).toBe("value");
    });
    await createSecret("one");
    await proxied.secretString("one");
    await direct.secretsManager("DeleteSecret", { SecretId: "one" });
    await createSecret("two");
    expect(seen.changes.map(({ action }) => action)).toEqual(["CreateSecret", "CreateSecret"]);
    expect(seen.failures).toHaveLength(1);
  });
});

describe("suites that need what a machine may lack", () => {
  const run = async (missing: Record<string, string>, env: Record<string, string> = {}) => {
    const directory = temporaryDirectory("nested");
    mkdirSync(join(directory, "tests"));
    writeFileSync(
      join(directory, "tests/nested.test.ts"),
      `import { describeWith } from ${JSON.stringify(resolve(__dirname, "support/describe-with"))};
       describeWith(["terraform", "tls"], "publishes documents", () => {
         test("first", () => {});
         test("second", () => {});
       });
       test("needs nothing", () => {});`,
    );
    const config = {
      rootDir: directory,
      testRegex: "nested",
      testEnvironment: "node",
      transform: { "\\.ts$": require.resolve("@swc/jest") },
      reporters: ["default", resolve(__dirname, "support/skip-reporter.cjs")],
    };
    const jest = spawn(
      process.execPath,
      [require.resolve("jest/bin/jest"), "--config", JSON.stringify(config)],
      {
        env: {
          ...process.env,
          E2E: "",
          E2E_CAPABILITIES: JSON.stringify({ missing }),
          ...env,
        },
      },
    );
    let output = "";
    for (const stream of [jest.stdout, jest.stderr]) {
      stream.on("data", (chunk) => (output += String(chunk)));
    }
    const code = await new Promise((resolve) => jest.once("close", resolve));
    return { code, output, last: output.trimEnd().split("\n").at(-1) };
  };

  test("run where nothing is missing", async () => {
    expect(await run({ aws: "not asked for" })).toMatchObject({
      code: 0,
      last: "Tests: 3 passed, 0 failed, 0 skipped",
    });
  });

  test("are skipped, with one line a reason in the closing summary", async () => {
    const { code, output, last } = await run({ tls: "no such host".padEnd(300, ".") });
    expect(output).toMatch(/^Skipped:\n {2}tls: no such host[.]{142}… \(2 tests\)$/m);
    expect({ code, last }).toEqual({ code: 0, last: "Tests: 1 passed, 0 failed, 2 skipped" });
  });

  test("fail with the reason under E2E=required", async () => {
    const { code, output, last } = await run({ tls: "no such host" }, { E2E: "required" });
    expect(output).toContain("E2E=required, but the machine lacks tls: no such host");
    expect({ code, last }).toEqual({ code: 1, last: "Tests: 1 passed, 1 failed, 0 skipped" });
  });
});

describeWith(["terraform", "tls", "emulator", "openssl"], "the TLS endpoint", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterAll(() => cloud.stop());

  const certificateOf = (url: string) =>
    configuration({
      terraform: requiring("tls"),
      variable: { color: {} },
      data: { tls_certificate: { host: { url } } },
      output: {
        root: { value: "${data.tls_certificate.host.certificates[0].sha1_fingerprint}" },
        color: { value: "${var.color}", sensitive: true },
      },
    });

  test("serves data.tls_certificate with a chain that verifies", async () => {
    const terraform = await cloud.terraform(certificateOf("https://s3.us-east-1.amazonaws.com/b"), {
      variables: { color: 'a "b" ${c}' },
    });
    await terraform.validate();
    await terraform.apply();

    const outputs = await terraform.outputs();
    expect(outputs.text("root")).toBe(cloud.tls?.rootThumbprint);
    expect(outputs.text("color")).toBe('a "b" ${c}');
    expect(outputs.isSensitive("color")).toBe(true);
    expect(cloud.tls?.hosts).toContain("s3.us-east-1.amazonaws.com:443");
    expect([...(await terraform.state()).keys()]).toEqual(["data.tls_certificate.host"]);
    expect(terraform.transcript).toContain("Apply complete!");
    expect((await terraform.plan()).empty).toBe(true);
  });

  test("refuses a host that is not in its certificate, with the end of the output", async () => {
    const terraform = await cloud.terraform(certificateOf("https://example.com"), {
      variables: { color: "red" },
    });
    const planned = terraform.plan();
    await expect(planned).rejects.toThrow(TerraformError);
    await expect(planned).rejects.toThrow(/certificate is valid for[^]+ not\s+example.com/);
  });
});

describeWith(["terraform"], "a plan", () => {
  test("of every action has the actions that Terraform's JSON has", async () => {
    const data = (names: readonly string[], more: object = {}) => ({
      terraform_data: Object.fromEntries(
        names.map((name) => [name, { input: "1", triggers_replace: "1", ...more }]),
      ),
    });
    const directory = configuration({
      resource: data(["kept", "updated", "replaced", "asked", "tainted", "destroyed", "forgotten"]),
    });
    const binary = capabilitiesOfRun()?.binary ?? "terraform";
    const terraform = new Terraform({ directory, binary });
    await terraform.init();
    await terraform.apply();
    await terraform.taint("terraform_data.tainted");
    reconfigure(directory, {
      resource: {
        terraform_data: {
          ...data(["kept", "asked", "tainted"]).terraform_data,
          ...data(["updated"], { input: "2" }).terraform_data,
          ...data(["replaced"], { triggers_replace: "2" }).terraform_data,
          created: { for_each: { "a # b": 1 } },
        },
      },
      data: {
        terraform_remote_state: {
          read: {
            backend: "local",
            config: { path: "terraform.tfstate" },
            depends_on: ["terraform_data.created"],
          },
        },
      },
      removed: [{ from: "terraform_data.forgotten", lifecycle: { destroy: false } }],
    });
    const plan = await terraform.plan({ replace: ["terraform_data.asked"] });
    expect(plan.actions).toEqual({
      'terraform_data.created["a # b"]': "create",
      "data.terraform_remote_state.read": "read",
      "terraform_data.updated": "update",
      "terraform_data.asked": "replace",
      "terraform_data.replaced": "replace",
      "terraform_data.tainted": "replace",
      "terraform_data.destroyed": "delete",
      "terraform_data.forgotten": "forget",
    });
    const changes = await terraform.changes(plan);
    expect(Object.fromEntries(changes.map(({ address, action }) => [address, action]))).toEqual(
      plan.actions,
    );
  });
});

describeWith(["terraform", "aws", "emulator"], "Terraform with the AWS provider alone", () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await LocalCloud.start();
  });
  afterEach(() => cloud.reset());
  afterAll(() => cloud.stop());

  const ofBuckets = (buckets: object) => ({
    terraform: { ...requiring("aws"), backend: { s3: { bucket: "b", key: "k", region: "r" } } },
    provider: { aws: [{}, { alias: "second", region: "eu-central-1" }] },
    resource: { aws_s3_bucket: buckets },
  });
  const first = { bucket: "first-region" };
  const second = { bucket: "second-region", provider: "aws.second" };

  test("applies to two providers, is killed in between, and converges", async () => {
    const terraform = await cloud.terraform(configuration(ofBuckets({ first })));
    // OpenTofu would not have written a bucket that was made by the apply that is killed.
    await terraform.apply();
    reconfigure(terraform.directory, ofBuckets({ first, second }));
    const hold = cloud.proxy.hold(({ path }) => path === "/second-region");
    const apply = terraform.startApply();
    await hold.arrived;
    apply.kill("SIGKILL");
    expect(await apply.ended).toMatchObject({ code: null, signal: "SIGKILL" });
    hold.release();

    const fault = cloud.proxy.fail(toService("s3"), { times: 1 });
    await terraform.apply();
    expect(fault.requests).toHaveLength(1);
    const state = await terraform.state();
    expect(state.get("aws_s3_bucket.first")).toMatchObject({ region: "us-east-1" });
    expect(state.get("aws_s3_bucket.second")).toMatchObject({ region: "eu-central-1" });
    expect((await terraform.plan({ replace: ["aws_s3_bucket.first"] })).actions).toEqual({
      "aws_s3_bucket.first": "replace",
    });
    await terraform.destroy();
    expect((await terraform.state()).size).toBe(0);
  });
});
