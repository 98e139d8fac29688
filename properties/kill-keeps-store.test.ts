import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { killKeepsStore } from "./kill-keeps-store.js";

/** Two sets, of which the second is acknowledged or not; a kill; and a get that finds one of them. */
function killed(isAcknowledged: boolean, found: number) {
  const script = new HistoryBuilder({ store: "file" });
  script.event({ kind: "started" });
  script.connect("c1");
  script.answer(script.set("c1", "/a", { n: 1 }), { data: { n: 1 } });
  const second = script.set("c1", "/a", { n: 2 });
  if (isAcknowledged) script.answer(second, { data: { n: 2 } });
  script.event({ kind: "killed", loses: "process" });
  script.event({ kind: "started" });
  script.connect("c1");
  script.answer(script.send("c1", { action: "get", path: "/a" }), { data: { n: found } });
  return killKeepsStore.check(script.quiet().recording(), profileOf("1.x"));
}

describe("kill-keeps-store", () => {
  it("finds an acknowledged write that is gone", () => {
    expect(killed(true, 1)).toMatchObject({
      validity: "invalid",
      violations: [{ clause: "STO-11" }],
    });
  });

  it("is content with an acknowledged write that is there", () => {
    expect(killed(true, 2)).toEqual({ validity: "valid", exercised: 1 });
  });

  it.each([1, 2])("leaves open what nobody was told of: %i", (found) => {
    expect(killed(false, found).validity).toBe("valid");
  });
});
