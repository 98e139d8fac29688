/**
 * The second runs of cases that passed: a world that is deterministic makes them alike.
 *
 * @packageDocumentation
 */
import type { CaseRequest } from "../engine/index.js";
import { divergenceOf, type Divergence } from "./divergence.js";
import type { Run } from "./hands.js";
import type { Reply } from "./runner-process.js";

/** Of the cases that pass, one of so many is run twice. */
const REPEATED_EACH = 20;

export class Repetition {
  readonly #isOfAll: boolean;
  readonly #tokenOf: (example: { readonly caseIndex: number; readonly hash: string }) => string;
  readonly #divergences: Divergence[] = [];
  #count = 0;

  constructor(
    isOfAll: boolean,
    tokenOf: (example: { readonly caseIndex: number; readonly hash: string }) => string,
  ) {
    this.#isOfAll = isOfAll;
    this.#tokenOf = tokenOf;
  }

  /** How many cases were run again. */
  get count(): number {
    return this.#count;
  }

  get divergences(): readonly Divergence[] {
    return this.#divergences;
  }

  isWanted(caseIndex: number): boolean {
    return this.#isOfAll || caseIndex % REPEATED_EACH === 0;
  }

  /** Runs a case that passed once more; findings are run again in any case, and later. */
  async repeat(request: CaseRequest, reply: Reply, run: Run): Promise<void> {
    if (reply.kind !== "verdict" || reply.verdict.violations.length > 0) return;
    const again = await run(request);
    this.#count += 1;
    if (again.kind !== "verdict" || again.verdict.hash === reply.verdict.hash) return;
    const [first, second] = [reply.outcome?.history, again.outcome?.history];
    if (first === undefined || second === undefined) return;
    const divergence = divergenceOf(first, second);
    if (divergence === null) return;
    const caseIndex = request.id;
    const token = this.#tokenOf({ caseIndex, hash: reply.verdict.hash });
    this.#divergences.push({ caseIndex, token, ...divergence });
  }
}
