import { describe, expect, it } from "vitest";

import type { Json } from "../src/protocol/index.js";
import { forbiddenNotShown } from "./forbidden-not-shown.js";
import { judged, SecureHistory } from "./security-history.test-support.js";

const item = (path: string): Json => ({ _meta: { created: 1, modified: 1, path } });

/** The answer to a pattern get. */
function listed(history: SecureHistory, pattern: string, ...paths: readonly string[]): void {
  const sent = history.send("c1", { action: "get", path: pattern, options: {} });
  const { eventId = null, sessionId = null } = sent.frame;
  const meta = { type: "response", status: "ok", eventId, sessionId, action: "get" };
  history.write(sent.connection, [...paths.map(item), meta]);
}

describe("forbidden-not-shown", () => {
  it("accepts what of a wider pattern may be read", () => {
    const history = new SecureHistory().as("c1", "ann");
    listed(history, "*", "/a/b", "/a/c");

    expect(judged(forbiddenNotShown, history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects an item that may not be read", () => {
    const history = new SecureHistory().as("c1", "ann");
    listed(history, "*", "/a/b", "/c");

    expect(judged(forbiddenNotShown, history)).toMatchObject({
      validity: "invalid",
      violations: [{ clause: "SEC-3", shape: ["get", "catch-all", "unlike", "never"] }],
    });
  });

  it("rejects an initial value that may neither be read nor heard", () => {
    const history = new SecureHistory().as("c1", "bob");
    history.request(
      "c1",
      { action: "on", path: "/SET@/a/*", options: { initialCallback: true } },
      { data: [item("/a/b"), item("/a/c")] },
    );

    expect(judged(forbiddenNotShown, history)).toMatchObject({
      violations: [{ shape: ["on", "pattern", "unlike", "never"] }],
    });
  });
});
