import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { CLAUSES } from "../../conformance/index.js";
import { openBrowser } from "../timeline/page/chromium.test-support.js";
import type { CellRecord, ConformanceDocument, EvidenceRecord } from "./document.js";
import { conformancePage } from "./page.js";

const HOSTILE =
  '</style><script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">';

const EVIDENCE: EvidenceRecord = {
  property: "store-linearizable",
  severity: "must",
  clause: "STO-4",
  fingerprint: "f",
  expected: "All keys.",
  message: `A key is lost ${HOSTILE}`,
  case: { id: "merges-of-two-at-once", says: "Two merge.", origin: "directed" },
  mode: "concurrent",
  operations: [
    {
      ...{ id: "o1", client: "c1", afterMs: 0, awaited: true },
      action: { kind: "set", path: `/a${HOSTILE}`, data: { x: 1 }, options: { merge: true } },
    },
  ],
  log: [
    { at: 1, text: `c1#1 → server  ${HOSTILE}` },
    { at: 2, text: "server → c1#1  {}", isEvidence: true },
  ],
};

function cells(failed: string): readonly CellRecord[] {
  return CLAUSES.map(({ id }) => ({
    clause: id,
    verdict: id === failed ? "FAILED" : "OK",
    ...{ exercised: 3, cases: 2, remarks: [], evidence: id === failed ? [EVIDENCE] : [] },
  }));
}

const DOCUMENT: ConformanceDocument = {
  ...{ format: 1, version: "0.0.0", seed: "s" },
  clauses: CLAUSES.map(({ id, title }) => ({ id, title, section: "All", severity: "must" })),
  targets: ["reference", `cmd:${HOSTILE}`].map((target, place) => ({
    ...{ target, profile: "1.x", cases: { directed: 60, generated: 0 } },
    cells: cells(place === 0 ? "" : "STO-4"),
  })),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-matrix-"));
  writeFileSync(
    join(folder, "matrix.html"),
    conformancePage(DOCUMENT, (clause) => `**must.** What ${clause} says.`),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(options: BrowserContextOptions = {}) {
  const browser = await openBrowser({ viewport: { width: 1200, height: 800 }, ...options });
  closers.push(browser.close);
  const page: Page = browser.context.pages()[0] ?? (await browser.context.newPage());
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => trouble.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) trouble.push(request.url());
  });
  await page.goto(pathToFileURL(join(folder, "matrix.html")).href);
  return { page, trouble };
}

const backgroundOf = (page: Page) =>
  page.evaluate("getComputedStyle(document.body).backgroundColor");

describe("the matrix", () => {
  it("has a row for each clause and a cell for each target", async () => {
    const { page, trouble } = await open();

    expect(await page.locator("a.cell").count()).toBe(2 * CLAUSES.length);
    expect(await page.locator("a.cell.v-FAILED").count()).toBe(1);
    expect(await page.locator(".panel:visible").count()).toBe(0);
    expect(trouble).toEqual([]);
  });

  it("opens a cell's evidence, by the mouse and by the keyboard, and closes it", async () => {
    const { page } = await open();
    await page.locator("a.cell.v-FAILED").click();
    const panel = page.locator(".panel:visible");

    expect(await panel.count()).toBe(1);
    expect(await panel.innerText()).toContain("A key is lost");
    expect(await panel.locator(".sequence li").count()).toBe(1);
    expect(await panel.locator(".log .mark").innerText()).toContain("server → c1#1");
    await panel.locator(".close").click();
    expect(await page.locator(".panel:visible").count()).toBe(0);

    await page.locator("a.cell.v-OK").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.locator(".panel:visible h2").innerText()).toContain("FRM-1");
  });

  it("shows what servers said as text, and runs and loads nothing", async () => {
    const { page, trouble } = await open();
    await page.locator("a.cell.v-FAILED").click();

    expect(await page.title()).toContain("happn conformance");
    expect(await page.locator("img, script").count()).toBe(0);
    expect(await page.locator(".panel:visible .log").innerText()).toContain("<img src=x");
    expect(trouble).toEqual([]);
  });

  it("leaves out rows that all keep, when asked to", async () => {
    const { page } = await open();
    await page.locator("#broken").check();

    expect(await page.locator("a.cell:visible").count()).toBe(2);
  });

  it("is dark where the system is, and where it is told to be", async () => {
    const light = await open({ colorScheme: "light" });
    const before = await backgroundOf(light.page);
    await light.page.locator("#dark").check();
    const dark = await open({ colorScheme: "dark" });

    expect(before).toBe("rgb(255, 255, 255)");
    expect(await backgroundOf(light.page)).toBe(await backgroundOf(dark.page));
    await dark.page.locator("#light").check();
    expect(await backgroundOf(dark.page)).toBe(before);
  });
});
