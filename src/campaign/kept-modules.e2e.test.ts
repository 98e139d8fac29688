import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterAll, describe, expect, it } from "vitest";

import { Campaign, type CampaignSummary } from "./campaign.js";

const DIST = join(import.meta.dirname, "..", "..", "dist", "src");
const folder = mkdtempSync(join(tmpdir(), "kept-modules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const urlOf = (path: string) => JSON.stringify(pathToFileURL(join(DIST, path)).href);

let scripts = 0;

/** A campaign whose runners serve one target where modules are kept, and another where they are fresh. */
async function campaign(kept: string, fresh: string): Promise<CampaignSummary> {
  scripts += 1;
  const runnerPath = join(folder, `runner-${scripts}.mjs`);
  writeFileSync(
    runnerPath,
    `import { serveCases } from ${urlOf("campaign/index.js")};
     import { referenceTarget } from ${urlOf("targets/reference/index.js")};
     const named = (id, target) => ({
       id,
       profile: target.profile,
       time: target.time,
       stores: target.stores,
       prepare: () => target.prepare(() => undefined),
       enter: (body) => target.enter(body),
       start: (environment, observer) => target.start(environment, observer),
     });
     const targets = { kept: ${kept}, fresh: ${fresh} };
     serveCases({
       targetOf: (_id, _settings, modules) => targets[modules ?? "fresh"],
       knownIssuesOf: () => [],
     });`,
  );
  const observer = { progress() {}, advanced() {}, confirming() {}, confirmed() {} };
  return new Campaign(
    {
      target: "reference",
      targetCode: "r",
      seed: "kept",
      cases: 12,
      firstCase: 0,
      timeMs: null,
      workers: 1,
      runnerPath,
      watchdogMs: 60_000,
      knownIssues: [],
      avoid: [],
      modules: "kept",
      faults: "swarm",
      checksDeterminism: false,
    },
    observer,
  ).run();
}

const MUTANT = 'referenceTarget("1.x", { mutant: "publish-after-end" })';
const SOUND = 'referenceTarget("1.x")';

describe("what is found on kept modules", () => {
  it("is confirmed where fresh ones show the same history", async () => {
    const { findingsList } = await campaign(MUTANT, MUTANT);

    expect(findingsList.length).toBeGreaterThan(0);
    expect(new Set(findingsList.map(({ confirmation }) => confirmation))).toEqual(
      new Set(["confirmed"]),
    );
  });

  it("has the history of fresh ones where these show it as well, in another history", async () => {
    const same = await campaign(`named("a", ${MUTANT})`, `named("a", ${MUTANT})`);
    const other = await campaign(`named("b", ${MUTANT})`, `named("a", ${MUTANT})`);

    expect(other.findingsList.map(({ confirmation }) => confirmation)).toEqual(
      same.findingsList.map(() => "confirmed"),
    );
    expect(other.findingsList.map(({ token }) => token)).toEqual(
      same.findingsList.map(({ token }) => token),
    );
  });

  it("is told as diverged where fresh ones don't show it", async () => {
    const { findingsList } = await campaign(MUTANT, SOUND);

    expect(findingsList.length).toBeGreaterThan(0);
    expect(new Set(findingsList.map(({ confirmation }) => confirmation))).toEqual(
      new Set(["diverged"]),
    );
  });
});
