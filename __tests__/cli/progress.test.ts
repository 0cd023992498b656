import { PassThrough } from "node:stream";
import { Host } from "../../cli/io/host";
import { withProgress } from "../../cli/io/progress";

/** Does work that lasts as long, and returns what standard error has then. */
async function shown(milliseconds: number, { isTTY = true, TERM = "xterm" } = {}): Promise<string> {
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const host = new Host({ stdin: stderr, stdout: stderr, stderr, env: { TERM }, cwd: "/" });
  let end: (value: string) => void = () => undefined;
  let say: (text: string) => void = () => undefined;
  const done = withProgress("Reading outputs", host, (report) => {
    say = report;
    return new Promise<string>((resolve) => (end = resolve));
  });
  jest.advanceTimersByTime(milliseconds);
  say("Reading more");
  end("result");
  expect(await done).toBe("result");
  expect(jest.getTimerCount()).toBe(0);
  return (stderr.read() as Buffer | null)?.toString() ?? "";
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
});
afterEach(() => {
  jest.useRealTimers();
});

test("work over a second has a line on a terminal, which is gone in the end", async () => {
  expect(await shown(1000)).toBe("\r\u001b[KReading outputs …\r\u001b[KReading more …\r\u001b[K");
});

test.each<[string, number, object]>([
  ["work of less than a second", 999, {}],
  ["what is no terminal", 5000, { isTTY: false }],
  ["a terminal that knows no control sequences", 5000, { TERM: "dumb" }],
])("%s has none", async (_title, milliseconds, surroundings) => {
  expect(await shown(milliseconds, surroundings)).toBe("");
});
