import {
  AmbiguousKeyError,
  type ApiServerTraitsProps,
  deriveApiServerTraits,
  isReady,
  type KeyRotationProps,
  planKeyRotation,
  type RotationEvidence,
} from "../../../modules/rotation";

const at = (time: string) => new Date(`2026-11-${time}Z`);
const now = at("28T12:00:00");

const traits = (props: ApiServerTraitsProps) => {
  const derived = deriveApiServerTraits(props);
  if (Array.isArray(derived)) throw new Error("no traits");
  return derived;
};
const several = traits({ distribution: "kubeadm" });
const one = traits({ distribution: "talos", talos: { version: "1.12" } });

const old = { name: "key", keyIds: ["kid-old"] };
const next = { name: "key-2", keyIds: ["kid-new"] };
const jwks = (...kids: string[]) => JSON.stringify({ keys: kids.map((kid) => ({ kid })) });

/** The published JWKS, unchanged since a time. */
const published = (modified: Date | undefined, ...kids: string[]): RotationEvidence => ({
  published: {
    jwks: {
      url: "https://oidc.acme.example/keys.json",
      status: 200,
      headers: modified === undefined ? {} : { "last-modified": modified.toUTCString() },
      body: jwks(...kids),
    },
  },
});
const accepting = (...kids: string[]): RotationEvidence => ({
  apiServers: [{ endpoint: "https://10.0.0.1:6443", jwks: { value: jwks(...kids) } }],
});
const signedBy = (kid: string, issuedAt = now): RotationEvidence => ({
  tokens: [
    {
      header: { kid, alg: "RS256" },
      claims: { iss: "https://oidc.acme.example", iat: issuedAt.getTime() / 1000 },
    },
  ],
});
const twoHoursAgo = at("28T10:00:00");

const plan = (props: Partial<KeyRotationProps> = {}) =>
  planKeyRotation({
    keys: [old],
    signingKey: "key",
    retiredKeys: [],
    apiServer: several,
    evidence: {},
    now,
    ...props,
  });
const stepsOf = (props: Partial<KeyRotationProps>) =>
  plan(props).steps.map(({ step, subject }) => `${step} ${subject}`);
const states = (props: Partial<KeyRotationProps>) =>
  Object.fromEntries(plan(props).keys.map(({ name, state }) => [name, state]));
const nextStep = (props: Partial<KeyRotationProps>) => {
  const [step] = plan(props).steps;
  if (step === undefined) throw new Error("no step is left");
  return step;
};
/** The next step, whether it is ready, and what has not passed. */
const verdict = (props: Partial<KeyRotationProps>) => {
  const step = nextStep(props);
  const open = step.checks.filter(({ result }) => result !== "passed");
  return [step.step, isReady(step), open.map(({ name, result }) => `${name} ${result}`)];
};

const staged = { keys: [old, next] };
const promoted = { keys: [old, next], signingKey: "key-2" };
const recorded = (time: Date) => ({
  keys: [{ ...old, signedUntil: time }, next],
  signingKey: "key-2",
});

