/**
 * A plan at another speed: its waits and delays divided.
 *
 * Only what the plan says is scaled. What clients do by themselves, heartbeats and timeouts, keeps
 * the pace of real servers, so that nothing is judged by a clock that the server does not share.
 *
 * @packageDocumentation
 */
import type { Latency, Plan, PlannedNode } from "../plan/index.js";

export function speeded(plan: Plan, speed: number): Plan {
  if (speed === 1) return plan;
  const scaled = (ms: number) => Math.round(ms / speed);
  const latency = ({ delayMsMin, delayMsMax, shape }: Latency): Latency => ({
    delayMsMin: scaled(delayMsMin),
    delayMsMax: scaled(delayMsMax),
    shape,
  });
  const node = ({ name, components }: PlannedNode): PlannedNode => ({
    name,
    components: components.map((component) => ({
      ...component,
      methods: component.methods.map((method) => ({ ...method, delayMs: scaled(method.delayMs) })),
    })),
  });
  return {
    ...plan,
    clients: plan.clients.map((client) => ({
      ...client,
      link: { up: latency(client.link.up), down: latency(client.link.down) },
      ...(client.node === undefined ? {} : { node: node(client.node) }),
    })),
    operations: plan.operations.map((operation) => ({
      ...operation,
      afterMs: scaled(operation.afterMs),
    })),
  };
}
