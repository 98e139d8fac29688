import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { HistoryBuilder } from "../../../properties/history-builder.js";
import { FINDING, historyOf, toldHistory } from "../told-history.test-support.js";
import type { TimelineModel } from "./model.js";
import { runIndexPage } from "./run-index.js";
import { timelinePage, type TimelinePage } from "./timeline-page.js";

const page = (changed: Partial<TimelinePage> = {}) =>
  timelinePage({
    ...toldHistory(),
    clauseText: "**must.** The store is linearizable.",
    replay: ["npx happnstance replay hs1-7-0012-ak3f9x"],
    script: "start();",
    ...changed,
  });

const sha = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const blocks = (text: string, tag: string) =>
  [...text.matchAll(new RegExp(`<${tag}([^>]*)>([\\s\\S]*?)</${tag}>`, "g"))].map(
    ([, attributes = "", content = ""]) => ({ attributes, content }),
  );

/** A payload that would break out of every place that it is put in. */
const HOSTILE =
  "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> \"' & \u0000 \u202e \u2028 ]]>";

describe("the timeline page", () => {
  it("is the same for the same artifact", () => {
    expect(page()).toBe(page());
  });

  it("says what is broken, where, and what to do, without its script", () => {
    const text = page().replace(/<script[\s\S]*?<\/script>/g, "");

    for (const said of [
      "reference breaks STO-10",
      "c2 got {&quot;v&quot;:1} at &quot;/a&quot;",
      "What fits one order.",
      "Every answer fits one order.",
      "<strong>must.</strong> The store is linearizable.",
      "npx happnstance replay hs1-7-0012-ak3f9x",
      "can&#39;t be next: there was {&quot;v&quot;:2}",
      "then stored: /a: {&quot;v&quot;:2}",
      "✗ STO-10 (must) is broken here",
    ]) {
      expect(text).toContain(said);
    }
  });

  it("may run its own script and style, and load nothing", () => {
    const text = page();
    const [style] = blocks(text, "style");
    const script = blocks(text, "script").find(({ attributes }) => attributes === "");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? "";

    expect(policy).toContain("default-src &#39;none&#39;");
    expect(policy).toContain(sha(style?.content ?? ""));
    expect(policy).toContain(sha(script?.content ?? ""));
    expect(text).not.toMatch(/\b(?:src|href)="(?!#)/);
    expect(text).not.toMatch(/url\((?!#)/);
  });

  it("lets no payload out of its place", () => {
    const builder = new HistoryBuilder().connect("c1");
    const set = builder.set("c1", HOSTILE, { [HOSTILE]: HOSTILE });
    const raw = builder.raw("c1", HOSTILE);
    const text = page({
      finding: {
        ...FINDING,
        ...{ message: HOSTILE, expected: HOSTILE, promise: HOSTILE, target: HOSTILE },
        ...{ clauseText: HOSTILE, fingerprint: HOSTILE, evidence: [set.arriveIndex, raw] },
      },
      history: historyOf(builder),
      clauseText: HOSTILE,
      replay: [HOSTILE],
    });

    expect(blocks(text, "script")).toHaveLength(2);
    expect(text).not.toContain("<img");
    expect(text).not.toContain("<!--");
    expect(text).not.toMatch(/[\u0000\u202e\u2028]/); // eslint-disable-line no-control-regex
    const [data] = blocks(text, "script");
    const model = JSON.parse(data?.content ?? "") as TimelineModel;
    expect(model.events[raw - 1]?.detail).toContain("</script><script>alert(1)</script>");
  });

  it("stays small where payloads are huge", () => {
    const builder = new HistoryBuilder().connect("c1");
    const { arriveIndex } = builder.set("c1", "/a", "x".repeat(5_000_000));
    const history = historyOf(builder);

    expect(page({ finding: { ...FINDING, evidence: [arriveIndex] }, history }).length).toBeLessThan(
      150_000,
    );
  });

  it("tells what was done, where there is no history", () => {
    const text = page({
      history: null,
      plan: {
        ...{ format: 1, generator: 0, seed: "s", mode: "lockstep", clients: [] },
        operations: [
          {
            ...{ id: "o1", client: "c1", afterMs: 0, awaited: true },
            action: { kind: "raw", frame: "<b>" },
          },
        ],
      },
    });

    expect(text).toContain("There is no history");
    expect(text).toContain("&lt;b&gt;");
    expect(blocks(text, "script")[0]?.content).toBe("null");
  });
});

describe("the index of a run", () => {
  it("leads to each timeline, and runs nothing", () => {
    const folder = "store-linearizable-abc";
    const text = runIndexPage("2026-11-23", [
      { finding: { ...FINDING, message: HOSTILE }, folder },
    ]);

    expect(text).toContain('href="store-linearizable-abc/timeline.html"');
    expect(text).not.toContain("<script");
    expect(text).not.toContain("<img");
  });
});
