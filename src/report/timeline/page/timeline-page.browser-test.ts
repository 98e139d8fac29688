import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { Plan } from "../../../plan/index.js";
import { HistoryBuilder } from "../../../../properties/history-builder.js";
import { FINDING, historyOf, toldHistory } from "../../told-history.test-support.js";
import { openBrowser } from "./chromium.test-support.js";
import type { TimelineSource } from "../timeline-model.js";
import { timelinePage, type TimelinePage } from "../timeline-page.js";

const SCRIPT = readFileSync(
  fileURLToPath(new URL("../../../../dist/src/report/timeline/page-script.js", import.meta.url)),
  "utf8",
);
const WIDE = { width: 1440, height: 900 };
const SMALL = { width: 800, height: 600 };
const HOSTILE =
  '</script><script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">\u0000\u202e';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-page-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Opened {
  readonly page: Page;
  /** Errors of the page, and whatever it asked the network for. */
  readonly trouble: readonly string[];
}

async function open(
  source: Partial<TimelinePage> &
    Pick<TimelineSource, "history" | "plan"> &
    Pick<TimelinePage, "finding">,
  options: BrowserContextOptions & { readonly fragment?: string } = {},
): Promise<Opened> {
  const { fragment = "", ...context } = options;
  const path = join(folder, `page-${closers.length}-${Math.abs(fragment.length)}.html`);
  writeFileSync(
    path,
    timelinePage({
      ...source,
      clauseText: "**must.** The store is linearizable.",
      replay: ["npx happnstance replay hs1-7-0012-ak3f9x"],
      script: SCRIPT,
    }),
  );
  const browser = await openBrowser({ viewport: WIDE, ...context });
  closers.push(browser.close);
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  const trouble: string[] = [];
  page.on("pageerror", ({ message }) => trouble.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") trouble.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) trouble.push(request.url());
  });
  await page.goto(`${pathToFileURL(path).href}${fragment}`);
  if (context.javaScriptEnabled !== false) await page.waitForSelector("html[data-ready]");
  return { page, trouble };
}

const selectedLabel = (page: Page) =>
  page.locator("[aria-selected=true]").first().getAttribute("aria-label");
const momentText = (page: Page) => page.locator("#moment").innerText();

/** 1,000 events and more: c1 to c4 write and read by turns; one read is wrong. */
function manyEvents() {
  const builder = new HistoryBuilder().connect("c1", "c2", "c3", "c4");
  builder.on("c2", "/SET@/p/*");
  let evidence: number[] = [];
  for (let round = 0; round < 110; round += 1) {
    const client = `c${(round % 4) + 1}`;
    const set = builder.set(client, `/p/${round % 10}`, { round });
    builder.publish("c2", "/SET@/p/*", set);
    builder.answer(set);
    const read = builder.send("c3", { action: "get", path: `/p/${round % 10}` });
    const got = builder.answer(read, { data: { round: round === 70 ? -1 : round } });
    if (round === 70) evidence = [read.arriveIndex, got];
  }
  const history = historyOf(builder);
  return { finding: { ...FINDING, evidence }, history, plan: null };
}

describe.each([
  ["wide and light", { viewport: WIDE, colorScheme: "light" }],
  ["small and dark", { viewport: SMALL, colorScheme: "dark" }],
] as const)("the page, %s", (_, options) => {
  it("draws the evidence, asks nothing of the network, and fits the window", async () => {
    const { page, trouble } = await open(toldHistory(), options);

    expect(await page.locator(".event.evidence").count()).toBe(4);
    expect(await page.locator(".broken").innerText()).toContain("STO-10 (must) is broken here");
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(
      true,
    );
    expect(trouble).toEqual([]);
  });
});

