import { describe, expect, it } from "vitest";

import type { History, HistoryEvent } from "../history/index.js";
import {
  FAULT_KINDS,
  PLAN_FORMAT,
  type Fault,
  type FaultKind,
  type Plan,
  type PlannedOperation,
} from "../plan/index.js";
import { referenceTarget } from "../targets/reference/index.js";
import { runCase, verdictOf } from "./index.js";

const LINK = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;
const BOTH = { clients: ["c1", "c2"], direction: "both" } as const;
const SETS = 12;
const FAULT_AFTER_MS = 250;
const FAULT_MS = 300;

/** One of each kind, as it shows at once. */
const FAULTS: Readonly<Record<FaultKind, Fault>> = {
  latency: { kind: "latency", ...BOTH, delayMsMin: 80, delayMsMax: 80, shape: "uniform" },
  jitter: { kind: "jitter", ...BOTH, jitterMsMax: 90 },
  bandwidth: { kind: "bandwidth", ...BOTH, bytesPerSecond: 500 },
  stall: { kind: "stall", ...BOTH },
  partition: { kind: "partition", clients: ["c1"], ends: "reset" },
  "slow-reader": { kind: "slow-reader", clients: ["c2"], bufferBytesMax: 0 },
  slice: { kind: "slice", clients: ["c1"], bytesMax: 20, gapMs: 4 },
  merge: { kind: "merge", clients: ["c1"], windowMs: 120 },
  cut: { kind: "cut", clients: ["c1"], how: "half-close" },
  "reconnect-storm": { kind: "reconnect-storm", clients: ["c2"], everyMs: 50 },
  relay: { kind: "relay", clients: ["c1"], holdMsMax: 90, repeatsOfTen: 10 },
  pause: { kind: "pause" },
  "clock-jump": { kind: "clock-jump", jumpMs: -5_000 },
  "clock-skew": { kind: "clock-skew", perMillion: 400_000 },
  stop: { kind: "stop" },
  kill: { kind: "kill", loses: "machine" },
  "disk-full": { kind: "disk-full" },
  "disk-error": { kind: "disk-error", on: "sync" },
};

/** c2 listens, and c1 writes each 50 ms; the fault comes in between, and goes. */
function planWith(fault: Fault): Plan {
  const operation = (
    id: number,
    client: string,
    afterMs: number,
    action: PlannedOperation["action"],
  ): PlannedOperation => ({ id: `o${id}`, client, afterMs, awaited: false, action });
  return {
    ...{ format: PLAN_FORMAT, generator: 0, seed: "nemesis", mode: "concurrent" },
    server: { store: "file" },
    liveness: true,
    clients: ["c1", "c2"].map((name) => ({ name, link: { up: LINK, down: LINK } })),
    operations: [
      { ...operation(1, "c1", 0, { kind: "connect", handshake: "full" }), awaited: true },
      { ...operation(2, "c2", 0, { kind: "connect", handshake: "full" }), awaited: true },
      operation(3, "c2", 0, { kind: "on", channel: "/SET@/a*", options: {} }),
      ...Array.from({ length: SETS }, (_, index) =>
        operation(index + 4, "c1", 50, {
          kind: "set",
          path: `/a${index % 3}`,
          data: { text: "x".repeat(90), index },
          options: {},
        }),
      ),
    ],
    faults: [{ id: "f1", afterMs: FAULT_AFTER_MS, durationMs: FAULT_MS, fault }],
  };
}

const run = (kind: FaultKind): Promise<History> =>
  runCase(planWith(FAULTS[kind]), referenceTarget("1.x"));

/** How long each frame of a client took to the server. */
function delaysOf({ events }: History): readonly number[] {
  return events.flatMap((event) => {
    if (event.kind !== "arrive") return [];
    const sent = events[event.of] as HistoryEvent;
    return [event.at - sent.at];
  });
}

function kindsOf({ events }: History): readonly string[] {
  return events.map(({ kind }) => kind);
}