describe("the steps that are left", () => {
  test("with one key: all of them, for a new key", () => {
    expect(stepsOf({})).toEqual([
      "stage key-2",
      "accept key-2",
      "promote key-2",
      "drain key",
      "retire key",
    ]);
  });

  test("a new key has a name that no key has had", () => {
    expect(plan({ retiredKeys: ["key-2", "key-3"] }).to).toBe("key-4");
    expect(plan({ keys: [{ name: "key-9" }], signingKey: "key-9" }).to).toBe("key-10");
    expect(plan({ to: "key-2027" }).to).toBe("key-2027");
  });

  test("where the API server takes one key, none accepts it first", () => {
    expect(stepsOf({ ...staged, apiServer: one })).toEqual([
      "promote key-2",
      "drain key",
      "retire key",
    ]);
  });

  test("once API servers accept the key, it can sign", () => {
    expect(stepsOf({ ...staged, evidence: accepting("kid-old", "kid-new") })).toEqual([
      "promote key-2",
      "drain key",
      "retire key",
    ]);
  });

  test("once the new key signs", () => {
    expect(stepsOf(promoted)).toEqual(["drain key", "retire key"]);
    expect(stepsOf(recorded(twoHoursAgo))).toEqual(["retire key"]);
  });

  test("after the retirement the next change begins", () => {
    const done = { keys: [next], signingKey: "key-2", retiredKeys: ["key"] };
    expect(plan(done).to).toBe("key-3");
    expect(states(done)).toEqual({ "key-2": "signing", key: "retired" });
  });

  test("a change is taken back by letting the former key sign again", () => {
    const back = { ...recorded(twoHoursAgo), to: "key" };
    expect(stepsOf(back)).toEqual(["accept key", "promote key", "drain key-2", "retire key-2"]);
  });

  test("a key that is listed after the one that signs is the next one, unless it has signed", () => {
    const before = { name: "before", keyIds: ["kid-before"] };
    expect(plan({ keys: [old, before] }).to).toBe("before");
    expect(plan({ keys: [old, { ...before, signedUntil: twoHoursAgo }] }).to).toBe("key");
    expect(() => plan({ keys: [old, before, next] })).toThrow(AmbiguousKeyError);
    expect(plan({ keys: [old, before, next], to: "key-2" }).to).toBe("key-2");
  });
});

describe("the state of each key", () => {
  test.each<[string, Partial<KeyRotationProps>, Record<string, string>]>([
    ["staged", staged, { key: "signing", "key-2": "staged" }],
    [
      "accepted",
      { ...staged, evidence: accepting("kid-old", "kid-new") },
      { key: "signing", "key-2": "accepted" },
    ],
    ["signing, by the configuration", promoted, { key: "draining", "key-2": "signing" }],
    [
      "signing, by a token",
      { ...promoted, evidence: signedBy("kid-new") },
      { key: "draining", "key-2": "signing" },
    ],
    [
      "not signing yet, by a token",
      { ...promoted, evidence: signedBy("kid-old") },
      { key: "signing", "key-2": "staged" },
    ],
    [
      "a token of the day before says nothing of today",
      { ...promoted, evidence: signedBy("kid-old", at("27T12:00:00")) },
      { key: "draining", "key-2": "signing" },
    ],
  ])("%s", (_name, props, expected) => {
    expect(states(props)).toEqual(expected);
  });

  test("what is known of each", () => {
    const evidence = published(twoHoursAgo, "kid-old");
    expect(plan({ ...recorded(at("28T11:00:00")), evidence }).keys).toEqual([
      {
        name: "key",
        state: "draining",
        keyIds: ["kid-old"],
        isPublished: true,
        publishedSince: twoHoursAgo,
        signedUntil: at("28T11:00:00"),
        drainedAt: at("29T11:00:00"),
      },
      { name: "key-2", state: "signing", keyIds: ["kid-new"], isPublished: false },
    ]);
  });
});

describe("stage", () => {
  test("is ready at once", () => {
    expect(verdict({})).toEqual(["stage", true, []]);
    expect(nextStep({}).edit).toEqual({ edit: "add-key", key: "key-2" });
  });

  test("refuses the name of a retired key", () => {
    expect(verdict({ to: "key-0", retiredKeys: ["key-0"] })).toEqual([
      "stage",
      false,
      ["name-free failed"],
    ]);
  });

  test("refuses EKS Anywhere, which takes no key", () => {
    const apiServer = traits({ distribution: "eks-anywhere" });
    expect(verdict({ apiServer })).toEqual(["stage", false, ["key-changeable failed"]]);
  });
});

describe("accept", () => {
  test("changes nothing in the configuration", () => {
    const step = nextStep({ ...staged, evidence: accepting("kid-old") });
    expect(step).toMatchObject({ step: "accept", subject: "key-2" });
    expect(step.edit).toBeUndefined();
  });

  test("stays the next step while one of several API servers is without the key", () => {
    const apiServers = [
      { endpoint: "a", jwks: { value: jwks("kid-old", "kid-new") } },
      { endpoint: "b", jwks: { value: jwks("kid-old") } },
    ];
    expect(nextStep({ ...staged, evidence: { apiServers } }).step).toBe("accept");
    const silent = [apiServers[0], { endpoint: "b", jwks: { missing: "no answer" } }];
    const evidence = { apiServers: silent.flatMap((server) => server ?? []) };
    expect(nextStep({ ...staged, evidence }).step).toBe("accept");
  });
});

