/**
 * What the store answered, held against every order of what was done there: within each process, and
 * from one process to the next where the store is a file.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { storeSpansOf, type StoreSpan } from "./circumstances/index.js";
import { check, culpritOf } from "./linearizability/index.js";
import type { Violation } from "./property.js";
import { StoreEvidence, type StoreCulprit } from "./store-evidence.js";
import { storeGroupsOf, type StoreGroup } from "./store-groups.js";
import { StoreModel } from "./store-model.js";
import { operationsIn, storeOperationsOf, type StoreOperation } from "./store-operation.js";
import { workedOutOnce } from "./worked-out.js";

export interface StoreJudgement {
  readonly operations: readonly StoreOperation[];
  /** Of one process: no order explains what it answered. */
  readonly violations: readonly Violation[];
  /** Each process by itself is right, but what one acknowledged is not what the next one began with. */
  readonly lost: readonly Lost[];
  /** An order was neither found nor excluded within the budget. */
  readonly isUnknown: boolean;
  /** Some answers are explained only by writes of clients that no event shows. */
  readonly isOpen: boolean;
}

export interface Lost {
  /** How the process ended that had acknowledged it; `killed` where one of several did so. */
  readonly after: "stopped" | "killed";
  /** Index of the start of the process whose answer shows it. */
  readonly startIndex: number;
  readonly violation: Violation;
}

/**
 * Steps of the model for the question whether there is an order at all: ten seconds, which one plan in
 * ten thousand needs, where a crowd writes to one path and is cut off before its answers.
 */
export const STEPS_MAX = 4_000_000;
/** The same for each of the questions about what is wrong. */
const CULPRIT_STEPS_MAX = 500_000;

/** Violations looked for in one group of paths, one behind the other. */
const ROUNDS_MAX = 6;

/** Spans of processes that one file joins, and how they were joined. */
type Chain = readonly StoreSpan[];

class Judge {
  readonly #recording: Recording;
  readonly #profile: Profile;
  readonly #operations: readonly StoreOperation[];
  readonly #isLoose: boolean;
  readonly #violations: Violation[] = [];
  readonly #lost: Lost[] = [];
  #isUnknown = false;
  #isOpen = false;

  constructor(recording: Recording, profile: Profile) {
    this.#recording = recording;
    this.#profile = profile;
    const { operations, isLoose } = storeOperationsOf(recording, profile);
    this.#operations = operations;
    this.#isLoose = isLoose;
  }

