/**
 * Clients of the first dialect.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedAction, PlannedClient } from "../../plan/index.js";
import type { StepsPass } from "./pass.js";

/** Lets clients of later dialects ask for none: all of them, then each by itself. */
export const FEWER_DIALECTS: StepsPass = {
  kind: "steps",
  name: "fewer dialects",
  *steps(plan) {
    const later = plan.clients.flatMap(({ name, dialect }) =>
      dialect === undefined ? [] : [name],
    );
    if (later.length > 0) yield speakingFirst(plan, later);
    if (later.length > 1) for (const name of later) yield speakingFirst(plan, [name]);
  },
};

function speakingFirst(plan: Plan, names: readonly string[]): Plan {
  return {
    ...plan,
    clients: plan.clients.map((client): PlannedClient => {
      const { dialect, ...first } = client;
      return dialect !== undefined && names.includes(client.name) ? first : client;
    }),
    operations: plan.operations.map((operation) =>
      names.includes(operation.client)
        ? { ...operation, action: withoutName(operation.action) }
        : operation,
    ),
  };
}

/** In the first dialect nobody ends a listener by its name. */
function withoutName(action: PlannedAction): PlannedAction {
  if (action.kind !== "off" || action.listener === undefined) return action;
  return { kind: "off", channel: action.channel, options: action.options };
}