describe("the page", () => {
  it("follows the system's colours until the reader chooses", async () => {
    const { page } = await open(toldHistory(), { colorScheme: "dark" });
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

    const dark = await paper();
    await page.emulateMedia({ colorScheme: "light" });
    const light = await paper();
    expect(light).not.toBe(dark);
    await page.keyboard.press("t");
    await page.keyboard.press("t");
    expect(await paper()).toBe(dark);
    await page.reload();
    expect(await paper()).toBe(dark);
  });

  it("goes from evidence to evidence, and from event to event", async () => {
    const { page } = await open(toldHistory());

    await page.keyboard.press("n");
    expect(await selectedLabel(page)).toContain("evidence 2");
    await page.keyboard.press("3");
    expect(await selectedLabel(page)).toContain("evidence 3");
    expect(await momentText(page)).toContain("the server gets from c2#1: #3 get /a");
    await page.keyboard.press("j");
    expect(await selectedLabel(page)).toContain("evidence 4");
    await page.keyboard.press("p");
    expect(await selectedLabel(page)).toContain("evidence 3");
    const active = await page.locator("#viewport").getAttribute("aria-activedescendant");
    expect(await page.locator(`#${active ?? ""}`).getAttribute("aria-selected")).toBe("true");
  });

  it("opens at the event that its address names, hidden or not", async () => {
    const { page } = await open(toldHistory(), { fragment: "#e3" });

    expect(await selectedLabel(page)).toContain("login");
  });

  it("says what is stored at the event that is pointed at", async () => {
    const { page } = await open(toldHistory());

    await page.locator(".event.evidence .hit").first().hover();
    expect(await momentText(page)).toMatch(/\/a\s+\{"v":2\}/);
    await page.keyboard.press("f");
    await page.locator("text=c1#1 is open").first().hover();
    expect(await momentText(page)).toContain("Nothing is stored.");
  });

  it("leads from the order of operations to the events", async () => {
    const { page } = await open(toldHistory());

    await page.locator(".order li").first().locator("a").click();
    expect(await selectedLabel(page)).toContain('#2 set /a {"v":1}');
    expect(await page.locator(".order li.no").innerText()).toContain(
      `can't be next: there was {"v":2}`,
    );
  });

  it("marks what the schedule decided, and goes there by keys and by its list", async () => {
    const { history, ...source } = toldHistory();
    const plan: Plan = {
      ...{ format: 1, generator: 0, seed: "s", mode: "concurrent", clients: [], operations: [] },
      schedule: {
        strategy: "fifo",
        decisions: [
          { at: "c1#1/up/3/busy", choice: 9 },
          { at: "c2#1/up/4/early", choice: 1 },
          { at: "pool/1/late", choice: 1 },
        ],
      },
    };
    const { page, trouble } = await open({ ...source, history, plan });

    expect(await page.locator(".decision-words").allTextContents()).toEqual([
      "⇅ busy 9 ms",
      "⇅ read early",
    ]);
    // From the first evidence on, and behind the last comes the first again.
    await page.keyboard.press("d");
    const first = await selectedLabel(page);
    await page.keyboard.press("d");
    const second = await selectedLabel(page);
    expect([first, second]).toEqual([
      expect.stringContaining("read early"),
      expect.stringContaining("busy 9 ms"),
    ]);
    expect(await momentText(page)).toMatch(/reads it in the same go|is busy with it for 9 ms/);
    await page.keyboard.press("Shift+D");
    expect(await selectedLabel(page)).toBe(first);
    expect(await page.locator(".schedule li").allInnerTexts()).toHaveLength(3);
    await page.locator(".schedule a", { hasText: "read early" }).click();
    expect(await selectedLabel(page)).toContain("read early");
    expect(trouble).toEqual([]);
  });

  it("shows more, less, and what a fold holds", async () => {
    const { page } = await open(toldHistory());
    const rows = () => page.locator(".event").count();

    const related = await rows();
    await page.locator(".fold").first().click();
    expect(await rows()).toBeGreaterThan(related);
    await page.keyboard.press("f");
    const all = await rows();
    expect(await page.locator(".fold").count()).toBe(0);
    await page.keyboard.press("f");
    expect(await rows()).toBeLessThan(related);
    expect(all).toBeGreaterThan(related);
  });

  it("filters by path, kind and client", async () => {
    const { page } = await open(toldHistory());
    const labels = () => page.locator(".event .label").allTextContents();

    await page.keyboard.press("f");
    await page.keyboard.press("/");
    await page.keyboard.type("/other");
    expect((await labels()).filter((label) => label.includes("/other")).length).toBeGreaterThan(0);
    expect((await labels()).filter((label) => label.includes("login"))).toEqual([]);
    await page.locator("#toolbar .path").fill("");
    await page.locator("summary", { hasText: "Kinds" }).click();
    await page.locator(".choices label", { hasText: "handshakes" }).click();
    expect((await labels()).filter((label) => label.includes("login"))).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("summary", { hasText: "Clients" }).click();
    await page.locator(".choices label", { hasText: "c1" }).click();
    expect(await page.locator(".lane-name").allInnerTexts()).toEqual(["server", "c2"]);
    expect(await page.locator(".absent").innerText()).toBe("nothing shown of c1");
  });

  it("explains itself, and copies the replay command", async () => {
    const { page } = await open(toldHistory());

    await page.keyboard.press("?");
    expect(await page.locator("#help").isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.locator("#help").isVisible()).toBe(false);
    const copy = page.locator("[data-copy]").first();
    await copy.click();
    // The clipboard answers in its own time.
    await copy.filter({ hasNotText: /^copy$/ }).waitFor();
    expect(await copy.innerText()).toMatch(/copied|selected/);
  });

  it("runs nothing that a payload holds, and nothing that is put in later", async () => {
    const builder = new HistoryBuilder().connect("c1");
    const set = builder.set("c1", HOSTILE, { [HOSTILE]: HOSTILE });
    const raw = builder.raw("c1", HOSTILE);
    const finding = { ...FINDING, message: HOSTILE, evidence: [set.arriveIndex, raw] };
    const { page, trouble } = await open({ finding, history: historyOf(builder), plan: null });

    await page.keyboard.press("1");
    expect(await momentText(page)).toContain("</script>");
    await page.keyboard.press("2");
    expect(await page.title()).toBe("STO-10 · store-linearizable · reference");
    expect(trouble).toEqual([]);
    const isRun = await page.evaluate(() => {
      const script = document.createElement("script");
      try {
        script.text = "document.title = 'owned'";
      } catch {
        return false;
      }
      document.body.append(script);
      return document.title === "owned";
    });
    expect(isRun).toBe(false);
  });

  it("tells the story without scripts", async () => {
    const { page } = await open(toldHistory(), { javaScriptEnabled: false });

    expect(await page.locator(".claim.seen").innerText()).toContain('c2 got {"v":1} at "/a"');
    expect(await page.locator("noscript").count()).toBe(1);
    expect(await page.locator("body").innerText()).toContain("The order of operations");
  });
});

