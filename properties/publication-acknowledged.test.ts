import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json } from "../src/protocol/index.js";
import { HistoryBuilder, type Sent } from "./history-builder.js";
import { publicationAcknowledged } from "./publication-acknowledged.js";

const check = (history: HistoryBuilder) =>
  publicationAcknowledged.check(history.recording(), profileOf("1.x"));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  return finding.validity === "invalid"
    ? finding.violations.map(({ shape }) => shape.join(", "))
    : [];
}

const idOf = ({ connection, frame }: Sent, history: HistoryBuilder): string =>
  `${history.sessionOf(connection)}-${JSON.stringify(frame["eventId"])}`;

function tell(history: HistoryBuilder, sent: Sent, status: Json = "ok"): number {
  const meta = { type: "ack", eventId: sent.frame["eventId"] ?? null };
  const frame = { id: idOf(sent, history), action: "publication-ack", status, _meta: meta };
  return history.write(sent.connection, frame);
}

/** c1 writes with a consistency, c2 hears it. */
function heard(consistency: number): { history: HistoryBuilder; set: Sent; index: number } {
  const history = new HistoryBuilder().connect("c1", "c2");
  history.on("c2", "/SET@/a");
  const set = history.set("c1", "/a", {}, { consistency });
  history.answer(set);
  const index = history.publish("c2", "/SET@/a", set);
  return { history, set, index };
}

const acknowledge = (history: HistoryBuilder, set: Sent) =>
  history.raw("c2", JSON.stringify({ action: "ack", data: idOf(set, history) }));

describe("publication-acknowledged", () => {
  it("accepts ok once all have acknowledged, and at once without recipients", () => {
    const { history, set } = heard(3);
    acknowledge(history, set);
    tell(history, set);
    const alone = history.request("c1", {
      action: "set",
      path: "/b",
      data: {},
      options: { consistency: 3 },
    });
    tell(history, alone);

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 2 });
  });

  it("accepts an acknowledgement with an eventId of its own", () => {
    const { history, set } = heard(3);
    history.request("c2", { action: "ack", data: idOf(set, history) });
    tell(history, set);

    expect(shapesOf(history.quiet())).toEqual([]);
  });

  it("gives each frame its own acknowledgement, in turn", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    history.on("c2", "/ALL@/*");
    const set = history.set("c1", "/a", {}, { consistency: 3 });
    history.answer(set);
    history.publish("c2", "/SET@/a", set);
    acknowledge(history, set);
    history.publish("c2", "/ALL@/*", set);
    acknowledge(history, set);
    tell(history, set);

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects ok before a recipient has acknowledged, and points at it", () => {
    const { history, set, index } = heard(3);
    const told = tell(history, set);

    expect(check(history.quiet())).toMatchObject({
      validity: "invalid",
      violations: [
        {
          clause: "PUB-4",
          shape: ["consistency 3", "ok-too-early"],
          evidence: [set.arriveIndex, set.arriveIndex + 1, index, told],
        },
      ],
    });
  });

  it("rejects silence without recipients, and after all have acknowledged", () => {
    const alone = new HistoryBuilder().connect("c1");
    alone.request("c1", { action: "set", path: "/b", data: {}, options: { consistency: 3 } });
    const { history, set } = heard(3);
    acknowledge(history, set);

    expect(shapesOf(alone.quiet())).toEqual(["consistency 3, never without-recipients"]);
    expect(shapesOf(history.quiet())).toEqual(["consistency 3, never after-all-acknowledged"]);
    expect(shapesOf(heard(1).history.quiet())).toEqual(["consistency 1, never after-timeout"]);
  });

  it("leaves alone what still waits, and who leaves", () => {
    const left = heard(1).history;
    left.leave("c1");
    const gone = heard(3);
    gone.history.leave("c2");
    tell(gone.history, gone.set);

    expect(shapesOf(heard(3).history.quiet())).toEqual([]);
    expect(shapesOf(left.quiet())).toEqual([]);
    expect(shapesOf(gone.history.quiet())).toEqual([]);
  });

  it("asks for proof that an acknowledgement was read where who sent it has gone", () => {
    const unread = heard(3);
    acknowledge(unread.history, unread.set);
    unread.history.pass(20_000);
    unread.history.leave("c2");
    const read = heard(3);
    acknowledge(read.history, read.set);
    read.history.request("c2", { action: "get", path: "/a" });
    read.history.leave("c2");

    expect(shapesOf(unread.history.quiet())).toEqual([]);
    expect(shapesOf(read.history.quiet())).toEqual(["consistency 3, never after-all-acknowledged"]);
  });

  it("rejects an error before its time, and two publication-acks", () => {
    const early = heard(3);
    tell(early.history, early.set, "error");
    const wrong = heard(3);
    acknowledge(wrong.history, wrong.set);
    tell(wrong.history, wrong.set, "error");
    const again = heard(1);
    tell(again.history, again.set);
    tell(again.history, again.set);

    expect(shapesOf(early.history.quiet())).toEqual(["consistency 3, error-too-early"]);
    expect(shapesOf(wrong.history.quiet())).toEqual(["consistency 3, error-though-acknowledged"]);
    expect(shapesOf(again.history.quiet())).toEqual(["consistency 1, again"]);
  });

  it("rejects an error in the end, where nobody was to acknowledge, or all had", () => {
    const alone = new HistoryBuilder().connect("c1", "c2");
    alone.on("c2", "/SET@/a");
    const set = alone.set("c1", "/b", {}, { consistency: 3 });
    alone.answer(set);
    alone.pass(60_000);
    tell(alone, set, "error");
    const all = heard(3);
    acknowledge(all.history, all.set);
    all.history.pass(60_000);
    tell(all.history, all.set, "error");
    const late = heard(3);
    late.history.pass(58_000);
    acknowledge(late.history, late.set);
    late.history.pass(2_000);
    tell(late.history, late.set, "error");

    expect(shapesOf(alone.quiet())).toEqual(["consistency 3, error-without-recipients"]);
    expect(shapesOf(all.history.quiet())).toEqual(["consistency 3, error-though-acknowledged"]);
    expect(shapesOf(late.history.quiet())).toEqual([]);
  });

  it("leaves alone a publication whose meta claims to be another", () => {
    const history = new HistoryBuilder().connect("c1");
    const options = { consistency: 3, meta: { publicationId: "mine" } };
    history.request("c1", { action: "set", path: "/b", data: {}, options });

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 0 });
  });
});
