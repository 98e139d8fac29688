import { describe, expect, it } from "vitest";

import { sharesOf } from "./cpu-profile.js";

const frame = (functionName: string, url: string) => ({
  functionName,
  url,
  scriptId: "1",
  lineNumber: 0,
  columnNumber: 0,
});

const HARNESS = "file:///home/me/happnstance/dist/src/engine/simulate.js";
const TARGET = "/cache/happn-3-1.13.3/node_modules/happn-3/lib/service.js";

/** (root) -> step -> [set -> [stringify, writev], write -> deflate], and the profiler beside it. */
const NODES = [
  { id: 1, callFrame: frame("(root)", ""), children: [2, 8, 9] },
  { id: 2, callFrame: frame("step", HARNESS), children: [3, 6, 7] },
  { id: 3, callFrame: frame("set", TARGET), children: [4, 5] },
  { id: 4, callFrame: frame("stringify", "") },
  { id: 5, callFrame: frame("writev", "node:internal/streams/writable") },
  { id: 6, callFrame: frame("write", "node:net") },
  { id: 7, callFrame: frame("(garbage collector)", "") },
  { id: 8, callFrame: frame("(idle)", "") },
  { id: 9, callFrame: frame("post", "node:inspector"), children: [10] },
  { id: 10, callFrame: frame("dispatch", "") },
];

function sharesOfSamples(...samples: [id: number, us: number][]) {
  return sharesOf(
    {
      nodes: NODES,
      startTime: 0,
      endTime: 0,
      samples: samples.map(([id]) => id),
      timeDeltas: samples.map(([, us]) => us),
    },
    "/cache/happn-3-1.13.3",
  );
}

describe("shares of CPU time", () => {
  it("go to the owner of the script, and those of built-ins to their caller", () => {
    const { self } = sharesOfSamples([2, 10], [3, 20], [4, 30], [5, 15], [6, 5], [7, 20]);

    expect(self).toEqual({
      target: 0.5,
      harness: 0.1,
      "fast-check": 0,
      node: 0.2,
      collector: 0.2,
      native: 0,
    });
  });

  it("count what the harness calls Node for in the upper bound only", () => {
    const { harnessWithNode, folders } = sharesOfSamples([2, 10], [3, 70], [5, 10], [6, 10]);

    expect(harnessWithNode).toBe(0.2);
    expect(folders).toEqual([["src/engine", 0.1]]);
  });

  it("leave out idle time and the profiler", () => {
    const { self } = sharesOfSamples([2, 10], [8, 500], [9, 20], [10, 30], [3, 30]);

    expect(self.harness).toBe(0.25);
    expect(self.target).toBe(0.75);
  });
});
