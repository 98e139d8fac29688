/**
 * A small finding with its history, for the tests of what is drawn from them.
 *
 * @packageDocumentation
 */
import { HistoryBuilder } from "../../properties/history-builder.js";
import type { FindingRecord } from "../engine/index.js";
import type { History } from "../history/index.js";
import type { TimelineSource } from "./timeline/timeline-model.js";

export const FINDING: FindingRecord = {
  ...{ format: 2, version: "0.1.0", node: "v20.20.2", token: "hs1-7-0012-ak3f9x" },
  ...{ target: "reference", property: "store-linearizable", severity: "must", clause: "STO-10" },
  ...{ fingerprint: "abc123def456", promise: "Every answer fits one order.", shape: ["get"] },
  message: 'c2 got {"v":1} at "/a"',
  expected: "What fits one order.",
  evidence: [],
  traceHash: "0".repeat(64),
  confirmation: "confirmed",
};

export function historyOf(builder: HistoryBuilder): History {
  const { header, events } = builder.recording();
  return { header, events };
}

/**
 * c2 subscribes; c1 sets /a twice and something else in between; c2 is told of both, and reads the
 * first value afterwards.
 */
export function toldHistory(): TimelineSource & { readonly finding: FindingRecord } {
  const builder = new HistoryBuilder().connect("c1", "c2");
  builder.event({ kind: "started" });
  builder.on("c2", "/SET@/a");
  const first = builder.set("c1", "/a", { v: 1 });
  builder.publish("c2", "/SET@/a", first);
  builder.answer(first);
  builder.request("c1", { action: "set", path: "/other", data: { w: 1 } });
  const second = builder.set("c1", "/a", { v: 2 });
  builder.publish("c2", "/SET@/a", second);
  const answered = builder.answer(second);
  const read = builder.send("c2", { action: "get", path: "/a" });
  const got = builder.answer(read, { data: { v: 1 } });
  builder.quiet();
  const evidence = [second.arriveIndex, answered, read.arriveIndex, got];
  return {
    finding: {
      ...FINDING,
      evidence,
      linearization: {
        omitted: 0,
        initial: [],
        steps: [
          {
            ...{ words: 'set "/a" {"v":1}', client: "c1" },
            ...{ callIndex: first.arriveIndex, returnIndex: first.arriveIndex + 3 },
            changes: [{ subject: "/a", value: '{"v":1}' }],
          },
          {
            ...{ words: 'set "/a" {"v":2}', client: "c1" },
            ...{ callIndex: second.arriveIndex, returnIndex: answered },
            changes: [{ subject: "/a", value: '{"v":2}' }],
          },
        ],
        culprit: {
          ...{ words: 'get "/a" → {"v":1}', client: "c2" },
          ...{ callIndex: read.arriveIndex, returnIndex: got },
        },
        refuted: [
          {
            ...{ words: 'get "/a" → {"v":1}', client: "c2" },
            ...{ callIndex: read.arriveIndex, returnIndex: got },
            why: 'there was {"v":2}',
          },
        ],
      },
    },
    history: historyOf(builder),
    plan: null,
  };
}
