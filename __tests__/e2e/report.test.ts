import { createServer, type IncomingMessage } from "node:http";
import type { Server } from "node:net";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { renderReport, type Report } from "../../modules/report";
import { Browser, findBrowser } from "../../sandbox/browser";
import { listen } from "../../sandbox/listen";
import { irsa } from "../cli/run";
import { describeWith } from "./support/describe-with";

const config = join(__dirname, "../../examples/many-clusters/irsa.yaml");

/** The contrast of two colours as CSS computes them, and what else the checks in the page use. */
const helpers = `
const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
const luminance = (colour) => channels(colour).slice(0, 3)
  .map((each) => each / 255)
  .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
  .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const backgroundOf = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const { backgroundColor } = getComputedStyle(each);
    const [, , , alpha = 1] = channels(backgroundColor);
    if (alpha === 1) return backgroundColor;
  }
  return "rgb(255, 255, 255)";
};
const hasText = (element) => [...element.childNodes]
  .some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
const isShown = (element) => element.checkVisibility({ contentVisibilityAuto: true });
`;

const inPage = (expression: string) => `(() => { ${helpers} return ${expression}; })()`;

/** Text in HTML and in pictures whose contrast is below 4.5 (WCAG 2.2, 1.4.3), with its colours. */
const faint = inPage(`[
  ...[...document.body.querySelectorAll("*:not(script, svg *)")]
    .filter((element) => hasText(element) && isShown(element))
    .map((element) => [element.textContent.trim().slice(0, 40), getComputedStyle(element).color, backgroundOf(element)]),
  ...[...document.querySelectorAll("svg text")].filter(isShown).flatMap((element) =>
    ["lane", "box"].map((kind) => [
      element.textContent.slice(0, 40),
      getComputedStyle(element).fill,
      getComputedStyle(element.ownerSVGElement.querySelector("." + kind)).fill,
    ])),
].filter(([, colour, background]) => contrast(colour, background) < 4.5)`);

