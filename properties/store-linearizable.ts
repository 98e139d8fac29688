/**
 * What clients read from the store is what some order of all that was done there leaves behind.
 *
 * The order respects real time at the server boundary: what was answered before another request
 * arrived comes first. Times are judged by `write-times`.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { check, culpritOf } from "./linearizability/index.js";
import type { Finding, Property, Violation } from "./property.js";
import { ownKeysIn } from "./store-answers.js";
import { StoreEvidence, type StoreCulprit } from "./store-evidence.js";
import { storeGroupsOf, type StoreGroup } from "./store-groups.js";
import { StoreModel } from "./store-model.js";
import { storeOperationsOf, type StoreOperation } from "./store-operation.js";
import { Violations } from "./violations.js";

export const storeLinearizable: Property = {
  id: "store-linearizable",
  promise:
    "Every answered set, merge, remove and get fits one order of them all that respects real time.",
  clauses: ["STO-10", "STO-1", "STO-3", "STO-4", "STO-5", "STO-6", "STO-8", "COR-4"],
  severity: "must",
  check(recording, profile) {
    const starts = recording.events.filter(({ kind }) => kind === "started").length;
    const { operations, isLoose } = storeOperationsOf(recording, profile);
    if (starts > 1) return undecided("what a restart leaves in the store is not judged");
    const violations = new Violations();
    violations.exercised = operations.filter(({ returnIndex }) => returnIndex !== null).length;
    for (const violation of ownKeysIn(recording, operations)) violations.add(violation);
    let isUnknown = false;
    let isOpen = false;
    for (const group of storeGroupsOf(operations, profile)) {
      const judged = judgeGroup(recording, profile, group, isLoose);
      if (judged.violations.length > 0 && mayHaveOtherWriters(recording, group)) {
        isOpen = true;
        continue;
      }
      for (const violation of judged.violations) violations.add(violation);
      isUnknown ||= judged.isUnknown;
    }
    const finding = violations.finding();
    if (finding.validity === "invalid") return finding;
    // In a campaign it says nothing; of a recording that is all there is, somebody wants to know.
    if (isOpen && recording.header.mode === "recorded") {
      return undecided(
        "some answers are explained only by writes that the recording does not show",
        finding.exercised,
      );
    }
    if (!isUnknown) return finding;
    return undecided(`no order found or excluded in ${STEPS_MAX} steps`, finding.exercised);
  },
};

/**
 * Steps of the model for the question whether there is an order at all: ten seconds, which one plan in
 * ten thousand needs, where a crowd writes to one path and is cut off before its answers.
 */
const STEPS_MAX = 4_000_000;
/** The same for each of the questions about what is wrong. */
const CULPRIT_STEPS_MAX = 500_000;

/** Violations looked for in one group of paths, one behind the other. */
const ROUNDS_MAX = 6;

/** Whether some of its paths may be written by clients that no event shows. */
function mayHaveOtherWriters({ vantage }: Recording, { operations }: StoreGroup): boolean {
  return vantage.hasOthers && operations.some(({ input }) => !vantage.isOwn(input.path));
}

function undecided(reason: string, exercised = 0): Finding {
  return { validity: "unknown", exercised, reason };
}

interface GroupJudgement {
  readonly violations: readonly Violation[];
  readonly isUnknown: boolean;
}

function judgeGroup(
  recording: Recording,
  profile: Profile,
  group: StoreGroup,
  isLoose: boolean,
): GroupJudgement {
  const { paths } = group;
  const isFresh = (path: string) => recording.vantage.isOwn(path);
  const options = { stepsMax: CULPRIT_STEPS_MAX };
  const model = new StoreModel({ paths, profile, isFresh, isLoose });
  const evidence = new StoreEvidence(recording, model, paths, options);
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
