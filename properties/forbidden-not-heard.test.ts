import { describe, expect, it } from "vitest";

import { forbiddenNotHeard } from "./forbidden-not-heard.js";
import { judged, SecureHistory } from "./security-history.test-support.js";

/** Ann writes, and bob is told. */
function told(history: SecureHistory, path: string, channel: string): number {
  const set = history.set("c1", path, {});
  history.publish("c2", channel, set);
  history.answer(set);
  return set.arriveIndex;
}

describe("forbidden-not-heard", () => {
  it("accepts what a session may hear of, by whatever pattern", () => {
    const history = new SecureHistory().as("c1", "ann").as("c2", "bob");
    history.on("c2", "/SET@/a/*");
    told(history, "/a/b", "/SET@/a/*");

    expect(judged(forbiddenNotHeard, history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects what a wider pattern takes in, and no permission", () => {
    const history = new SecureHistory().as("c1", "ann").as("c2", "bob");
    history.on("c2", "/SET@/a/*");
    const arriveIndex = told(history, "/a/c", "/SET@/a/*");

    expect(judged(forbiddenNotHeard, history)).toMatchObject({
      validity: "invalid",
      violations: [
        {
          clause: "SEC-3",
          shape: ["never", "unlike", "pattern"],
          evidence: [arriveIndex, arriveIndex + 1],
        },
      ],
    });
  });

  it("rejects what comes after the permission was withdrawn, and not what comes meanwhile", () => {
    const history = new SecureHistory().as("c1", "ann").as("c2", "bob");
    history.on("c2", "/SET@/a/b");
    const unlinking = history.administer({ kind: "unlink", user: "bob", group: "some" });
    told(history, "/a/b", "/SET@/a/b");
    history.administered(unlinking);

    expect(judged(forbiddenNotHeard, history)).toEqual({ validity: "valid", exercised: 1 });

    told(history, "/a/b", "/SET@/a/b");
    expect(judged(forbiddenNotHeard, history)).toMatchObject({
      violations: [{ shape: ["withdrawn", "unlike", "exact"] }],
    });
  });
});
