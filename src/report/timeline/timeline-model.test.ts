import { describe, expect, it } from "vitest";

import { HistoryBuilder } from "../../../properties/history-builder.js";
import type { Plan } from "../../plan/index.js";
import { FINDING, historyOf, toldHistory } from "../told-history.test-support.js";
import { labelOf, type TimelineModel } from "./model.js";
import { timelineOf } from "./timeline-model.js";

function told(builder: HistoryBuilder, evidence: readonly number[] = []): TimelineModel {
  const finding = { ...FINDING, evidence: [...evidence] };
  return timelineOf({ finding, history: historyOf(builder), plan: null });
}

const labels = (model: TimelineModel, relevance: string) =>
  model.events
    .filter((event) => event.relevance === relevance && event.from === undefined)
    .map((event) => labelOf(model, event));

describe("a timeline", () => {
  it("puts the server between the clients", () => {
    const builder = new HistoryBuilder().connect("c1", "c2", "c3");

    expect(told(builder).lanes.map(({ name }) => name)).toEqual(["c1", "c2", "server", "c3"]);
  });

  it("tells nodes from clients, and leaves out who takes no part", () => {
    const LINK = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;
    const link = { up: LINK, down: LINK };
    const plan: Plan = {
      ...{ format: 1, generator: 0, seed: "s", mode: "concurrent", operations: [] },
      clients: [
        { name: "absent", link },
        { name: "n", link, node: { name: "TestNode", components: [] } },
      ],
    };
    const history = historyOf(new HistoryBuilder().connect("n"));
    const { lanes } = timelineOf({ finding: FINDING, history, plan });

    expect(lanes).toEqual([
      { name: "n", role: "node" },
      { name: "server", role: "server" },
    ]);
  });

  it("holds as essential the evidence with its requests, and what these published", () => {
    expect(labels(timelineOf(toldHistory()), "essential")).toEqual([
      '#4 set /a {"v":2}',
      'heard on /SET@/a: set /a {"v":2}',
      '#4 set /a ok {"v":2}',
      "#3 get /a",
      '#3 get /a ok {"v":1}',
    ]);
  });

  it("holds as related what was done at the same paths, and no more of the frames", () => {
    const related = labels(timelineOf(toldHistory()), "related");

    expect(related).toContain('#2 set /a {"v":1}');
    expect(related).toContain("#2 on /SET@/a");
    expect(related.filter((label) => label.includes("/other"))).toEqual([]);
    expect(related.filter((label) => label.includes("login"))).toEqual([]);
  });

  it("takes no catch-all for a reason to show everything", () => {
    const builder = new HistoryBuilder().connect("c1");
    builder.on("c1", "/SET@*");
    builder.request("c1", { action: "set", path: "/b", data: 1 });
    const set = builder.set("c1", "/a", 1);
    builder.publish("c1", "/SET@*", set);
    const related = labels(told(builder, [set.arriveIndex]), "related");

    expect(related).toContain("#2 on /SET@*");
    expect(related).not.toContain("#3 set /b 1");
  });

  it("joins the ends of frames, and answers and publications with their requests", () => {
    const { events } = timelineOf(toldHistory());
    const write = events.findIndex(({ label }) => label?.startsWith("heard on") === true);
    const request = events[write]?.request ?? -1;

    expect(events[request]).toMatchObject({ kind: "send", label: '#2 set /a {"v":1}' });
    expect(events[events[write]?.to ?? -1]).toMatchObject({ kind: "receive", from: write });
    expect(events[request]?.answers?.map((answer) => events[answer]?.label)).toEqual([
      '#2 set /a ok {"v":1}',
    ]);
  });

  it("calls sessions by their connections", () => {
    const builder = new HistoryBuilder().connect("c1", "c2");
    const options = { targetClients: [builder.sessionOf("c2#1")] };
    builder.set("c1", "/a", 1, options);

    expect(
      told(builder).events.some(({ label }) => label?.includes('targetClients ["c2#1"]') === true),
    ).toBe(true);
  });

  it("shows a subscription from its request on, and as certain between its answers", () => {
    const builder = new HistoryBuilder().connect("c1");
    const on = builder.on("c1", "/SET@/a", { refCount: 2 });
    builder.off("c1", "/SET@/a");
    const off = builder.off("c1", "/SET@/a");
    const other = builder.on("c1", "/ALL@*");
    const end = builder.leave("c1");

    expect(told(builder).subscriptions).toEqual([
      {
        ...{ channel: "/SET@/a", connection: "c1#1", lane: 0, track: 0 },
        ...{ from: on.arriveIndex, certainFrom: on.arriveIndex + 1 },
        ...{ certainTo: off.arriveIndex, to: off.arriveIndex + 1 },
      },
      {
        ...{ channel: "/ALL@*", connection: "c1#1", lane: 0, track: 0 },
        ...{ from: other.arriveIndex, certainFrom: other.arriveIndex + 1 },
        ...{ certainTo: end, to: end },
      },
    ]);
  });

  it("shows no subscription that was refused, and puts overlapping ones side by side", () => {
    const builder = new HistoryBuilder().connect("c1");
    builder.request("c1", { action: "on", path: "nonsense" }, { meta: { status: "error" } });
    builder.on("c1", "/SET@/a");
    builder.on("c1", "/SET@/b");
    const bars = told(builder).subscriptions;

    expect(bars.map(({ channel, track, to }) => [channel, track, to])).toEqual([
      ["/SET@/a", 0, null],
      ["/SET@/b", 1, null],
    ]);
  });

  it("follows the store by the model, request by request", () => {
    const builder = new HistoryBuilder().connect("c1");
    const set = builder.set("c1", "/a", { v: 1 });
    const merge = builder.set("c1", "/a", { w: 2 }, { merge: true });
    builder.set("c1", "/b", 1, { noStore: true });
    const remove = builder.remove("c1", "/a");

    expect(told(builder).store).toEqual([
      { index: set.arriveIndex, path: "/a", value: '{"v":1}', by: "model" },
      { index: merge.arriveIndex, path: "/a", value: '{"v":1,"w":2}', by: "model" },
      { index: remove.arriveIndex, path: "/a", value: null, by: "model" },
    ]);
  });

  it("follows the store by the order that was found, where there is one", () => {
    const source = toldHistory();
    const { store } = timelineOf(source);
    const steps = source.finding.linearization?.steps.map(({ callIndex }) => callIndex);

    expect(
      store.filter(({ by }) => by === "order").map(({ index, value }) => [index, value]),
    ).toEqual([
      [steps?.[0], '{"v":1}'],
      [steps?.[1], '{"v":2}'],
    ]);
  });

  it("is without a server from a crash on", () => {
    const builder = new HistoryBuilder().connect("c1");
    const crash = builder.event({
      ...{ kind: "crash", cause: "uncaught-exception", message: "TypeError: no" },
      frames: ["happn-3/lib/a.js:1 f"],
    });
    const model = told(builder, [crash]);

    expect(model.bands).toEqual([
      expect.objectContaining({ kind: "down", from: crash, to: null, lanes: [1] }),
    ]);
    expect(model.events[crash]).toMatchObject({
      isBad: true,
      evidence: 1,
      detail: "TypeError: no\n    at happn-3/lib/a.js:1 f",
    });
  });

  it("shows a fault from its beginning to its heal, on the lanes that it is about", () => {
    const builder = new HistoryBuilder().connect("c1", "c2");
    const stall = { kind: "stall", clients: ["c2"], direction: "up" };
    const begin = builder.event({ kind: "fault", fault: "f1", what: stall });
    const pause = builder.event({ kind: "fault", fault: "f2", what: { kind: "pause" } });
    const heal = builder.event({ kind: "healed", fault: "f1" });

    expect(told(builder).bands).toEqual([
      {
        ...{ kind: "fault", label: "stall of c2 (direction up)" },
        ...{ from: begin, to: heal, lanes: [2] },
      },
      { kind: "fault", label: "pause", from: pause, to: null, lanes: [1] },
    ]);
    expect(told(builder).events[begin]).toMatchObject({
      group: "fault",
      label: "fault f1 begins: stall of c2 (direction up)",
    });
  });

  it("knows the store of a restarted server by what it is stored in", () => {
    const kept = (store?: "file") => {
      const builder = new HistoryBuilder(store === undefined ? {} : { store }).connect("c1");
      builder.set("c1", "/a", 1);
      builder.event({ kind: "killed", loses: "process" });
      builder.event({ kind: "started" });
      return told(builder);
    };

    expect(kept().store.map(({ value }) => value)).toEqual(['{"value":1}', null]);
    expect(kept("file").store.map(({ value }) => value)).toEqual(['{"value":1}']);
    expect(kept().bands).toEqual([expect.objectContaining({ label: "no server: it was killed" })]);
    expect(kept().bands[0]?.to).not.toBeNull();
  });

  it("shows what a relay sends on once more as a frame of its own", () => {
    const builder = new HistoryBuilder().connect("c1");
    const { arriveIndex } = builder.set("c1", "/a", 1);
    const relay = builder.event({ kind: "relay", connection: "c1#1", of: arriveIndex - 1 });
    const again = builder.event({ kind: "arrive", connection: "c1#1", of: relay });
    const { events } = told(builder);

    expect(events[relay]).toMatchObject({ label: "#2 set /a 1", lane: 0, towards: 1, to: again });
    expect(events[again]).toMatchObject({ lane: 1, from: relay });
  });

  it("shows events of kinds that it doesn't know", () => {
    const builder = new HistoryBuilder().connect("c1");
    const unknown = { kind: "eclipse", client: "c1", of: "the moon" };
    const index = builder.event(unknown as never);

    expect(told(builder).events[index]).toMatchObject({ kind: "eclipse", lane: 0, group: "fault" });
    expect(told(builder).events[index]?.label).toContain("the moon");
  });

  it("cuts long frames, and says how long they are", () => {
    const builder = new HistoryBuilder().connect("c1");
    const { arriveIndex } = builder.set("c1", "/a", "x".repeat(100_000));
    const event = told(builder).events[arriveIndex - 1];

    expect(event?.detail?.length).toBe(2_000);
    expect(event?.detailLength).toBeGreaterThan(100_000);
    expect(told(builder, [arriveIndex]).events[arriveIndex - 1]?.detail?.length).toBe(16_000);
  });

  it("ignores evidence that the history does not hold", () => {
    const builder = new HistoryBuilder().connect("c1");

    expect(told(builder, [3, 999]).broken.evidence).toEqual([3]);
  });
});
