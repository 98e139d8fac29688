import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { runCase, traceHash } from "../engine/index.js";
import type { History } from "../history/index.js";
import { parsePlan, type Plan } from "../plan/index.js";
import { recipeOf } from "../targets/node/happn-3.js";
import { EXAMINED_RELEASES } from "../targets/node/index.js";
import { NodeTarget } from "../targets/node/node-target.js";
import { SERVER_ROOT } from "../targets/node/root.js";

/** Its server answers a failed write with the stack of the error. */
const TELLING = "happn-3@13.12.1/failed-write-takes-effect";

function regression(entry: string): Plan {
  const parsed = parsePlan(readFileSync(join("corpus", "regressions", entry, "plan.json"), "utf8"));
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.plan;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-elsewhere-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

describe.each(EXAMINED_RELEASES)("happn-3@$version, installed in two folders", (release) => {
  const recipe = recipeOf(release);
  let entry: string;
  const histories = async (plan: Plan): Promise<readonly History[]> => {
    const there = join(folder, release.version, "server.js");
    const elsewhere = new NodeTarget({ ...recipe, prepare: () => Promise.resolve(there) });
    const told: History[] = [];
    for (const target of [new NodeTarget(recipe), elsewhere]) {
      await target.prepare(() => {});
      told.push(await runCase(plan, target));
    }
    return told;
  };
  beforeAll(async () => {
    entry = await recipe.prepare(() => {});
    cpSync(dirname(entry), join(folder, release.version), { recursive: true });
  }, 300_000);

  it("does the same where it sends stacks of errors", async () => {
    const [here, there] = await histories(regression(TELLING));

    expect(traceHash(there as History)).toBe(traceHash(here as History));
    const text = JSON.stringify(there);
    expect(text).not.toContain(folder);
    expect(JSON.stringify(here)).not.toContain(dirname(entry));
    // Neither are the frames of the tool around it.
    expect(text).not.toMatch(/targets[\\/]+node/);
    if (TELLING.includes(release.version)) expect(text).toContain(`${SERVER_ROOT}/node_modules`);
  }, 120_000);
});
