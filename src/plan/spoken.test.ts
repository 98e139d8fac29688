import { describe, expect, it } from "vitest";

import type { LaterDialect } from "../protocol/index.js";
import type { Plan, PlannedAction } from "./plan.js";
import { dialectsIn } from "./spoken.js";

const LATENCY = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;

function spoken(
  dialects: readonly (LaterDialect | undefined)[],
  ...actions: readonly PlannedAction[]
): readonly string[] {
  const plan: Plan = {
    ...{ format: 1, generator: 0, seed: "by hand", mode: "lockstep" },
    clients: dialects.map((dialect, index) => ({
      name: `c${index + 1}`,
      link: { up: LATENCY, down: LATENCY },
      ...(dialect === undefined ? {} : { dialect }),
    })),
    operations: actions.map((action, index) => ({
      ...{ id: `o${index + 1}`, client: "c1", afterMs: 0, awaited: true, action },
    })),
  };
  return [...dialectsIn(plan)].sort();
}

describe("the clients of a plan", () => {
  it("speak the first dialect, or that of their own", () => {
    expect(spoken([undefined, undefined])).toEqual(["happn_1.3.0"]);
    expect(spoken(["happn_4", undefined])).toEqual(["happn_1.3.0", "happn_4"]);
  });

  it("speak the first where they skip the handshake", () => {
    expect(spoken(["happn_4"], { kind: "connect", handshake: "login" })).toEqual(["happn_4"]);
    expect(spoken(["happn_4"], { kind: "connect", handshake: "none" })).toEqual([
      ...["happn_1.3.0", "happn_4"],
    ]);
  });

  it("speak what they ask for besides, in a frame of their own as well", () => {
    const frame = '{"action":"configure-session","eventId":7,"data":{"protocol":"happn_2"}}';
    const asked: PlannedAction[] = [
      { kind: "configure-session", protocol: "happn_3" },
      { kind: "configure-session", protocol: "happn_99" },
      { kind: "raw", frame },
    ];

    expect(spoken(["happn_4"], ...asked)).toEqual(["happn_2", "happn_3", "happn_4"]);
  });
});
