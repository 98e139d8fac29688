import { describe, expect, it } from "vitest";

import { PLAN_FORMAT, type Plan } from "../src/plan/index.js";
import { closedLoop } from "./loopback.js";

const LATENCY = { delayMsMin: 1, delayMsMax: 9, shape: "uniform" } as const;

const PLAN: Plan = {
  format: PLAN_FORMAT,
  generator: 0,
  seed: "s",
  mode: "lockstep",
  clients: [
    {
      name: "c1",
      link: { up: LATENCY, down: LATENCY },
      node: {
        name: "TestNode",
        components: [
          {
            name: "componentName",
            version: "1.0.0",
            methods: [{ name: "methodName", behaviour: "answer", delayMs: 40 }],
          },
        ],
      },
    },
  ],
  operations: [
    {
      id: "o1",
      client: "c1",
      afterMs: 700,
      awaited: false,
      action: { kind: "connect", handshake: "full" },
    },
  ],
};

describe("a closed loop", () => {
  it("has the same operations, without pauses and each awaited", () => {
    const { mode, operations } = closedLoop(PLAN);

    expect(mode).toBe("concurrent");
    expect(operations).toEqual([{ ...PLAN.operations[0], afterMs: 0, awaited: true }]);
  });

  it("has nodes that answer at once", () => {
    const [client] = closedLoop(PLAN).clients;

    expect(client?.node?.components[0]?.methods).toEqual([
      { name: "methodName", behaviour: "answer", delayMs: 0 },
    ]);
  });
});
