import { describe, expect, it } from "vitest";

import { REFUSED } from "./history-builder.js";
import { revokedSessionEnded } from "./revoked-session-ended.js";
import { DENIED, judged, SecureHistory } from "./security-history.test-support.js";

const GET = { action: "get", path: "/a/b", options: {} };

describe("revoked-session-ended", () => {
  it("accepts that a revoked session is refused, that nobody else is, and either meanwhile", () => {
    const history = new SecureHistory().as("c1", "ann").as("c2", "ann");
    const sessionId = history.sessionOf("c1");
    const revoking = history.administer({ kind: "revoke-session", sessionId });
    history.request("c1", GET);
    history.administered(revoking);
    history.request("c1", GET, { meta: DENIED });
    history.request("c2", GET);

    expect(judged(revokedSessionEnded, history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects what a revoked session does, hears and lets others log in by", () => {
    const history = new SecureHistory().as("c1", "ann").as("c2", "ann");
    history.on("c1", "/SET@/a/b");
    history.change({ kind: "revoke-session", sessionId: history.sessionOf("c1") });
    history.request("c1", GET);
    const set = history.set("c2", "/a/b", {});
    history.publish("c1", "/SET@/a/b", set);
    history.answer(set);
    history.open("c3");
    history.login("c3", { token: history.tokenOf("c1", "ann") }, "ann");

    expect(judged(revokedSessionEnded, history)).toMatchObject({
      validity: "invalid",
      exercised: 3,
      violations: [
        { clause: "SEC-4", shape: ["acts", "get"] },
        { clause: "SEC-4", shape: ["hears"] },
        { clause: "SEC-4", shape: ["token"] },
      ],
    });
  });

  it("rejects what a session does after it ended itself", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.request("c1", { action: "revoke-session", options: {} });
    history.request("c1", GET);

    expect(judged(revokedSessionEnded, history)).toMatchObject({
      violations: [{ shape: ["acts", "get"] }],
    });
  });

  it("leaves open what a session does after it logged in anew, and those that share its token", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.open("c2");
    history.login("c2", { token: history.tokenOf("c1", "ann") }, "ann");
    history.change({ kind: "revoke-session", sessionId: history.sessionOf("c1") });
    history.request("c2", GET);
    history.login("c1", { username: "ann", password: "of-ann" }, "ann");
    history.request("c1", GET);
    history.request("c1", { action: "login", data: {} }, { meta: REFUSED });

    expect(judged(revokedSessionEnded, history)).toEqual({ validity: "valid", exercised: 0 });
  });
});
