import { runInThisContext } from "node:vm";

import { describe, expect, it } from "vitest";

import { parsePlan } from "../plan/index.js";
import { planOf } from "../workload/index.js";
import { testFile } from "./test-file.js";

const FINDING = {
  target: "happn-3@1.13.3",
  property: "answered-once",
  promise: "Every request is answered once.",
  clause: "COR-1",
  message: "it said:\n*/ process.exit() // \u2028 and more",
  expected: "one answer",
  fingerprint: "abc",
};

describe("testFile", () => {
  it("holds the plan whatever its strings are, and no message ends a comment", () => {
    const plan = { ...planOf("test-file/0", { profile: "1.x" }) };
    const data: unknown = JSON.parse('{"__proto__":{"a":"`${process.exit()}`"},"b":"\\\\u0060"}');
    const [client] = plan.clients;
    const operations = [
      {
        ...plan.operations[0],
        id: "x",
        client: client?.name,
        action: { kind: "set", path: "/a", data, options: {} },
      },
    ];
    const text = JSON.stringify({ ...plan, operations, faults: [] });
    const parsed = parsePlan(text);
    if (!parsed.ok) throw new Error(parsed.message);
    const file = testFile([FINDING], parsed.plan, "0.0.0");
    const body = file.slice(file.indexOf("function plan()"));
    const made: unknown = runInThisContext(`(() => {${body}\nreturn plan();})()`);

    expect(parsePlan(JSON.stringify(made))).toEqual(parsed);
    expect(JSON.stringify(made)).toContain(JSON.stringify(data));
    for (const line of file.slice(0, file.indexOf("it(")).split(/[\n\u2028]/)) {
      expect(line).toMatch(/^(\/\/ |import |const target = |$)/);
    }
  });
});
