/**
 * The mesh layer (MSH).
 *
 * @packageDocumentation
 */
import type { PlannedNode } from "../../plan/index.js";
import { atOnce, later, unawaited, type DirectedCase } from "../script.js";
import { c1, c2, c3 } from "./actors.js";

const NODE: PlannedNode = {
  name: "TestNode",
  components: [
    {
      name: "componentName",
      version: "1.0.0",
      methods: [
        { name: "methodName", behaviour: "answer", delayMs: 0 },
        { name: "slowMethod", behaviour: "answer", delayMs: 2_000 },
        { name: "erroringMethodName", behaviour: "error", delayMs: 0 },
        {
          ...{ name: "causeEventMethod", behaviour: "answer", delayMs: 0 },
          emits: "event/name",
        },
      ],
    },
  ],
};

const EVENT = "/SET@/_events/TestNode/componentName/event/name";
const REQUEST = "/_exchange/requests/TestNode/componentName/methodName";

export const MESH_CASES: readonly DirectedCase[] = [
  atOnce({
    id: "calls-of-two",
    clauses: ["MSH-4"],
    says: "Two callers call methods of a node, some of them at the same time.",
    nodes: { c1: NODE },
    steps: [
      c1.connect(),
      later(c2.connect()),
      c2.call("TestNode", "componentName", "methodName", 1),
      c2.call("TestNode", "componentName", "erroringMethodName"),
      unawaited(c2.call("TestNode", "componentName", "slowMethod", 2)),
      unawaited(c2.call("TestNode", "componentName", "methodName", 3)),
      later(c3.connect()),
      unawaited(c3.call("TestNode", "componentName", "methodName", 4)),
      unawaited(c3.call("TestNode", "componentName", "noSuchMethod", 5)),
      later(c3.call("TestNode", "componentName", "methodName", 6)),
    ],
  }),
  atOnce({
    id: "events-and-responses",
    clauses: ["MSH-6"],
    says: "A caller listens to the event that its calls cause; the node emits others.",
    nodes: { c1: NODE },
    steps: [
      c1.connect(),
      later(later(later(c1.emit("componentName", "event/name", { n: 1 })))),
      unawaited(c1.emit("componentName", "event/name", { n: 2 })),
      later(c2.connect()),
      c2.on(EVENT),
      c2.call("TestNode", "componentName", "causeEventMethod"),
      unawaited(c2.call("TestNode", "componentName", "causeEventMethod")),
      unawaited(c2.call("TestNode", "componentName", "causeEventMethod")),
      later(c2.call("TestNode", "componentName", "causeEventMethod")),
    ],
  }),
  atOnce({
    id: "callers-that-leave",
    clauses: ["MSH-8"],
    says: "A caller leaves before its response comes, and another one goes on calling.",
    nodes: { c1: NODE },
    steps: [
      c1.connect(),
      later(c2.connect()),
      unawaited(c2.call("TestNode", "componentName", "slowMethod", 1)),
      { ...c2.does("close"), afterMs: 1_000 },
      later(c3.connect()),
      c3.call("TestNode", "componentName", "methodName", 2),
      later(c3.call("TestNode", "componentName", "methodName", 3)),
    ],
  }),
  atOnce({
    id: "malformed-calls",
    clauses: ["MSH-8"],
    says: "A caller leaves out or mistypes what a call consists of, and then calls as it should.",
    nodes: { c1: NODE },
    steps: [
      c1.connect(),
      later(c2.connect()),
      c2.set(REQUEST, { args: [] }, { noStore: true }),
      c2.set(REQUEST, { callbackAddress: null, args: null, origin: null }, { noStore: true }),
      c2.set(REQUEST, { callbackAddress: 7, args: "none", origin: [] }, { noStore: true }),
      c2.set(REQUEST, null, { noStore: true }),
      c2.call("TestNode", "componentName", "methodName", 1),
    ],
  }),
];