  judge(): StoreJudgement {
    const spans = storeSpansOf(this.#recording);
    for (const chain of chainsOf(spans, ({ begins }) => begins === "fresh" || begins === "open")) {
      for (const group of this.#groupsOf(chain)) this.#judgeGroup(chain, group);
    }
    return {
      operations: this.#operations,
      violations: this.#violations,
      lost: this.#lost,
      isUnknown: this.#isUnknown,
      isOpen: this.#isOpen,
    };
  }

  #groupsOf(chain: Chain): readonly StoreGroup[] {
    const operations = chain.flatMap((span) => operationsIn(span, this.#operations));
    return storeGroupsOf(operations, this.#profile);
  }

  #judgeGroup(chain: Chain, group: StoreGroup): void {
    const whole = this.#check(chain, group);
    if (whole.violations.length === 0) {
      this.#isUnknown ||= whole.isUnknown;
      return;
    }
    if (this.#mayHaveOtherWriters(group)) this.#isOpen = true;
    else if (chain.length === 1) this.#report(whole);
    else this.#judgeProcesses(chain, group, whole);
  }

  /** Something is wrong: within a process, over an orderly stop, or over another end. */
  #judgeProcesses(chain: Chain, group: StoreGroup, whole: GroupJudgement): void {
    const alone = chain.map((span) => this.#check([span], part(group, [span])));
    const wrong = alone.filter(({ violations }) => violations.length > 0);
    for (const one of wrong) this.#report(one);
    if (wrong.length > 0) return;
    this.#isUnknown ||= alone.some(({ isUnknown }) => isUnknown);
    const runs = chainsOf(chain, ({ begins }) => begins !== "stopped");
    for (const run of runs) {
      if (run.length < 2) continue;
      const { violations } = this.#check(run, part(group, run));
      for (const violation of violations) this.#lose("stopped", run, violation);
      if (violations.length > 0) return;
    }
    for (const violation of whole.violations) this.#lose("killed", chain, violation);
  }

  #lose(after: Lost["after"], chain: Chain, violation: Violation): void {
    const shownIndex = violation.evidence.at(-1) ?? 0;
    const last = chain.findLast(({ fromIndex }) => fromIndex <= shownIndex);
    this.#lost.push({ after, startIndex: last?.fromIndex ?? 0, violation });
  }

  #report({ violations, isUnknown }: GroupJudgement): void {
    this.#violations.push(...violations);
    this.#isUnknown ||= isUnknown;
  }

  /** Whether some of its paths may be written by clients that no event shows. */
  #mayHaveOtherWriters({ operations }: StoreGroup): boolean {
    const { vantage } = this.#recording;
    return vantage.hasOthers && operations.some(({ input }) => !vantage.isOwn(input.path));
  }

  #check([first]: Chain, group: StoreGroup): GroupJudgement {
    const { paths } = group;
    const isNew = first?.begins === "fresh";
    const isFresh = (path: string) => isNew && this.#recording.vantage.isOwn(path);
    const isLoose = this.#isLoose || !isNew;
    const options = { stepsMax: CULPRIT_STEPS_MAX };
    const model = new StoreModel({ paths, profile: this.#profile, isFresh, isLoose });
    const evidence = new StoreEvidence(this.#recording, model, paths, options);
    const violations: Violation[] = [];
    let { operations } = group;
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const { verdict } = check(model, operations, { stepsMax: STEPS_MAX });
      if (verdict === "valid") break;
      const culprit = verdict === "invalid" ? culpritOf(model, operations, options) : null;
      if (culprit === null) return { violations, isUnknown: true };
      violations.push(...evidence.violationsOf(culprit));
      operations = withoutCulprit(operations, culprit, evidence.blamedPaths(culprit));
    }
    return { violations, isUnknown: false };
  }
}

/** What is to be said of the store of a recording. */
export const storeJudgementOf = workedOutOnce((recording, profile) =>
  new Judge(recording, profile).judge(),
);

interface GroupJudgement {
  readonly violations: readonly Violation[];
  readonly isUnknown: boolean;
}

/** Splits before each span for which that holds. */
function chainsOf(spans: readonly StoreSpan[], isNew: (span: StoreSpan) => boolean): Chain[] {
  const chains: StoreSpan[][] = [];
  for (const span of spans) {
    const last = chains.at(-1);
    if (last === undefined || isNew(span)) chains.push([span]);
    else last.push(span);
  }
  return chains;
}

function part({ paths, operations }: StoreGroup, spans: readonly StoreSpan[]): StoreGroup {
  return { paths, operations: spans.flatMap((span) => operationsIn(span, operations)) };
}

/**
 * The operations without what the culprit says. What is stored at the blamed paths counts as not
 * known from then on, so that one wrong answer is not reported again for each that agrees with it.
 */
function withoutCulprit(
  operations: readonly StoreOperation[],
  { operation }: StoreCulprit,
  blamed: readonly string[],
): readonly StoreOperation[] {
  return operations.flatMap((other): readonly StoreOperation[] => {
    if (other.exchange !== operation.exchange) return [other];
    // What it says of how many there are is all that it does.
    if (other.input.kind === "count") return [];
    if (other.input.kind === "remove") {
      return [{ ...other, output: { kind: "removed", count: null } }];
    }
    return blamed.map((path) => ({
      ...other,
      input: { kind: "touch", path },
      output: { kind: "written", text: null },
    }));
  });
}
