import { describe, expect, it } from "vitest";

import { runCase, verdictOf } from "../engine/index.js";
import { FAULT_KINDS, type FaultChoice } from "../plan/index.js";
import {
  MUTANTS,
  referenceTarget,
  revealingFaults,
  type Mutant,
} from "../targets/reference/index.js";
import { planOf } from "../workload/index.js";

/** Most are caught within four; the rest is room for another workload. */
const CASES_MAX = 60;

/** Those that need more cases than a quick test has time for: `happnstance selftest` tries them. */
const RARE: readonly string[] = [
  "crash-on-odd-path",
  "initial-misses-write",
  "concurrent-merge-lost",
  "unknown-protocol-deafens",
  "bad-channel-accepted",
  "results-of-sessions",
  "deferred-untold",
  "gave-up-too-early",
  "meta-leaks",
  "ack-of-wrong-session",
  "ack-of-all-publications",
  "off-counts-one",
  "off-ends-others",
  "off-races-write",
  "off-by-name-ends-all",
  "ref-count-ignored",
  "repeated-on-counts-one",
  "merge-across-turns",
  "remove-in-two-turns",
  "removed-counted-twice",
  "full-disk-acknowledged",
  "silent-forgotten",
  "storm-leaks-sockets",
  "uneven-client-starved",
];
/** Cases in which all goes wrong but what reveals a mutant. */
const MISSED_CASES = 20;

/** Number of the first case in which a property that is meant for the mutant catches it; null when none does. */
async function casesToFind(
  { id, properties, profile, isSecure, dialect }: Mutant,
  faults: FaultChoice,
  casesMax = CASES_MAX,
): Promise<number | null> {
  const target = referenceTarget(profile, { mutant: id });
  for (let index = 0; index < casesMax; index += 1) {
    const plan = planOf(`mutants/${index}`, {
      profile: target.profile,
      faults,
      isSecure: isSecure === true,
      ...(dialect === undefined ? {} : { dialect }),
    });
    const { violations } = verdictOf(await runCase(plan, target));
    if (violations.some(({ property }) => properties.includes(property))) return index + 1;
  }
  return null;
}

describe("a mutant", () => {
  it("is tried here or, if it shows rarely, by the selftest", () => {
    const ids = MUTANTS.map(({ id }) => id);

    expect(RARE.filter((id) => !ids.includes(id))).toEqual([]);
    expect(RARE.length).toBeLessThan(MUTANTS.length / 5);
  });

  it.each(MUTANTS.filter(({ id }) => !RARE.includes(id)))(
    `$id is caught by a property that is meant for it`,
    async (mutant) => {
      expect(await casesToFind(mutant, revealingFaults(mutant))).not.toBeNull();
    },
  );

  it.each(
    MUTANTS.flatMap(({ faults, ...mutant }) =>
      faults === undefined ? [] : [{ ...mutant, faults, names: faults.join(" or ") }],
    ),
  )("$id is missed where anything but $names goes wrong", async ({ faults, ...mutant }) => {
    const others = FAULT_KINDS.filter((kind) => !faults.includes(kind));

    expect(await casesToFind(mutant, others, MISSED_CASES)).toBeNull();
  });
});
