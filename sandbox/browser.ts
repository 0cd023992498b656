import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { temporaryDirectory } from "./directory";
import { outputOf } from "./guarded-process";

/** What Chromium is called, by the system's packages. */
const names = ["chromium", "chromium-browser", "google-chrome"];

/** Nothing but the page that is opened goes over the network. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
  "--remote-debugging-pipe",
];

/** What the browser reports by itself. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Finds Chromium.
 *
 * @returns the command and the version
 * @throws {Error} there is none
 */
export async function findBrowser(): Promise<{ command: string; version: string }> {
  for (const command of process.env.CHROMIUM === undefined ? names : [process.env.CHROMIUM]) {
    try {
      const version = await outputOf([command, "--version"]);
      return { command, version: version.trim() };
    } catch {
      continue;
    }
  }
  throw new Error(`none of ${names.join(", ")} is on PATH`);
}

/**
 * One page of a headless Chromium, driven by the DevTools protocol over a pipe.
 *
 * @see {@link https://chromedevtools.github.io/devtools-protocol Chrome DevTools Protocol}
 */
export class Browser {
  /** Everything that the page's domains have reported. */
  readonly events: BrowserEvent[] = [];
  private readonly waiting = new Map<
    number,
    { resolve: (result: never) => void; reject: (error: Error) => void }
  >();
  private session: string | undefined;
  private last = 0;

  private constructor(
    private readonly process: ChildProcess,
    private readonly profile: string,
  ) {
    let buffered = "";
    const output = process.stdio[4] as Readable;
    output.setEncoding("utf8").on("data", (text: string) => {
      const messages = (buffered + text).split("\0");
      buffered = messages.pop() ?? "";
      messages.forEach((message) => {
        this.receive(message);
      });
    });
    process.once("exit", () => {
      this.waiting.forEach(({ reject }) => {
        reject(new Error("the browser has ended"));
      });
    });
  }

  /** Starts a browser with an empty profile, and opens an empty page. */
  static async start(command: string): Promise<Browser> {
    const profile = temporaryDirectory("browser");
    // It ends by itself when its pipe is closed, and so with this process.
    const process = spawn(command, [...flags, `--user-data-dir=${profile}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const browser = new Browser(process, profile);
    const { targetId } = await browser.send<{ targetId: string }>("Target.createTarget", {
      url: "about:blank",
    });
    const { sessionId } = await browser.send<{ sessionId: string }>("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    browser.session = sessionId;
    for (const domain of ["Page", "Runtime", "Log", "Network", "Accessibility"]) {
      await browser.send(`${domain}.enable`);
    }
    return browser;
  }

  /** Sends a command of the protocol. */
  send<Result>(method: string, params: object = {}): Promise<Result> {
    const id = ++this.last;
    const { session: sessionId } = this;
    (this.process.stdio[3] as Writable).write(
      `${JSON.stringify({ id, method, params, sessionId })}\0`,
    );
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
    });
  }

  /** Opens a page, and waits until it is loaded. */
  async open(url: string): Promise<void> {
    const before = this.events.length;
    await this.send("Page.navigate", { url });
    while (!this.events.slice(before).some(({ method }) => method === "Page.loadEventFired")) {
      await once(this.process.stdio[4] as Readable, "data");
    }
  }

  /** The value of an expression in the page, which JSON can express. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await this.send<{
      result: { value: Value };
      exceptionDetails?: { exception?: { description?: string } };
    }>("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? "an exception in the page");
    }
    return result.value;
  }

  /** Shows the page as on a screen of that width, or on paper. */
  async emulate(options: {
    readonly scheme?: "light" | "dark";
    readonly media?: "screen" | "print";
    readonly width?: number;
    readonly height?: number;
    readonly scale?: number;
  }): Promise<void> {
    const { scheme = "light", media = "screen", width = 1200, height = 900, scale = 1 } = options;
    await this.send("Emulation.setEmulatedMedia", {
      media,
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    const metrics = { width, height, deviceScaleFactor: scale, mobile: false };
    await this.send("Emulation.setDeviceMetricsOverride", metrics);
  }

  /** Presses a key. */
  async press(key: string, code = 0): Promise<void> {
    const event = { key, code: key, windowsVirtualKeyCode: code };
    await this.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...event });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  /** A picture of the page as PNG: of all of it, or of its first lines of pixels. */
  async screenshot(height?: number): Promise<Buffer> {
    const size = await this.evaluate<{ width: number; height: number }>(
      "({ width: document.documentElement.clientWidth, height: document.documentElement.scrollHeight })",
    );
    const { data } = await this.send<{ data: string }>("Page.captureScreenshot", {
      captureBeyondViewport: true,
      clip: { x: 0, y: 0, width: size.width, height: height ?? size.height, scale: 1 },
    });
    return Buffer.from(data, "base64");
  }

  /** The page as PDF. */
  async print(): Promise<Buffer> {
    const options = { printBackground: true, preferCSSPageSize: true };
    const { data } = await this.send<{ data: string }>("Page.printToPDF", options);
    return Buffer.from(data, "base64");
  }

  async stop(): Promise<void> {
    const ended = once(this.process, "exit");
    this.session = undefined;
    void this.send("Browser.close").catch(() => undefined);
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }

  private receive(message: string): void {
    const { id, result, error, ...event } = JSON.parse(message) as {
      id?: number;
      result?: never;
      error?: { message: string };
    } & BrowserEvent;
    if (id === undefined) {
      this.events.push(event);
      return;
    }
    const { resolve, reject } = this.waiting.get(id) ?? {};
    this.waiting.delete(id);
    if (error === undefined) resolve?.(result as never);
    else reject?.(new Error(error.message));
  }
}
