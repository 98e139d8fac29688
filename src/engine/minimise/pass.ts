/**
 * Passes: ways of making a plan simpler. They offer, and a run decides.
 *
 * A pass knows nothing of what fails. It is pure, and may offer what is no simpler: that is left out
 * before it is run (`simplicity.ts`).
 *
 * @packageDocumentation
 */
import type { Plan } from "../../plan/index.js";

export type Pass = ElementsPass | StepsPass;

/** Takes elements away, any set of them. */
export interface ElementsPass {
  readonly kind: "elements";
  readonly name: string;
  /** Keys of what can go; what should go first stands first. */
  elements(plan: Plan): readonly string[];
  /** The plan without these; keys of what is not there mean nothing. */
  without(plan: Plan, keys: ReadonlySet<string>): Plan;
}

/** Offers simpler plans one by one, boldest first. */
export interface StepsPass {
  readonly kind: "steps";
  readonly name: string;
  steps(plan: Plan): Iterable<Plan>;
}

/** Every single step of a pass. */
export function* stepsOf(pass: Pass, plan: Plan): Iterable<Plan> {
  if (pass.kind === "steps") {
    yield* pass.steps(plan);
    return;
  }
  for (const key of pass.elements(plan)) yield pass.without(plan, new Set([key]));
}
