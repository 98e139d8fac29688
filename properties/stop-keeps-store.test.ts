import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { HistoryFact } from "../src/history/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { stopKeepsStore } from "./stop-keeps-store.js";
import { storeLinearizable } from "./store-linearizable.js";

const PROFILE = profileOf("1.x");

/** A set that is acknowledged, a restart, and a get that finds what is given. */
function restarted(
  ending: readonly HistoryFact[],
  found: number | null,
  header: ConstructorParameters<typeof HistoryBuilder>[0] = { store: "file" },
) {
  const script = new HistoryBuilder(header);
  script.event({ kind: "started" });
  script.connect("c1");
  script.answer(script.set("c1", "/a", { n: 1 }), { data: { n: 1 } });
  for (const fact of ending) script.event(fact);
  script.event({ kind: "started" });
  script.connect("c1");
  const get = script.send("c1", { action: "get", path: "/a" });
  script.answer(get, { data: found === null ? null : { n: found } });
  return script.quiet().recording();
}

const STOP: readonly HistoryFact[] = [{ kind: "stopping" }, { kind: "stopped" }];

describe("stop-keeps-store", () => {
  it("is content with what was acknowledged", () => {
    expect(stopKeepsStore.check(restarted(STOP, 1), PROFILE)).toEqual({
      validity: "valid",
      exercised: 1,
    });
  });

  it("finds what an orderly stop has lost", () => {
    const recording = restarted(STOP, null);
    const finding = stopKeepsStore.check(recording, PROFILE);

    expect(finding).toMatchObject({ validity: "invalid", violations: [{ clause: "STO-11" }] });
    expect(storeLinearizable.check(recording, PROFILE).validity).toBe("valid");
  });

  it("finds what was never written", () => {
    expect(stopKeepsStore.check(restarted(STOP, 7), PROFILE).validity).toBe("invalid");
  });

  it.each([
    ["a store in memory, which begins with nothing", STOP, { store: "memory" as const }],
    [
      "what a kill has lost",
      [{ kind: "killed", loses: "machine" }] as const,
      { store: "file" as const },
    ],
  ])("leaves out %s", (_, ending, header) => {
    expect(stopKeepsStore.check(restarted(ending, null, header), PROFILE)).toEqual({
      validity: "valid",
      exercised: 0,
    });
  });

  it("leaves the wrong of one process to the property of the store", () => {
    const script = new HistoryBuilder({ store: "file" });
    script.event({ kind: "started" });
    script.connect("c1");
    script.answer(script.set("c1", "/a", { n: 1 }), { data: { n: 1 } });
    script.answer(script.send("c1", { action: "get", path: "/a" }), { data: null });
    for (const fact of STOP) script.event(fact);
    script.event({ kind: "started" });
    const recording = script.quiet().recording();

    expect(stopKeepsStore.check(recording, PROFILE).validity).toBe("valid");
    expect(storeLinearizable.check(recording, PROFILE).validity).toBe("invalid");
  });
});

describe("store-linearizable, of a store in memory", () => {
  it("lets nothing come back after a restart", () => {
    const header = { store: "memory" as const };

    expect(storeLinearizable.check(restarted(STOP, null, header), PROFILE).validity).toBe("valid");
    expect(storeLinearizable.check(restarted(STOP, 1, header), PROFILE).validity).toBe("invalid");
  });
});
