/**
 * A server that everybody has left is back where it began.
 *
 * Judged where the case goes on until then (the plan asks for liveness): what the process holds is
 * counted before the clients come, when one visitor has come and gone, and again long after all have
 * left: where it is more then, once more after a quarter of an hour, as what expires by itself was not
 * left behind. What it publishes to those who left is judged by `publish-results` and `silence-after-end`.
 *
 * @packageDocumentation
 */
import type { HistoryEvent, Recording } from "../src/history/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

type Census = Extract<HistoryEvent, { kind: "census" }>;

interface Counted {
  readonly index: number;
  readonly census: Census;
}

export const nothingLeftBehind: Property = {
  id: "nothing-left-behind",
  promise: "When every client has left, a server holds no more sockets and timers than before.",
  clauses: ["SES-5"],
  severity: "must",
  check(recording) {
    const violations = new Violations();
    const [first, ...others] = censusesOf(recording);
    const last = others.at(-1);
    const leftIndex = recording.events.findIndex(({ kind }) => kind === "left");
    if (first === undefined || last === undefined || leftIndex < 0 || last.index < leftIndex) {
      return violations.finding();
    }
    for (const what of ["sockets", "timers"] as const) {
      violations.exercised += 1;
      const [before, after] = [first.census[what], last.census[what]];
      if (after <= before) continue;
      violations.add({
        clause: "SES-5",
        message: `the server's process holds ${after} ${what} at ${timeOf(recording, last.index)}, long after all clients had left at ${timeOf(recording, leftIndex)}`,
        expected: `No more than the ${before} that it held before they came: with a connection ends all that was kept for it (SES-5).`,
        shape: [what],
        evidence: [first.index, leftIndex, last.index],
      });
    }
    return violations.finding();
  },
};

function censusesOf({ events }: Recording): readonly Counted[] {
  return events.flatMap((census, index) => (census.kind === "census" ? [{ index, census }] : []));
}
