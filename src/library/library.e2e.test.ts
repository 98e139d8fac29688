import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { check, formatHistory, fuzz, HappnstanceError, replay, type FuzzResult } from "../index.js";

const MUTANT = "mutant:change-created";

const START_MS_MAX = 120_000;

let folder: string;
let found: FuzzResult;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
  found = await fuzz(MUTANT, {
    ...{ seed: "7", from: 1, cases: 1, out: join(folder, "out") },
    minimise: { eachMs: 60_000, totalMs: 60_000 },
  });
}, START_MS_MAX);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("fuzz", () => {
  it("returns what is new with plan and history", () => {
    const [first] = found.findings;

    expect(found).toMatchObject({ status: "violated", target: MUTANT, seed: "7", cases: 1 });
    expect(first).toMatchObject({ confirmation: "confirmed", severity: "must" });
    expect(first?.plan?.operations.length).toBeLessThan(10);
    expect(first?.originalPlan?.operations.length).toBeGreaterThan(100);
    expect(first?.history?.events.length).toBeGreaterThan(0);
  });

  it("ends early where it is told to, and that is not a pass", async () => {
    const stop = new AbortController();
    const result = await fuzz("reference", {
      ...{ seed: "7", timeMs: 60_000, workers: 1, signal: stop.signal },
      onProgress: () => stop.abort(),
    });

    expect(result).toMatchObject({ status: "unknown", isInterrupted: true, findings: [] });
  });

  it("says in one line what is wrong with a call", async () => {
    const calls = [
      fuzz("happn-3@0.0.1"),
      fuzz("reference", { cases: 0 }),
      fuzz("reference", { live: { speed: 2 } }),
      replay("hs1-nonsense"),
      replay({ target: "reference", plan: { format: 1 } }),
      check("nowhere.md"),
    ];

    for (const result of await Promise.allSettled(calls)) {
      const reason: unknown = result.status === "rejected" ? result.reason : null;
      expect(reason).toBeInstanceOf(HappnstanceError);
      expect(reason).toMatchObject({ code: "E_USAGE" });
      expect((reason as Error).message).toMatch(/^[^\n]+$/);
    }
  });
});

describe("replay", () => {
  it("sees the same from a token, from an artifact and from a plan", async () => {
    const [{ token = "", fingerprint = "", traceHash = "", plan = null } = {}] = found.findings;
    const property = found.findings[0]?.property ?? "";
    const artifact = join(found.folder ?? "", `${property}-${fingerprint}`);

    const original = await replay(token, { target: MUTANT });
    const results = [
      await replay(artifact),
      await replay({ target: MUTANT, plan: plan ?? {}, fingerprint }),
    ];

    expect(original).toMatchObject({ status: "FAILED", isSameHistory: true });
    for (const result of results) {
      expect(result).toMatchObject({ status: "FAILED", traceHash });
      expect(result.story).toContain(property);
    }
  });

  it("tells that another target does not have it", async () => {
    const [{ fingerprint = "", plan = null } = {}] = found.findings;
    const result = await replay(
      { target: MUTANT, plan: plan ?? {}, fingerprint },
      { target: "reference" },
    );

    expect(result).toMatchObject({ status: "FIXED", target: "reference", violations: [] });
  });
});

describe("check", () => {
  it("judges a history, and the file of one", async () => {
    const [{ history = null, fingerprint = "" } = {}] = found.findings;
    if (history === null) throw new Error("the finding has no history");
    const file = join(folder, "history.jsonl");
    writeFileSync(file, formatHistory(history));

    for (const recording of [history, file]) {
      const { status, violations } = await check(recording);

      expect(status).toBe("invalid");
      expect(violations.map((violation) => violation.fingerprint)).toContain(fingerprint);
    }
  });
});
