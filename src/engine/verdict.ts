/**
 * All properties' judgement of one history, as data that travels between processes.
 *
 * @packageDocumentation
 */
import { profileOf, type ProfileId } from "../../models/index.js";
import {
  fingerprintOf,
  judge,
  lockstepPrediction,
  severityOf,
  type LinearizationEvidence,
  type Severity,
} from "../../properties/index.js";
import { Recording, type History } from "../history/index.js";
import { ACTIONS } from "../protocol/index.js";
import { traceHash } from "./trace-hash.js";

const KNOWN_ACTIONS: ReadonlySet<string> = new Set(ACTIONS);

/** One broken instance of a property, with the fingerprint under which it is filed. */
export interface FoundViolation {
  readonly property: string;
  readonly severity: Severity;
  readonly clause: string;
  readonly fingerprint: string;
  readonly message: string;
  readonly expected: string;
  readonly shape: readonly string[];
  readonly evidence: readonly number[];
  readonly linearization?: LinearizationEvidence;
}

export interface Verdict {
  readonly hash: string;
  /** Requests that reached the server. */
  readonly operations: number;
  readonly virtualMs: number;
  readonly violations: readonly FoundViolation[];
  readonly unknown: readonly { readonly property: string; readonly reason: string }[];
  /** How often each property was put to the test, by id. */
  readonly exercised: Readonly<Record<string, number>>;
  /** How often each action reached the server, and each kind of change by an administrator. */
  readonly actions: Readonly<Record<string, number>>;
  /** How often each kind of fault was inflicted. */
  readonly faults: Readonly<Record<string, number>>;
}

/** Judges a history by the profile that its header names. */
export function verdictOf(history: History): Verdict {
  const recording = new Recording(history);
  const violations: FoundViolation[] = [];
  const unknown: { property: string; reason: string }[] = [];
  const exercised: Record<string, number> = {};
  for (const { property, finding } of judge(
    recording,
    profileOf(history.header.profile as ProfileId),
  )) {
    exercised[property.id] = finding.exercised;
    if (finding.validity === "unknown") {
      unknown.push({ property: property.id, reason: finding.reason });
    }
    if (finding.validity !== "invalid") continue;
    for (const violation of finding.violations) {
      violations.push({
        property: property.id,
        severity: severityOf(property, violation.clause),
        fingerprint: fingerprintOf(property.id, violation),
        ...violation,
      });
    }
  }
  const told = withoutEchoes(violations);
  for (const { what, site } of undeterminismIn(history)) {
    unknown.push({ property: "determinism", reason: `${what} at ${site}` });
  }
  const actions: Record<string, number> = {};
  let operations = 0;
  for (const { request, arriveIndex } of recording.exchanges) {
    if (arriveIndex === null) continue;
    operations += 1;
    const action = KNOWN_ACTIONS.has(request.action) ? request.action : "(unknown)";
    actions[action] = (actions[action] ?? 0) + 1;
  }
  for (const event of history.events) {
    if (event.kind !== "administer") continue;
    const name = `administer ${event.change.kind}`;
    actions[name] = (actions[name] ?? 0) + 1;
  }
  return {
    hash: traceHash(history),
    operations,
    virtualMs: history.events.at(-1)?.at ?? 0,
    violations: told,
    unknown,
    exercised,
    actions,
    faults: faultsIn(history),
  };
}

function faultsIn(history: History): Record<string, number> {
  const faults: Record<string, number> = {};
  for (const event of history.events) {
    if (event.kind !== "fault") continue;
    const { kind } = event.what;
    if (typeof kind !== "string") continue;
    faults[kind] = (faults[kind] ?? 0) + 1;
  }
  return faults;
}

/**
 * Leaves out where the prediction only repeats what a property has said about the same events: that
 * one knows the clause and the circumstances better.
 */
function withoutEchoes(violations: readonly FoundViolation[]): readonly FoundViolation[] {
  const explained = new Set<number>();
  for (const { property, severity, evidence } of violations) {
    if (property === lockstepPrediction.id || severity !== "must") continue;
    for (const index of evidence) explained.add(index);
  }
  return violations.filter(
    ({ property, evidence }) =>
      property !== lockstepPrediction.id || !evidence.some((index) => explained.has(index)),
  );
}

/** What the simulated world could not control, as `what` and `file:line`; such a run is not replayable. */
function undeterminismIn(history: History): { what: string; site: string }[] {
  return history.events.flatMap((event) =>
    event.kind === "undeterministic" ? [{ what: event.what, site: event.site }] : [],
  );
}
