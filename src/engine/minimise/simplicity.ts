/**
 * Which of two plans is simpler: a total order, so that minimising comes to an end whatever its
 * passes offer, and equal bugs end in equal plans.
 *
 * Fewer operations and faults first, whatever they look like; then fewer decisions of the schedule, and
 * fewer clients; then one operation at a time; then plainer arguments, settings and moments; then connections before what is done with them; and of what
 * is left, the shorter text and the one that sorts first: `a` before `b`.
 *
 * @packageDocumentation
 */
import { formatPlan, type Plan } from "../../plan/index.js";
import { compareText } from "../../protocol/index.js";
import { directoryWeight } from "./directory.js";
import { actionWeight, clientWeight, faultWeight, momentWeight, settingWeight } from "./weight.js";

export interface Simplicity {
  /** From what counts most to what counts least; less is simpler. */
  readonly weights: readonly number[];
  readonly text: string;
}

export function simplicityOf(plan: Plan): Simplicity {
  const { operations, clients, mode, faults = [], schedule } = plan;
  return {
    weights: [
      operations.length + faults.length,
      schedule?.decisions?.length ?? 0,
      clients.length,
      mode === "lockstep" ? 0 : 1,
      sumOf(operations, ({ action }) => actionWeight(action)) +
        sumOf(clients, clientWeight) +
        sumOf(faults, faultWeight) +
        settingWeight(plan) +
        directoryWeight(plan),
      sumOf(operations, momentWeight),
      placesOfFirstConnects(plan),
    ],
    text: formatPlan(plan),
  };
}

/** Negative where `left` is simpler, 0 where they are the same plan. */
export function compareSimplicity(left: Simplicity, right: Simplicity): number {
  for (const [index, weight] of left.weights.entries()) {
    const difference = weight - (right.weights[index] as number);
    if (difference !== 0) return difference;
  }
  return left.text.length - right.text.length || compareText(left.text, right.text);
}

/** Less where clients connect before anything else is done. */
function placesOfFirstConnects({ clients, operations }: Plan): number {
  return sumOf(clients, ({ name }) =>
    operations.findIndex(({ client, action }) => client === name && action.kind === "connect"),
  );
}

function sumOf<Item>(items: readonly Item[], weightOf: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + weightOf(item), 0);
}
