import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { HISTORY_FORMAT, type History } from "../history/index.js";
import { PLAN_FORMAT, type Plan } from "../plan/index.js";
import {
  FINDING_FORMAT,
  readArtifact,
  seenAgain,
  writeArtifact,
  type Artifact,
} from "./artifact.js";
import type { FoundViolation } from "./verdict.js";

const LINK = { delayMsMin: 1, delayMsMax: 2, shape: "uniform" } as const;
const plan: Plan = {
  format: PLAN_FORMAT,
  generator: 1,
  seed: "7/12",
  mode: "lockstep",
  clients: [{ name: "c1", link: { up: LINK, down: LINK } }],
  operations: [
    {
      id: "o1",
      client: "c1",
      afterMs: 0,
      awaited: true,
      action: { kind: "connect", handshake: "full" },
    },
  ],
};
const history: History = {
  header: {
    format: HISTORY_FORMAT,
    target: "reference",
    profile: "1.x",
    mode: "lockstep",
    epochMs: 0,
    fresh: true,
  },
  events: [
    { at: 0, kind: "started" },
    { at: 0, kind: "connect", connection: "c1#1", client: "c1" },
    { at: 3, kind: "quiet" },
  ],
};
const artifact: Artifact = {
  finding: {
    format: FINDING_FORMAT,
    version: "0.1.0",
    node: "v20.20.2",
    token: "hs1-7-0012-ak3f9x",
    target: "reference",
    property: "answered-once",
    severity: "must",
    clause: "COR-1",
    fingerprint: "k3f9",
    promise: "p",
    message: "m",
    expected: "e",
    shape: ["set"],
    evidence: [1],
    traceHash: "0".repeat(64),
    confirmation: "confirmed",
  },
  plan,
  history,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "artifact-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("artifact", () => {
  it("is read as it was written", () => {
    writeArtifact(join(folder, "a", "b"), artifact, "readme");

    expect(readArtifact(join(folder, "a", "b"))).toEqual({ ok: true, value: artifact });
  });

  it("keeps the order of operations that a finding is about", () => {
    const operation = { words: "get", client: "c1", callIndex: 1, returnIndex: null };
    const finding: Artifact["finding"] = {
      ...artifact.finding,
      clauseText: "**must.** …",
      linearization: {
        omitted: 0,
        initial: [{ subject: "/a", value: "1" }],
        steps: [{ ...operation, changes: [] }],
        culprit: operation,
        refuted: [{ ...operation, why: "there was nothing" }],
      },
    };
    writeArtifact(folder, { ...artifact, finding }, "readme");

    expect(readArtifact(folder)).toEqual({ ok: true, value: { ...artifact, finding } });
  });

  it("reads findings of format 1, and refuses those of later ones", () => {
    writeArtifact(folder, { ...artifact, finding: { ...artifact.finding, format: 1 } }, "readme");

    expect(readArtifact(folder).ok).toBe(true);
    const later = { ...artifact.finding, format: 3 };
    writeFileSync(join(folder, "finding.json"), JSON.stringify(later));
    const read = readArtifact(folder);

    expect(read.ok ? "" : read.message).toContain("this version reads findings of format 1 and 2");
  });

  it("takes nothing of the first order over when a finding is seen again", () => {
    const { property, severity, clause, fingerprint, expected, shape } = artifact.finding;
    const violation: FoundViolation = {
      ...{ property, severity, clause, fingerprint, expected, shape },
      message: "again",
      evidence: [2],
    };
    const before: Artifact["finding"] = {
      ...artifact.finding,
      linearization: {
        ...{ omitted: 0, initial: [], steps: [], refuted: [] },
        culprit: { words: "get", client: "c1", callIndex: 1, returnIndex: 2 },
      },
    };

    expect(seenAgain(before, violation, "f".repeat(64))).toEqual({
      ...artifact.finding,
      message: "again",
      evidence: [2],
      traceHash: "f".repeat(64),
    });
  });

  it("may go without a history", () => {
    writeArtifact(folder, { ...artifact, history: null }, "readme");

    expect(readArtifact(folder)).toEqual({ ok: true, value: { ...artifact, history: null } });
  });

  it.each(["plan.json", "finding.json"])("needs %s, and says so", (name) => {
    writeArtifact(folder, artifact, "readme");
    unlinkSync(join(folder, name));
    const read = readArtifact(folder);

    expect(read.ok ? "" : read.message).toContain(`${name} cannot be read`);
  });

  it.each(["plan.json", "finding.json", "history.jsonl"])("names a broken %s", (name) => {
    writeArtifact(folder, artifact, "readme");
    writeFileSync(join(folder, name), '{"format":1,');
    const read = readArtifact(folder);

    expect(read.ok ? "" : read.message).toContain(name);
  });
});
