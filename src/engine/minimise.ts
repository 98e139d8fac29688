/**
 * Makes a failing plan smaller while it still fails in the same way.
 *
 * Operations go first, by ddmin (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing
 * Input", 2002), then clients, then what is left is made plainer: delays, options, data. A pass is a
 * generator of smaller plans that is told which of them were taken. The result is a fixpoint: no pass has anything to offer any more.
 *
 * @packageDocumentation
 */
import { formatPlan, type Plan } from "../plan/index.js";
import { PASSES, type Pass } from "./minimise-passes.js";

export interface MinimiseOptions {
  /** Whether the plan still fails in the same way; deterministic. */
  readonly stillFails: (plan: Plan) => Promise<boolean>;
  /** How many runs may be spent. */
  readonly runsMax: number;
  /** Called after every run. */
  readonly advanced?: (progress: { runs: number; operations: number }) => void;
}

export interface Minimised {
  readonly plan: Plan;
  readonly runs: number;
  /** False where the runs were spent before the fixpoint. */
  readonly isFixpoint: boolean;
}

export async function minimise(plan: Plan, options: MinimiseOptions): Promise<Minimised> {
  const search = new Search(plan, options);
  const isFixpoint = await search.run();
  return { plan: search.best, runs: search.runs, isFixpoint };
}

class Search {
  best: Plan;
  runs = 0;
  readonly #options: MinimiseOptions;
  readonly #judged = new Map<string, boolean>();

  constructor(plan: Plan, options: MinimiseOptions) {
    this.best = plan;
    this.#options = options;
  }

  async run(): Promise<boolean> {
    let hasImproved = true;
    while (hasImproved) {
      hasImproved = false;
      for (const pass of PASSES) {
        const outcome = await this.#pass(pass);
        if (outcome === "spent") return false;
        if (outcome === "improved") hasImproved = true;
      }
    }
    return true;
  }

  async #pass(pass: Pass): Promise<"improved" | "unchanged" | "spent"> {
    let outcome: "improved" | "unchanged" = "unchanged";
    const candidates = pass(this.best);
    for (let next = candidates.next(); next.done !== true;) {
      const fails = await this.#fails(next.value);
      if (fails === null) return "spent";
      if (fails) {
        this.best = next.value;
        outcome = "improved";
      }
      next = candidates.next(fails);
    }
    return outcome;
  }

  /** Null when the runs are spent. */
  async #fails(plan: Plan): Promise<boolean | null> {
    const key = formatPlan(plan);
    const judged = this.#judged.get(key);
    if (judged !== undefined) return judged;
    if (this.runs >= this.#options.runsMax) return null;
    this.runs += 1;
    const fails = await this.#options.stillFails(plan);
    this.#judged.set(key, fails);
    this.#options.advanced?.({ runs: this.runs, operations: this.best.operations.length });
    return fails;
  }
}
