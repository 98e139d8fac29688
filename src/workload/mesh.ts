/**
 * Mesh nodes of a plan, and calls to them (PROTOCOL.md 7).
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import type { PlannedAction, PlannedNode } from "../plan/index.js";
import type { Json, JsonObject } from "../protocol/index.js";
import { weighted } from "./chance.js";
import { SMALL_DATA } from "./data.js";
import type { NamePool } from "./names.js";

/** Names of the nodes, in the order of the clients that play them. */
export const NODE_NAMES = ["TestNode", "OtherNode"] as const;

const COMPONENTS = ["componentName", "Component2"] as const;
const EVENTS = ["event/name", "other", "Event/2"] as const;

const METHODS = [
  { name: "methodName", behaviour: "answer" },
  { name: "causeEventMethod", behaviour: "answer", emits: "event/name" },
  { name: "erroringMethodName", behaviour: "error" },
  { name: "throwingMethodName", behaviour: "throw" },
] as const;

/** Virtual milliseconds from a call's arrival to the callback. */
const METHOD_DELAYS = weighted([4, 0], [2, 1], [2, 20], [1, 300]);

export function nodes(index: number): fc.Arbitrary<PlannedNode> {
  const name = NODE_NAMES[index] ?? `Node${index + 1}`;
  return fc
    .tuple(fc.tuple(...METHODS.map(() => METHOD_DELAYS)), weighted([2, 1], [1, 2]))
    .map(([delays, componentCount]) => ({
      name,
      components: COMPONENTS.slice(0, componentCount).map((component, at) => ({
        name: component,
        version: at === 0 ? "1.0.0" : "2.1.0",
        methods: METHODS.map((method, index) => ({ ...method, delayMs: delays[index] as number })),
      })),
    }));
}

const componentNames = weighted<string>([8, COMPONENTS[0]], [2, COMPONENTS[1]], [1, "noComponent"]);
const methodNames = fc.constantFrom(...METHODS.map(({ name }) => name), "noSuchMethod");

export function calls(
  nodeNames: readonly string[],
): fc.Arbitrary<Extract<PlannedAction, { kind: "call" }>> {
  return fc.record({
    kind: fc.constant("call" as const),
    node: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...nodeNames) },
      { weight: 1, arbitrary: fc.constant("NoNode") },
    ),
    component: componentNames,
    method: methodNames,
    args: fc.array(SMALL_DATA, { maxLength: 2 }),
  });
}

export const EMITS: fc.Arbitrary<Extract<PlannedAction, { kind: "emit" }>> = fc.record({
  kind: fc.constant("emit" as const),
  component: fc.constantFrom(...COMPONENTS),
  event: fc.constantFrom(...EVENTS),
  data: SMALL_DATA,
});

/** Names on which the mesh's traffic can be heard, added to the pool of a plan that has nodes. */
export function withMeshNames(names: NamePool, nodeNames: readonly string[]): NamePool {
  return {
    paths: [
      ...names.paths,
      ...nodeNames.map((node) => `/_events/${node}/componentName/event/name`),
      "/mesh/schema/description",
    ],
    patterns: [
      ...names.patterns,
      ...nodeNames.map((node) => `/_events/${node}/componentName/*`),
      `/_events/*`,
      `/_exchange/requests/${nodeNames[0] ?? "TestNode"}/componentName/*`,
    ],
  };
}

const ADDRESS = "/_exchange/responses/nobody/TestNode/componentName/methodName/1";

/** Requests that no caller makes: fields missing, null or of the wrong type (MSH-8). */
const MALFORMED_CALLS: readonly Json[] = [
  {},
  { callbackAddress: ADDRESS },
  { callbackAddress: ADDRESS, args: null, origin: { id: "nobody" } },
  { callbackAddress: ADDRESS, args: "none", origin: { id: "nobody" } },
  { callbackAddress: ADDRESS, args: [], origin: null },
  { callbackAddress: ADDRESS, args: [] },
  { callbackAddress: null, args: [], origin: { id: "nobody" } },
  { callbackAddress: 7, args: [], origin: { id: "nobody" } },
  { args: [], origin: { id: "nobody" } },
  [],
  "call",
];

export function malformedCalls(
  nodeNames: readonly string[],
): fc.Arbitrary<Extract<PlannedAction, { kind: "set" }>> {
  const options: JsonObject = { timeout: 10_000, noStore: true };
  return fc
    .tuple(fc.constantFrom(...nodeNames), methodNames, fc.constantFrom(...MALFORMED_CALLS))
    .map(([node, method, data]) => ({
      kind: "set",
      path: `/_exchange/requests/${node}/componentName/${method}`,
      data,
      options,
    }));
}