describe("promote", () => {
  const accepted = accepting("kid-old", "kid-new");

  test("is ready an hour after the key is published, once every API server accepts it", () => {
    const evidence = { ...accepted, ...published(at("28T11:00:00"), "kid-old", "kid-new") };
    expect(verdict({ ...staged, evidence })).toEqual(["promote", true, []]);
    expect(nextStep({ ...staged, evidence }).edit).toEqual({ edit: "sign-with", key: "key-2" });
  });

  test("waits for an hour, and says until when", () => {
    const evidence = { ...accepted, ...published(at("28T11:00:01"), "kid-old", "kid-new") };
    expect(verdict({ ...staged, evidence })).toEqual([
      "promote",
      false,
      ["caches-expired waiting"],
    ]);
    expect(nextStep({ ...staged, evidence }).notBefore).toEqual(at("28T12:00:01"));
  });

  test("is refused before the key is published", () => {
    const evidence = { ...accepted, ...published(twoHoursAgo, "kid-old") };
    expect(verdict({ ...staged, evidence })[2]).toContain("published failed");
  });

  test("is refused while one of several public keys of a name is not published", () => {
    const keys = [old, { name: "key-2", keyIds: ["kid-new", "kid-newer"] }];
    const evidence = { ...accepted, ...published(twoHoursAgo, "kid-old", "kid-new") };
    expect(verdict({ keys, apiServer: one, hardCut: true, evidence })[2]).toContain(
      "published failed",
    );
  });

  test.each<[string, RotationEvidence["published"]]>([
    ["nothing was looked at", undefined],
    ["there is no answer", { jwks: { url: "u", headers: {}, error: "ENOTFOUND" } }],
    [
      "the answer is an error",
      { jwks: { url: "u", status: 403, headers: {}, body: jwks("kid-new") } },
    ],
    [
      "the host is not trusted",
      {
        jwks: { url: "u", status: 200, headers: {}, body: jwks("kid-new"), chainError: "EXPIRED" },
      },
    ],
    ["the answer is no JWKS", { jwks: { url: "u", status: 200, headers: {}, body: "<html>" } }],
  ])("does not guess where %s", (_name, answer) => {
    const evidence = { ...accepted, published: answer };
    expect(verdict({ ...staged, evidence })[2]).toEqual([
      "published unknown",
      "caches-expired unknown",
    ]);
  });

  test("does not guess the kid of a key that Terraform has not made yet", () => {
    const keys = [old, { name: "key-2" }];
    const evidence = published(twoHoursAgo, "kid-old", "kid-new");
    expect(verdict({ keys, apiServer: one, hardCut: true, evidence })[2]).toEqual([
      "published unknown",
      "caches-expired unknown",
    ]);
  });

  test.each([undefined, "yesterday"])("invents no time without Last-Modified (%s)", (header) => {
    const evidence = { ...accepted, ...published(undefined, "kid-old", "kid-new") };
    const headers: Record<string, string> = header === undefined ? {} : { "last-modified": header };
    const answer = evidence.published?.jwks;
    if (answer === undefined) throw new Error("no answer");
    const props = {
      ...staged,
      evidence: { ...evidence, published: { jwks: { ...answer, headers } } },
    };
    expect(verdict(props)[2]).toEqual(["caches-expired unknown"]);
    expect(verdict({ ...props, publishedSince: twoHoursAgo })).toEqual(["promote", true, []]);
    expect(verdict({ ...props, publishedSince: at("28T11:30:00") })[2]).toEqual([
      "caches-expired waiting",
    ]);
  });

  test("what the user states does not make a key published", () => {
    const evidence = { ...accepted, ...published(twoHoursAgo, "kid-old") };
    expect(verdict({ ...staged, evidence, publishedSince: twoHoursAgo })[1]).toBe(false);
  });

  test("is a window where the API server takes one key, and needs a word", () => {
    const evidence = published(twoHoursAgo, "kid-old", "kid-new");
    const props = { ...staged, apiServer: one, evidence };
    expect(verdict(props)).toEqual(["promote", false, ["accepted failed"]]);
    expect(nextStep(props).window).toContain("Kubernetes API refuses");
    expect(verdict({ ...props, hardCut: true })).toEqual(["promote", true, []]);
  });

  test("where the API server takes several keys, the word for a window changes nothing", () => {
    const evidence = published(twoHoursAgo, "kid-old", "kid-new");
    expect(nextStep({ ...staged, evidence, hardCut: true }).step).toBe("accept");
  });
});

