/**
 * Plans and failures for tests of the minimiser.
 *
 * @packageDocumentation
 */
import { PLAN_FORMAT, type Plan, type PlannedOperation } from "../../plan/index.js";
import type { Evidence } from "./course.js";

const LINK = { delayMsMin: 3, delayMsMax: 9, shape: "tail" } as const;

/** Nothing is known of how it failed. */
export const NO_EVIDENCE: Evidence = { history: null, events: [] };

/** Sets of numbered paths by three clients in turn. */
export function planWith(count: number): Plan {
  const operations = Array.from({ length: count }, (_, index): PlannedOperation => ({
    id: `o${index}`,
    client: `c${(index % 3) + 1}`,
    afterMs: index,
    awaited: index % 2 === 0,
    action: {
      kind: "set",
      path: `/p/${index}`,
      data: { deep: { deeper: index } },
      options: { noStore: true },
    },
  }));
  return {
    format: PLAN_FORMAT,
    generator: 0,
    seed: "s",
    mode: "concurrent",
    clients: ["c1", "c2", "c3"].map((name) => ({ name, link: { up: LINK, down: LINK } })),
    operations,
  };
}

export function idsOf({ operations }: Plan): readonly string[] {
  return operations.map(({ id }) => id);
}

/** Runs by a rule instead of a server: what fails shows nothing. */
export function failingWhere(fails: (plan: Plan) => boolean) {
  return (plan: Plan) => Promise.resolve(fails(plan) ? NO_EVIDENCE : null);
}

/** Fails while the plan has a set of each of these data, wherever they are. */
export function needsData(...wanted: readonly number[]) {
  return (plan: Plan) => {
    const texts = plan.operations.map(({ action }) => JSON.stringify(action));
    return wanted.every((data) => texts.some((text) => text.includes(`"deeper":${data}}`)));
  };
}