describe("a fault", () => {
  it.each(FAULT_KINDS)("%s comes, goes, and entitles nobody to blame the server", async (kind) => {
    const history = await run(kind);
    const [came, went] = ["fault", "healed"].map((word) =>
      history.events.findIndex((event) => event.kind === word),
    ) as [number, number];
    const verdict = verdictOf(history);

    expect(came).toBeGreaterThan(0);
    expect((history.events[went]?.at ?? 0) - (history.events[came]?.at ?? 0)).toBe(FAULT_MS);
    expect(verdict.faults).toEqual({ [kind]: 1 });
    expect(verdict.violations).toEqual([]);
    expect(verdict.unknown).toEqual([]);
    expect(verdict.exercised["nothing-left-behind"]).toBe(2);
  });

  it.each(["latency", "jitter", "bandwidth", "stall", "merge", "relay"] as const)(
    "%s delays frames",
    async (kind) => {
      expect(Math.max(...delaysOf(await run(kind)))).toBeGreaterThan(40);
    },
  );

  it.each(["slice", "pause"] as const)("%s has frames arrive late", async (kind) => {
    expect(Math.max(...delaysOf(await run(kind)))).toBeGreaterThan(20);
  });

  it("pause keeps from a server's process also that a connection broke meanwhile", async () => {
    const paused = planWith(FAULTS.pause);
    const reset: Fault = { kind: "cut", clients: ["c1"], how: "reset" };
    const cut = { id: "f2", afterMs: FAULT_AFTER_MS + 10, durationMs: 10, fault: reset };
    const { events } = await runCase(
      { ...paused, faults: [...(paused.faults ?? []), cut] },
      referenceTarget("1.x"),
    );
    const closed = events.find(({ kind }) => kind === "closed");
    const ended = events.find((event) => event.kind === "end" && event.by === "network");
    const healed = events.find((event) => event.kind === "healed" && event.fault === "f1");

    expect(closed?.at).toBeLessThan(healed?.at ?? 0);
    expect(ended?.at).toBe(healed?.at);
  });

  it("slow-reader holds back what is written to it", async () => {
    const { events } = await run("slow-reader");
    const waits = events.flatMap((event) =>
      event.kind === "receive" ? [event.at - (events[event.of] as HistoryEvent).at] : [],
    );

    expect(Math.max(...waits)).toBeGreaterThan(100);
  });

  it.each(["cut", "reconnect-storm", "partition", "stop", "kill"] as const)(
    "%s ends connections, and their clients come back",
    async (kind) => {
      const history = await run(kind);
      const came = history.events.findIndex((event) => event.kind === "fault");
      const later = kindsOf(history).slice(came);

      expect(later).toContain("closed");
      expect(later.slice(later.indexOf("closed"))).toContain("open");
    },
  );

  it("relay sends requests twice", async () => {
    expect(kindsOf(await run("relay"))).toContain("relay");
  });

  it.each(["clock-jump", "clock-skew"] as const)(
    "%s sets the clock wrong, and right",
    async (kind) => {
      const clocks = (await run(kind)).events.filter((event) => event.kind === "clock");

      expect(clocks).toHaveLength(2);
      expect(clocks[0]).not.toMatchObject({ offsetMs: 0, perMillion: 0 });
      expect(clocks[1]).toMatchObject({ offsetMs: 0, perMillion: 0 });
    },
  );

  it.each(["stop", "kill"] as const)("%s ends a process, and another one begins", async (kind) => {
    const kinds = kindsOf(await run(kind));
    const ending = kind === "stop" ? "stopped" : "killed";

    expect(kinds.filter((word) => word === "started")).toHaveLength(2);
    expect(kinds.indexOf(ending)).toBeLessThan(kinds.lastIndexOf("started"));
  });

  it("disk-full has writes refused", async () => {
    const refused = (await run("disk-full")).events.filter(
      (event) => event.kind === "write" && event.frame.includes('"status":"error"'),
    );

    expect(refused.length).toBeGreaterThan(0);
  });

  it("disk-error has a server give up that can't take back for good what it refuses", async () => {
    const kinds = kindsOf(await run("disk-error"));

    expect(kinds).toContain("crash");
    expect(kinds.lastIndexOf("started")).toBeGreaterThan(kinds.indexOf("crash"));
  });
});
