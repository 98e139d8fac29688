import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { HISTORY_FORMAT, type History } from "../history/index.js";
import { PLAN_FORMAT, type Plan } from "../plan/index.js";
import { readArtifact, writeArtifact, type Artifact } from "./artifact.js";

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
    format: 1,
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