describe("a page of 1,000 events", () => {
  it("begins with what matters, and draws what is near the window alone", async () => {
    const { page, trouble } = await open(manyEvents());
    const drawn = () => page.locator(".event").count();

    expect(await page.locator(".segments [aria-pressed=true]").innerText()).toMatch(
      /^Related|^Essential/,
    );
    expect(await page.locator(".broken").isVisible()).toBe(true);
    await page.getByRole("button", { name: /^All/ }).click();
    expect(await page.locator(".segments [aria-pressed=true]").innerText()).toMatch(
      /^All 1,\d{3}$/,
    );
    expect(await drawn()).toBeLessThan(250);
    await page.keyboard.press("End");
    expect(await selectedLabel(page)).toContain("c3#1 receives");
    expect(await drawn()).toBeLessThan(250);
    expect(trouble).toEqual([]);
  });

  it("fits into the window, and grows again where it was", async () => {
    const { page, trouble } = await open(manyEvents());
    const overflow = () =>
      page.locator("#viewport").evaluate((box) => box.scrollHeight - box.clientHeight);

    await page.getByRole("button", { name: /^All/ }).click();
    expect(await overflow()).toBeGreaterThan(5_000);
    await page.keyboard.press("0");
    expect(await overflow()).toBeLessThan(60);
    for (let step = 0; step < 16; step += 1) await page.keyboard.press("+");
    expect(await overflow()).toBeGreaterThan(5_000);
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    expect(await page.locator(".event.evidence.selected").isVisible()).toBe(true);
    expect(trouble).toEqual([]);
  });

  it("goes where the overview is pressed", async () => {
    const { page } = await open(manyEvents());

    await page.getByRole("button", { name: /^All/ }).click();
    const box = await page.locator("#minimap").boundingBox();
    if (box === null) throw new Error("there is no overview");
    await page.mouse.click(box.x + box.width / 2, box.y + 2);
    expect(await page.locator("#viewport").evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height - 2);
    expect(await page.locator("#viewport").evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(
      5_000,
    );
  });
});
