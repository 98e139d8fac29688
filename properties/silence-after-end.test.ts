import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { silenceAfterEnd } from "./silence-after-end.js";

const check = (history: HistoryBuilder) =>
  silenceAfterEnd.check(history.recording(), profileOf("1.x"));

describe("silence-after-end", () => {
  it("accepts what is sent before the server learns of the end", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.event({ kind: "leave", connection: "c1#1", how: "cut" });
    history.write("c1#1", { _meta: { type: "system" }, eventKey: "x" });
    history.event({ kind: "end", connection: "c1#1", by: "client", how: "reset" });

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects a publication after the end, and points at both", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c1", "/SET@/a");
    const set = history.set("c2", "/a", {});
    const end = history.leave("c1");
    const index = history.publish("c1", "/SET@/a", set);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "SES-5",
          message:
            "c1 was sent a publication frame at 21 ms on c1#1, which had ended at 20 ms (client, close 1000)",
          expected: "Nothing: after a connection ends, nothing more is sent to it (SES-5).",
          shape: ["publication", "ended-by-client"],
          evidence: [end, index],
        },
      ],
    });
  });

  it("rejects an answer after a crash", () => {
    const history = new HistoryBuilder().connect("c1");
    const set = history.set("c1", "/a", {});
    history.event({ kind: "crash", cause: "exit", message: "exit 1", frames: [] });
    history.answer(set);

    expect(check(history)).toMatchObject({ violations: [{ shape: ["response", "crash"] }] });
  });
});
