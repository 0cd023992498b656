import { editClusterKeys, type KeyEdit } from "../../config/edit-keys";
import type { ConfigFiles } from "../../config/load";

const main = (text: string, clusters: ConfigFiles["clusters"] = []): ConfigFiles => ({
  main: { file: "irsa.yaml", text },
  clusters,
  directory: "/nowhere",
});
const edited = async (files: ConfigFiles, edit: KeyEdit, name = "lab") =>
  (await editClusterKeys(files, name, edit)).text;

/** What `irsa init` writes, and what people add to it. */
const commented = `# every cluster

clusters:
  # the lab
  - name: lab   # at home
    region: eu-central-1
    hosting: s3-virtual-hosted
    bucket: "acme-lab"
    secretPrefix: talos


    serviceAccountRoles:
    - {name: app,  serviceAccounts: [default/app]}   # odd
`;
const withKeys = `clusters:
  - name: lab
    region: eu-central-1
    bucket: acme-lab
    keys:
      # every year another one
      - name: key   # signs
        algorithm: RSA-4096
      - name: key-2
    signingKey: key # for now
    secretPrefix: talos
`;

/** The lines that a change takes out and puts in. */
function difference(before: string, after: string): string[] {
  const [was, is] = [before.split("\n"), after.split("\n")];
  return [
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ];
}

test("a cluster without keys gets a list of them, and every other line stays as it is", async () => {
  const after = await edited(main(commented), { edit: "add-key", key: { name: "key-2" } });
  expect(difference(commented, after)).toEqual([
    "+     keys:",
    "+       - name: key",
    "+       - name: key-2",
  ]);
  expect(after.replace(/ {4}keys:\n.*\n.*\n/, "")).toBe(commented);
});

test("a key is added after the others", async () => {
  const key = { name: "key-3", keptIn: "secrets-manager" } as const;
  const after = await edited(main(withKeys), { edit: "add-key", key });
  expect(after).toBe(
    withKeys.replace(
      "      - name: key-2\n",
      "      - name: key-2\n      - name: key-3\n        keptIn: secrets-manager\n",
    ),
  );
});

test("another key signs, and the comment stays", async () => {
  const after = await edited(main(withKeys), { edit: "sign-with", key: "key-2" });
  expect(after).toBe(withKeys.replace("signingKey: key #", "signingKey: key-2 #"));
});

test("a key that signs again has no record of its end", async () => {
  const recorded = withKeys.replace(
    "- name: key-2\n",
    "- name: key-2\n        signedUntil: 2026-11-28T10:00:00Z\n",
  );
  const after = await edited(main(recorded), { edit: "sign-with", key: "key-2" });
  expect(after).toBe(withKeys.replace("signingKey: key #", "signingKey: key-2 #"));
});

test("it is recorded when a key has signed last", async () => {
  const time = "2026-11-28T10:00:00Z";
  const after = await edited(main(withKeys), { edit: "record-signed-until", key: "key-2", time });
  expect(difference(withKeys, after)).toEqual([`+         signedUntil: ${time}`]);
});

test("a key is retired with its comment", async () => {
  const signing = withKeys.replace("signingKey: key #", "signingKey: key-2 #");
  const after = await edited(main(signing), { edit: "retire-key", key: "key" });
  expect(after).toContain(`    keys:
      # every year another one
      - name: key-2
    signingKey: key-2 # for now
    retiredKeys:
      - key
    secretPrefix: talos
`);
  const again = after.replace("- name: key-2\n", "- name: key-2\n      - name: key-3\n");
  expect(await edited(main(again), { edit: "retire-key", key: "key-3" })).toContain(
    "    retiredKeys:\n      - key\n      - key-3\n",
  );
});

