/**
 * A mesh node that `serve` brings along, so that clients of the mesh have methods to call (MSH-7).
 *
 * It is a client like any other, connected without a network.
 *
 * @packageDocumentation
 */
import type { Profile } from "../../models/index.js";
import { drive, type ClientWorld } from "../client/index.js";
import { PLAN_FORMAT, type Plan } from "../plan/index.js";
import type { Clock } from "../sim/index.js";
import type { RunningTarget, ServerConnection } from "../targets/target.js";

const NO_DELAY = { delayMsMin: 0, delayMsMax: 0, shape: "uniform" } as const;

/** The component of the recorded transcript. */
const COMPONENT = {
  name: "componentName",
  version: "1.0.0",
  methods: [
    { name: "methodName", behaviour: "answer", delayMs: 0 },
    { name: "causeEventMethod", behaviour: "answer", emits: "event/name", delayMs: 0 },
    { name: "erroringMethodName", behaviour: "error", delayMs: 0 },
    { name: "throwingMethodName", behaviour: "throw", delayMs: 0 },
  ],
} as const;

/** Connects a node of that name; it announces itself, and answers calls from then on. */
export function playNode(
  name: string,
  server: RunningTarget,
  clock: Clock,
  { subscriptionRule }: Profile,
): void {
  const client = `node ${name}`;
  const plan: Plan = {
    format: PLAN_FORMAT,
    generator: 0,
    seed: "serve",
    mode: "concurrent",
    clients: [
      {
        name: client,
        link: { up: NO_DELAY, down: NO_DELAY },
        node: { name, components: [COMPONENT] },
      },
    ],
    operations: [
      {
        id: "o1",
        client,
        afterMs: 0,
        awaited: true,
        action: { kind: "connect", handshake: "full" },
      },
    ],
  };
  drive(plan, worldOf(server, clock, subscriptionRule)).start();
}

function worldOf(
  server: RunningTarget,
  clock: Clock,
  subscriptionRule: Profile["subscriptionRule"],
): ClientWorld {
  return {
    clock,
    subscriptionRule,
    skip: () => undefined,
    connect: (client, events) => {
      // Each at a moment of its own: neither side may be called while it is calling.
      const later = (run: () => void) => clock.after(0, run);
      let connection: ServerConnection | null = null;
      later(() => {
        connection = server.connect({
          open: () => later(() => events.open()),
          frame: (text) => later(() => events.frame(text)),
          end: (how) => later(() => events.closed(how)),
        });
      });
      return {
        id: client,
        send: (_operation, frame) => later(() => connection?.deliver(frame)),
        leave: (how) => later(() => connection?.end(how)),
      };
    },
  };
}