describeWith(["browser"], "the report in a browser", () => {
  let browser: Browser;
  let server: Server;
  let url: string;
  let page: string;
  const requests: string[] = [];

  beforeAll(async () => {
    page = (await irsa(["report", "--config", config])).stdout;
    server = createServer((request: IncomingMessage, response) => {
      requests.push(request.url ?? "");
      response.setHeader("content-type", "text/html; charset=utf-8").end(page);
    });
    url = `http://127.0.0.1:${await listen(server)}/`;
    browser = await Browser.start((await findBrowser()).command);
  });
  afterAll(async () => {
    await browser.stop();
    server.close();
  });

  /** Opens a page of its own, and fails on whatever the browser complains of. */
  async function show(
    content: string,
    options: Parameters<Browser["emulate"]>[0] = {},
  ): Promise<void> {
    page = content;
    requests.length = 0;
    browser.events.length = 0;
    await browser.emulate(options);
    await browser.open(url);
  }

  /** Types into the filter, and waits until the page has heard of it. */
  async function filterBy(text: string): Promise<void> {
    await browser.evaluate(`(() => {
      const filter = document.querySelector("#filter");
      filter.focus();
      globalThis.heard = new Promise((resolve) => filter.addEventListener("input", resolve, { once: true }));
    })()`);
    await browser.send("Input.insertText", { text });
    await browser.evaluate("globalThis.heard.then(() => true)");
  }

  function complaints(): unknown[] {
    return browser.events
      .filter(({ method }) =>
        ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"].includes(method),
      )
      .map(({ params }) => params);
  }

  let report: string;
  beforeAll(() => {
    report = page;
  });

  test("loads nothing, and the browser has nothing to complain of", async () => {
    await show(report);
    const sent = browser.events.filter(({ method }) => method === "Network.requestWillBeSent");
    expect(sent.map(({ params }) => (params.request as { url: string }).url)).toEqual([url]);
    expect(requests).toEqual(["/"]);
    expect(complaints()).toEqual([]);
    const styled = "getComputedStyle(document.querySelector('.figures')).display";
    expect(await browser.evaluate(styled)).toBe("grid");
  });

  test("lets nothing be loaded or run that is not its own", async () => {
    await show(report);
    const refused = await browser.evaluate<string[]>(`(async () => {
      const refused = [];
      const all = new Promise((resolve) => {
        addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
          if (refused.push(effectiveDirective) === 5) resolve();
        });
      });
      const add = (tag, attributes) => document.body.append(Object.assign(document.createElement(tag), attributes));
      add("img", { src: "/picture" });
      add("script", { textContent: "document.title = 'run'" });
      add("style", { textContent: "body { display: none }" });
      add("iframe", { src: "/frame" });
      await fetch("/data").catch(() => undefined);
      await all;
      return refused.sort();
    })()`);
    expect(refused).toEqual([
      "connect-src",
      "frame-src",
      "img-src",
      "script-src-elem",
      "style-src-elem",
    ]);
    expect(requests).toEqual(["/"]);
    expect(await browser.evaluate("document.title")).not.toBe("run");
  });

  test.each([
    ["light", 1200],
    ["dark", 1200],
    ["light", 390],
    ["dark", 390],
  ] as const)("has enough contrast, %s at %i pixels", async (scheme, width) => {
    await show(report, { scheme, width });
    expect(await browser.evaluate(faint)).toEqual([]);
  });

  test("the check of contrast finds faint text", async () => {
    await show(report);
    await browser.evaluate("document.querySelector('h1').style.color = '#bbb'");
    expect(await browser.evaluate(faint)).toEqual([
      ["Trust report", "rgb(187, 187, 187)", "rgb(246, 247, 247)"],
    ]);
  });

  test("differs in its colours by the scheme, and is light on paper", async () => {
    const background = "getComputedStyle(document.body).backgroundColor";
    const colours = [];
    for (const options of [
      { scheme: "light" },
      { scheme: "dark" },
      { scheme: "dark", media: "print" },
    ] as const) {
      await show(report, options);
      colours.push(await browser.evaluate(background));
    }
    expect(colours).toEqual(["rgb(246, 247, 247)", "rgb(17, 21, 26)", "rgb(255, 255, 255)"]);
  });

  test.each([320, 390, 1200])("does not scroll sideways as a whole at %i pixels", async (width) => {
    await show(report, { width });
    expect(await browser.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });

  test("has landmarks, headings in order, and headers in every table", async () => {
    await show(report);
    const { nodes } = await browser.send<{
      nodes: { role?: { value: string }; name?: { value: string }; ignored: boolean }[];
    }>("Accessibility.getFullAXTree");
    const of = (role: string) =>
      nodes
        .filter((node) => !node.ignored && node.role?.value === role)
        .map((node) => node.name?.value);
    for (const landmark of ["banner", "main", "contentinfo", "navigation"]) {
      expect([landmark, of(landmark).length]).toEqual([landmark, 1]);
    }
    expect(of("region")).toEqual(["Findings", "Clusters", "prod-eu", "prod-us", "lab"]);
    expect(of("image")).toEqual(
      ["prod-eu", "prod-us", "lab"].map((name) => `Chain of trust of ${name}`),
    );
    const levels = await browser.evaluate<number[]>(
      `[...document.querySelectorAll("h1, h2, h3, h4")].map(({ tagName }) => Number(tagName[1]))`,
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => {
      expect(level).toBeLessThanOrEqual((levels[index - 1] ?? 0) + 1);
    });
    const headless = inPage(`[...document.querySelectorAll("table")].filter((table) =>
      table.querySelectorAll("thead th[scope=col]").length !== table.rows[0].cells.length
      || [...table.tBodies[0].rows].some((row) => row.querySelector("th[scope=row]") === null)).length`);
    expect(await browser.evaluate(headless)).toBe(0);
    const ids = "[...document.querySelectorAll('[id]')].map(({ id }) => id)";
    const all = await browser.evaluate<string[]>(ids);
    expect(new Set(all).size).toBe(all.length);
    const named = nodes.filter(({ role }) =>
      ["button", "link", "searchbox", "DisclosureTriangle"].includes(role?.value ?? ""),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ name }) => (name?.value ?? "") === "")).toEqual([]);
  });

  test("the keyboard reaches every control, visibly", async () => {
    await show(report);
    const controls = await browser.evaluate<number>(
      inPage(
        `[...document.querySelectorAll("a, button, input, summary, [tabindex='0']")].filter(isShown).length`,
      ),
    );
    const reached = new Set<string>();
    for (let press = 0; press < controls; press += 1) {
      await browser.press("Tab", 9);
      const focused = await browser.evaluate<{ path: string; outline: string }>(`(() => {
        const element = document.activeElement;
        const all = [...document.querySelectorAll("*")];
        return { path: element.tagName + all.indexOf(element), outline: getComputedStyle(element).outlineStyle };
      })()`);
      expect([focused.path, focused.outline]).toEqual([focused.path, "solid"]);
      reached.add(focused.path);
    }
    expect(reached.size).toBe(controls);
  });

  test("a link opens the details of its cluster, and the filter hides what has not the words", async () => {
    await show(report);
    const open = `[...document.querySelectorAll(".cluster > details")].map(({ open }) => open)`;
    await browser.evaluate("document.querySelector('#close').click()");
    expect(await browser.evaluate(open)).toEqual([false, false, false]);
    await browser.evaluate(`new Promise((resolve) => {
      addEventListener("hashchange", () => setTimeout(resolve));
      document.querySelector("a[href='#cluster-prod-us']").click();
    })`);
    expect(await browser.evaluate(open)).toEqual([false, true, false]);
    await filterBy("experiment lab");
    const shown = `[...document.querySelectorAll(".cluster:not([hidden]) h2, #shown")].map(({ textContent }) => textContent)`;
    expect(await browser.evaluate(shown)).toEqual(["1 of 3 clusters", "lab"]);
    const rows = "document.querySelectorAll('nav tbody tr:not([hidden])').length";
    expect(await browser.evaluate(rows)).toBe(1);
    expect(complaints()).toEqual([]);
  });

  test("prints everything, opened and closed", async () => {
    await show(report);
    await browser.evaluate("document.querySelector('#close').click()");
    await browser.send("Emulation.setEmulatedMedia", { media: "" });
    const closed = pagesOf(await browser.print());
    await browser.evaluate("document.querySelector('#open').click()");
    expect(pagesOf(await browser.print())).toBe(closed);
    expect(closed).toBeGreaterThan(5);
  });

  test("can be read without the script", async () => {
    await browser.send("Emulation.setScriptExecutionDisabled", { value: true });
    await show(report);
    const { nodes } = await browser.send<{ nodes: { name?: { value: string } }[] }>(
      "Accessibility.getFullAXTree",
    );
    const names = nodes.map(({ name }) => name?.value);
    expect(names).toContain("prod-eu-external-dns");
    expect(names).not.toContain("Open all");
    await browser.send("Emulation.setScriptExecutionDisabled", { value: false });
  });

  test("shows hostile values as the text that they are", async () => {
    const { stdout } = await irsa(["report", "--config", config, "--json"]);
    const hostile = `"'><img src=x onerror="document.title='run'"></script></svg>`;
    const { clusters, ...rest } = JSON.parse(stdout) as Report;
    const renamed = clusters.map((cluster) => ({
      ...cluster,
      name: hostile,
      region: hostile,
      roles: cluster.roles.map((role) => ({ ...role, name: hostile, description: hostile })),
    }));
    await show(renderReport({ ...rest, clusters: renamed.slice(0, 1) }));
    expect(complaints()).toEqual([]);
    expect(await browser.evaluate("document.querySelectorAll('img, script').length")).toBe(1);
    expect(await browser.evaluate("document.querySelector('section.cluster h2').textContent")).toBe(
      hostile,
    );
    expect(await browser.evaluate("document.title")).toBe(`Trust report: ${hostile}`);
  });

  test("a fleet of 1,000 clusters is usable: closed, and filtered", async () => {
    const { stdout } = await irsa(["report", "--config", config, "--json"]);
    const { clusters, ...rest } = JSON.parse(stdout) as Report;
    const fleet = Array.from({ length: 1000 }, (_, index) => {
      const like = clusters[index % clusters.length];
      if (like === undefined) throw new Error("no cluster");
      return { ...like, name: `edge-${index}` };
    });
    await show(renderReport({ ...rest, clusters: fleet }));
    expect(complaints()).toEqual([]);
    await filterBy("edge-999");
    expect(await browser.evaluate("document.querySelector('#shown').textContent")).toBe(
      "1 of 1000 clusters",
    );
  });
});

/** How many pages a PDF has, by its page objects, compressed or not. */
function pagesOf(pdf: Buffer): number {
  const text = pdf.toString("latin1");
  const streams = [...text.matchAll(/\/Type \/ObjStm[^]*?stream\r?\n([^]*?)endstream/g)].map(
    ([, body = ""]) => inflateSync(Buffer.from(body, "latin1")).toString("latin1"),
  );
  return [text, ...streams].join("\n").match(/\/Type ?\/Page\b(?!s)/g)?.length ?? 0;
}