test("lists and maps in brackets stay in brackets", async () => {
  const flow =
    "clusters: [{name: lab, region: eu-central-1, bucket: acme-lab, secretPrefix: t}] # x\n";
  const added = await edited(main(flow), { edit: "add-key", key: { name: "key-2" } });
  expect(added).toBe(
    "clusters: [{name: lab, region: eu-central-1, bucket: acme-lab, secretPrefix: t, keys: [{ name: key }, { name: key-2 }]}] # x\n",
  );
  const signs = await edited(main(added), { edit: "sign-with", key: "key-2" });
  const retired = await edited(main(signs), { edit: "retire-key", key: "key" });
  expect(retired).toBe(
    "clusters: [{name: lab, region: eu-central-1, bucket: acme-lab, secretPrefix: t, keys: [{ name: key-2 }], signingKey: key-2, retiredKeys: [key]}] # x\n",
  );
});

test("JSON stays JSON", async () => {
  const cluster = { name: "lab", region: "eu-central-1", bucket: "acme-lab", secretPrefix: "t" };
  const files = main(JSON.stringify({ clusters: [cluster] }, undefined, 2));
  const after = await edited(files, { edit: "add-key", key: { name: "key-2" } });
  expect(JSON.parse(after)).toEqual({
    clusters: [{ ...cluster, keys: [{ name: "key" }, { name: "key-2" }] }],
  });
});

test("line breaks of Windows stay", async () => {
  const windows = withKeys.replaceAll("\n", "\r\n");
  const after = await edited(main(windows), { edit: "add-key", key: { name: "key-3" } });
  expect(after.replaceAll("\r\n", "")).not.toContain("\n");
  expect(after).toContain("      - name: key-3\r\n");
});

test("a cluster in a file of its own is changed there", async () => {
  const lab = "name: lab\nregion: eu-central-1\nbucket: acme-lab\n";
  const files = main("defaults: { secretPrefix: talos }\n", [
    { file: "clusters/lab.yaml", text: lab },
    { file: "clusters/prod.yaml", text: lab.replaceAll("lab", "prod") },
  ]);
  const { file, text } = await editClusterKeys(files, "lab", {
    edit: "add-key",
    key: { name: "key-2" },
  });
  expect(file).toBe("clusters/lab.yaml");
  expect(text).toBe(
    "name: lab\nregion: eu-central-1\nbucket: acme-lab\nkeys:\n  - name: key\n  - name: key-2\n",
  );
});

test("keys of the defaults are written out for the one cluster", async () => {
  const text = `defaults:
  secretPrefix: talos
  keys: [{ name: key, keptIn: secrets-manager }]
clusters:
  - { name: lab, region: eu-central-1, bucket: acme-lab }
  - { name: prod, region: eu-central-1, bucket: acme-prod }
`;
  const after = await edited(main(text), { edit: "add-key", key: { name: "key-2" } });
  expect(difference(text, after)).toEqual([
    "-   - { name: lab, region: eu-central-1, bucket: acme-lab }",
    "+   - { name: lab, region: eu-central-1, bucket: acme-lab, keys: [{ name: key, keptIn: secrets-manager }, { name: key-2 }] }",
  ]);
});

describe("refused", () => {
  const add: KeyEdit = { edit: "add-key", key: { name: "key-2" } };

  test("a list that an alias shares with another cluster", async () => {
    const text = `clusters:
  - { name: prod, region: eu-central-1, bucket: acme-prod, secretPrefix: t, keys: &keys [{ name: key }] }
  - { name: lab, region: eu-central-1, bucket: acme-lab, secretPrefix: t, keys: *keys }
`;
    await expect(edited(main(text), add)).rejects.toThrow(
      "irsa.yaml:3:81 clusters[1].keys is an alias: write it out first",
    );
    await expect(edited(main(text), add, "prod")).rejects.toThrow(
      "irsa.yaml:2:5 clusters[0] cannot be changed by itself",
    );
  });

  test("what the configuration refuses after the change", async () => {
    await expect(edited(main(withKeys), add)).rejects.toThrow("must not repeat another entry");
  });
});
