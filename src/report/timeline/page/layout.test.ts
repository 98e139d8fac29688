import { describe, expect, it } from "vitest";

import type { TimelineEvent, TimelineModel } from "../model.js";
import { Layout, type Row } from "./layout.js";
import { firstLevel, Viewer, type View } from "./view.js";

const BASE: Omit<TimelineModel, "events"> = {
  ...{ target: "reference", profile: "1.x", mode: "concurrent", order: null },
  lanes: [
    { name: "c1", role: "client" },
    { name: "server", role: "server" },
    { name: "c2", role: "client" },
  ],
  connections: [
    { connection: "c1#1", lane: 0, from: 0, to: null },
    { connection: "c2#1", lane: 2, from: 0, to: null },
  ],
  ...{ subscriptions: [], bands: [], schedule: [], store: [] },
  broken: {
    ...{ severity: "must", clause: "STO-1", property: "p", seen: "s", expected: "e" },
    evidence: [2],
  },
};

function event(at: number, changed: Partial<TimelineEvent> = {}): TimelineEvent {
  return { at, kind: "write", lane: 1, group: "write", relevance: "other", ...changed };
}

function modelOf(events: readonly TimelineEvent[]): TimelineModel {
  return { ...BASE, events };
}

function layoutOf(
  events: readonly TimelineEvent[],
  isShown: (event: TimelineEvent, index: number) => boolean = () => true,
  zoom = 1,
) {
  return new Layout(modelOf(events), { zoom, brokenHeight: 90, isShown });
}

const kinds = (rows: readonly Row[]) => rows.map(({ kind, index }) => `${kind} ${index}`);

describe("the layout", () => {
  it("gives every event a row, in order, and none overlaps another", () => {
    const { rows } = layoutOf([event(0), event(5), event(5), event(6)]);

    expect(kinds(rows)).toEqual(["event 0", "event 1", "event 2", "broken 2", "event 3"]);
    rows.reduce((before, row) => {
      expect(row.top).toBeGreaterThanOrEqual(before.top + before.height);
      return row;
    });
  });

  it("draws short times to scale, and says how long others are", () => {
    const short = layoutOf([event(0), event(10)]);
    const longer = layoutOf([event(0), event(20)]);
    const silent = layoutOf([event(0), event(50_000)]);

    expect(longer.yOf(1) - short.yOf(1)).toBeCloseTo(11);
    expect(kinds(silent.rows)).toEqual(["event 0", "silence 1", "event 1"]);
    expect(silent.rows[1]).toMatchObject({ ms: 50_000 });
  });

  it("folds what is not shown, and says how much that is", () => {
    const { rows } = layoutOf(
      [event(0), event(1), event(1), event(40), event(41)],
      (_, index) => index === 0 || index === 4,
    );

    expect(kinds(rows)).toEqual(["event 0", "fold 1", "event 4"]);
    expect(rows[1]).toMatchObject({ last: 3, ms: 40 });
  });

  it("finds folded events in their fold, and the next that is shown beyond it", () => {
    const layout = layoutOf([event(0), event(1), event(2)], (_, index) => index !== 1);

    expect(layout.hasRow(1)).toBe(false);
    expect(layout.yOf(1)).toBeGreaterThan(layout.yOf(0));
    expect(layout.shownFrom(1, 1)).toBe(2);
    expect(layout.shownFrom(1, -1)).toBe(0);
  });

  it("finds the rows of a window of 10,000 events without walking all of them", () => {
    const layout = layoutOf(Array.from({ length: 10_000 }, (_, at) => event(at)));
    const rows = layout.rowsBetween(100_000, 100_900);

    expect(rows.length).toBeLessThan(60);
    expect(rows[0]?.top).toBeLessThanOrEqual(100_000);
    expect(rows.at(-1)?.top).toBeLessThanOrEqual(100_900);
  });

  it("fits 1,000 events into a window when zoomed out", () => {
    const events = Array.from({ length: 1_000 }, (_, at) => event(at * 7));

    expect(layoutOf(events, () => true, 0.01).height).toBeLessThan(600);
  });

  it("is empty for a history without events", () => {
    const layout = layoutOf([]);

    expect(layout.rows).toEqual([]);
    expect(layout.rowsBetween(0, 100)).toEqual([]);
    expect(layout.shownFrom(0, 1)).toBeNull();
  });
});

describe("a view", () => {
  const VIEW: View = {
    level: "other",
    ...{ hiddenLanes: new Set(), hiddenGroups: new Set(), path: "", opened: new Set() },
  };
  const events = [
    event(0, { paths: ["/a/b"], connection: "c1#1", to: 1 }),
    event(1, { from: 0, connection: "c1#1" }),
    event(2, { evidence: 1, relevance: "essential", connection: "c2#1", paths: ["/z"] }),
    event(3, { group: "heartbeat", connection: "c2#1" }),
    event(4, { relevance: "related", paths: ["/SET@/a/*"], connection: "c2#1" }),
  ];
  const viewer = new Viewer(modelOf(events));
  const shown = (view: Partial<View>) =>
    [...events.keys()].filter((index) =>
      viewer.isShown({ ...VIEW, ...view }, events[index] as TimelineEvent, index),
    );

  it.each([
    ["everything", {}, [0, 1, 2, 3, 4]],
    ["what is related", { level: "related" }, [2, 4]],
    ["what is essential", { level: "essential" }, [2]],
    ["no heartbeats", { hiddenGroups: new Set(["heartbeat"]) }, [0, 1, 2, 4]],
    ["nothing of a client", { hiddenLanes: new Set([2]) }, [0, 1]],
    ["paths with a text, and the evidence", { path: "/A/B" }, [0, 1, 2]],
    ["paths by a pattern", { path: "SET@*" }, [2, 4]],
    ["what was opened", { level: "essential", opened: new Set([3]) }, [2, 3]],
  ] as const)("shows %s", (_, view, indices) => {
    expect(shown(view as Partial<View>)).toEqual(indices);
  });

  it("begins with as much as is easy to follow", () => {
    const many = (count: number, relevance: TimelineEvent["relevance"]) =>
      Array.from({ length: count }, (_, at) => event(at, { relevance }));

    expect(firstLevel(modelOf(many(10, "other")))).toBe("other");
    expect(firstLevel(modelOf([...many(80, "related"), ...many(900, "other")]))).toBe("related");
    expect(firstLevel(modelOf(many(500, "related")))).toBe("essential");
  });
});
