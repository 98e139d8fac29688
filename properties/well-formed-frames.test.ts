import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { wellFormedFrames } from "./well-formed-frames.js";

/** A recording in which the server writes one frame, after the login's answer. */
function written(frame: string) {
  const history = new HistoryBuilder().connect("c1");
  history.event({ kind: "write", connection: "c1#1", frame });
  return wellFormedFrames.check(history.recording(), profileOf("1.x"));
}

describe("well-formed-frames", () => {
  it.each([
    `{"data":1,"_meta":{"type":"response"}}`,
    `[{"type":"response"}]`,
    `{"data":null,"_meta":{"type":"data"}}`,
    `{"_meta":{"type":"system"},"eventKey":"server-side-disconnect"}`,
    `{"id":"x","status":"ok","_meta":{"type":"ack"}}`,
    `"primus::pong::1"`,
    `"primus::ping::1"`,
    `"primus::server::close"`,
  ])("accepts %s", (frame) => {
    expect(written(frame)).toEqual({ validity: "valid", exercised: 2 });
  });

  it.each([
    [`{`, "FRM-1", "not JSON"],
    [`7`, "FRM-3", "a JSON scalar"],
    [`"hello"`, "FRM-3", "a string that is not the transport's"],
    [`{}`, "FRM-3", "no _meta"],
    [`{"_meta":{"type":"odd"}}`, "FRM-3", "no known _meta.type"],
    [`[]`, "FRM-3", "an array that does not end in a response _meta"],
  ])("rejects %s", (frame, clause, fault) => {
    expect(written(frame)).toMatchObject({
      validity: "invalid",
      violations: [
        {
          clause,
          message: `c1 was sent a frame at 7 ms that is malformed (${fault}): ${frame}`,
          shape: ["malformed", fault],
          evidence: [6],
        },
      ],
    });
  });

  it.each([
    [`{"_meta":{"type":"data","path":"/a"}}`, ["publication", "no data"]],
    [`{"_meta":{"type":"system"}}`, ["system", "no eventKey"]],
    [`{"_meta":{"type":"ack"}}`, ["publication-ack", "no status"]],
  ])("rejects %s, which lacks a field of its kind", (frame, shape) => {
    expect(written(frame)).toMatchObject({ violations: [{ clause: "FRM-3", shape }] });
  });

  it("quotes the beginning of a long frame only", () => {
    const finding = written("x".repeat(500));

    expect(finding.validity === "invalid" && finding.violations[0]?.message).toBe(
      `c1 was sent a frame at 7 ms that is malformed (not JSON): ${"x".repeat(120)}…`,
    );
  });
});
