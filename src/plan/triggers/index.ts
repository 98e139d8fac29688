/**
 * Every trigger, by its id.
 *
 * @packageDocumentation
 */
import type { Plan } from "../plan.js";
import { DATA_TRIGGERS } from "./data-triggers.js";
import { FAULT_TRIGGERS } from "./fault-triggers.js";
import { FRAME_TRIGGERS } from "./frame-triggers.js";
import { LISTEN_TRIGGERS } from "./listen-triggers.js";
import { OPTION_TRIGGERS } from "./option-triggers.js";
import { PATH_TRIGGERS } from "./path-triggers.js";
import { SECURITY_TRIGGERS } from "./security-triggers.js";
import type { Trigger } from "./trigger.js";

export type { Trigger } from "./trigger.js";

export const TRIGGERS: readonly Trigger[] = [
  ...DATA_TRIGGERS,
  ...OPTION_TRIGGERS,
  ...PATH_TRIGGERS,
  ...LISTEN_TRIGGERS,
  ...FRAME_TRIGGERS,
  ...FAULT_TRIGGERS,
  ...SECURITY_TRIGGERS,
];

const byId = new Map(TRIGGERS.map((trigger) => [trigger.id, trigger]));

/** Whether there is a trigger of that id. */
export function isTrigger(id: string): boolean {
  return byId.has(id);
}

/** More rounds than any plan was seen to need. */
const ROUNDS_MAX = 20;

/**
 * The plan without what these triggers name; the same object where none of it is there. In the order
 * of TRIGGERS, whatever the order of `ids`, and again until there is none left: without an `off`, say,
 * the next `on` of its channel is a repeated one.
 */
export function withoutTriggers(plan: Plan, ids: readonly string[]): Plan {
  const triggers = TRIGGERS.filter(({ id }) => ids.includes(id));
  let left = plan;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = left;
    for (const trigger of triggers) left = trigger.without(left);
    if (left === before) break;
  }
  return left;
}
