/**
 * From an artifact to what its timeline shows.
 *
 * @packageDocumentation
 */
import type { FindingRecord } from "../../engine/index.js";
import { Recording, type History } from "../../history/index.js";
import type { Plan } from "../../plan/index.js";
import { printable } from "../printable.js";
import { bandsOf } from "./bands.js";
import { connectionBars, subscriptionBars } from "./bars.js";
import { timelineEvents } from "./events.js";
import { Lanes } from "./lanes.js";
import type { Broken, LinearOrder, OrderEntry, TimelineModel } from "./model.js";
import { Affairs } from "./relevance.js";
import { scheduleMarks } from "./schedule-marks.js";
import { modelChanges, orderChanges, shownValue } from "./store-changes.js";

/** What is told: a broken promise, and the history that shows it. */
export interface TimelineSource {
  readonly finding: ToldFinding;
  readonly history: History;
  /** Null where nobody planned it: a recording. */
  readonly plan: Plan | null;
}

/** What the timeline needs of a finding. */
export type ToldFinding = Pick<
  FindingRecord,
  "severity" | "clause" | "property" | "message" | "expected" | "evidence"
> & { readonly linearization?: LinearizationRecord };

type LinearizationRecord = NonNullable<FindingRecord["linearization"]>;

/** The timeline of an artifact that has a history. */
export function timelineOf({ finding, history, plan }: TimelineSource): TimelineModel {
  const recording = new Recording(history);
  const lanes = new Lanes(recording, plan);
  const affairs = new Affairs(recording);
  const broken = brokenOf(finding, recording.events.length);
  const order = finding.linearization === undefined ? null : orderOf(finding.linearization);
  const schedule = scheduleMarks(recording, plan);
  const { target, profile, mode } = history.header;
  return {
    target: printable(target),
    profile,
    mode,
    lanes: lanes.all.map(({ name, role }) => ({ name: printable(name), role })),
    events: timelineEvents({ recording, lanes, affairs, evidence: broken.evidence, schedule }),
    connections: connectionBars(recording, lanes),
    subscriptions: subscriptionBars(recording, lanes),
    bands: bandsOf(recording, lanes),
    schedule,
    store: [...modelChanges(recording), ...(order === null ? [] : orderChanges(order))],
    order,
    broken,
  };
}

function brokenOf(finding: ToldFinding, eventCount: number): Broken {
  const { severity, clause, property, message, expected, evidence } = finding;
  return {
    severity,
    clause: printable(clause),
    property: printable(property),
    seen: printable(message),
    expected: printable(expected),
    evidence: [...new Set(evidence)]
      .filter((index) => index < eventCount)
      .sort((left, right) => left - right),
  };
}

function orderOf({ omitted, initial, steps, culprit, refuted }: LinearizationRecord): LinearOrder {
  return {
    omitted,
    initial: initial.map(entryOf),
    steps: steps.map((step) => ({ ...operationOf(step), changes: step.changes.map(entryOf) })),
    culprit: operationOf(culprit),
    refuted: refuted.map((each) => ({ ...operationOf(each), why: printable(each.why) })),
  };
}

function operationOf({ words, client, callIndex, returnIndex }: LinearizationRecord["culprit"]) {
  return {
    words: printable(words),
    client: printable(client),
    from: callIndex,
    to: returnIndex,
  };
}

function entryOf({ subject, value }: LinearizationRecord["initial"][number]): OrderEntry {
  const path = printable(subject);
  if (value === "?") return { path };
  return { path, value: value === "" ? null : shownValue(value) };
}