describe("drain", () => {
  test("records the time of the latest token that the new key has signed", () => {
    const tokens = [at("28T11:50:00"), at("28T11:55:00")].flatMap(
      (time) => signedBy("kid-new", time).tokens ?? [],
    );
    const props = { ...promoted, evidence: { tokens } };
    expect(verdict(props)).toEqual(["drain", true, []]);
    expect(nextStep(props).edit).toEqual({
      edit: "record-signed-until",
      key: "key",
      time: at("28T11:55:00"),
    });
  });

  test("is refused while any API server signs with the old key", () => {
    const tokens = ["kid-new", "kid-old"].flatMap((kid) => signedBy(kid).tokens ?? []);
    expect(verdict({ ...promoted, evidence: { tokens } })).toEqual([
      "drain",
      false,
      ["signs failed"],
    ]);
  });

  test("does not guess without a token", () => {
    expect(verdict(promoted)).toEqual(["drain", false, ["signs unknown"]]);
    expect(nextStep(promoted).edit).toBeUndefined();
  });

  test("refuses a token from the future", () => {
    const evidence = signedBy("kid-new", at("28T12:06:00"));
    expect(verdict({ ...promoted, evidence })[2]).toEqual(["signs failed"]);
  });
});

describe("retire", () => {
  const day = at("27T12:00:00");
  const good = { ...published(twoHoursAgo, "kid-old", "kid-new"), ...signedBy("kid-new") };

  test("is ready when the last token of the old key has expired", () => {
    expect(verdict({ ...recorded(day), evidence: good })).toEqual(["retire", true, []]);
    expect(nextStep({ ...recorded(day), evidence: good }).edit).toEqual({
      edit: "retire-key",
      key: "key",
    });
  });

  test("waits for the last token, and says until when", () => {
    const props = { ...recorded(at("27T12:00:01")), evidence: good };
    expect(verdict(props)).toEqual(["retire", false, ["drained waiting"]]);
    expect(nextStep(props).notBefore).toEqual(at("28T12:00:01"));
  });

  test("waits for longer where tokens live longer", () => {
    const props = { ...recorded(day), evidence: good };
    expect(verdict({ ...props, tokenLifetime: 7 * 86_400 })[2]).toEqual(["drained waiting"]);
    const hour = { ...recorded(at("28T11:00:00")), evidence: good, tokenLifetime: 3600 };
    expect(verdict(hour)[1]).toBe(true);
  });

  test("is refused while a fresh token is signed with the key", () => {
    const evidence = { ...good, ...signedBy("kid-old") };
    expect(verdict({ ...recorded(day), evidence })[2]).toContain("unused failed");
  });

  test("is refused without a fresh token", () => {
    const evidence = { ...good, ...signedBy("kid-new", day) };
    expect(verdict({ ...recorded(day), evidence })[2]).toEqual(["unused unknown"]);
  });

  test("is refused unless the key that signs is published", () => {
    const evidence = { ...good, ...published(twoHoursAgo, "kid-old") };
    expect(verdict({ ...recorded(day), evidence })[2]).toEqual(["published failed"]);
  });

  test("comes after the record of when the key has signed last", () => {
    const { steps } = plan({ ...promoted, evidence: good });
    expect(steps.map(({ step }) => step)).toEqual(["drain", "retire"]);
    expect(steps.map(isReady)).toEqual([true, false]);
  });
});
