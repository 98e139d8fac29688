/**
 * The publications of a round, held against those that the model makes.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Publication, Recording } from "../src/history/index.js";
import { parseChannel, type Json, type Request } from "../src/protocol/index.js";
import { hearingOf } from "./hearing/index.js";
import { differingField, publicationOf, type NormalForm } from "./lockstep-frame.js";
import { compared, type Predicted } from "./lockstep-round.js";
import { clauseOfPublication, diffOf, kindOfAsked, kindOfDifference } from "./lockstep-words.js";
import type { Violation } from "./property.js";
import { kindOfPath } from "./words.js";

export interface Round {
  readonly recording: Recording;
  readonly profile: Profile;
  readonly predicted: readonly Predicted[];
  readonly written: readonly Publication[];
  /** Connections with channels whose first difference is reported already; more are added. */
  readonly taintedChannels: Set<string>;
}

export interface RoundJudgement {
  readonly exercised: number;
  readonly violations: readonly Violation[];
}

export function judgePublications(round: Round): RoundJudgement {
  const { predicted, written, taintedChannels } = round;
  const { pairs, missing, surplus } = compared(predicted, written);
  const violations: Violation[] = [];
  const report = (connection: string, channel: Json | undefined, violation: Violation): void => {
    const key = `${connection} ${JSON.stringify(channel ?? null)}`;
    if (!taintedChannels.has(key)) violations.push(violation);
    taintedChannels.add(key);
  };
  for (const pair of pairs) {
    const violation = differing(pair.predicted, pair.written);
    if (violation !== null) {
      report(pair.written.connection, pair.written.frame.meta["channel"], violation);
    }
  }
  for (const one of missing) report(one.connection, one.frame.meta["channel"], missed(round, one));
  for (const one of surplus) {
    if (isAllowed(round, one)) continue;
    report(one.connection, one.frame.meta["channel"], unwanted(round, one));
  }
  return { exercised: pairs.length + missing.length, violations };
}

function differing(predicted: Predicted, written: Publication): Violation | null {
  const { reading, causedBy } = predicted;
  const expected = publicationOf(predicted.frame, reading);
  const actual = publicationOf(written.frame, reading);
  const field = differingField(expected, actual);
  if (field === null) return null;
  const only = (form: NormalForm): NormalForm =>
    field in form ? { [field]: form[field] ?? null } : {};
  const clause = clauseOfPublication(field);
  return {
    clause,
    message: `${written.client} was sent a publication of ${nameOf(reading.request)} at ${written.at} ms with another ${field} than the model's:\n${diffOf(only(expected), only(actual))}`,
    expected: `What the model publishes after the same requests, one at a time (${clause}).`,
    shape: [
      ...kindOfAsked(reading.request, reading.options),
      "publication",
      ...kindOfDifference(field, expected[field], actual[field]),
    ],
    evidence: [...causedBy, written.writeIndex],
  };
}

function missed({ recording }: Round, { connection, frame, reading, causedBy }: Predicted) {
  const { channel } = frame.meta;
  const { client } = recording.connection(connection);
  const clause = reading.request.action === "on" ? "SUB-6" : "SUB-2";
  return {
    clause,
    message: `${client} was not sent ${nameOf(reading.request)} on ${JSON.stringify(channel)}`,
    expected: `One publication: by all requests before, ${client} is subscribed to ${JSON.stringify(channel)} (${clause}).`,
    shape: [
      ...kindOfAsked(reading.request, reading.options),
      "publication-missing",
      kindOfChannel(channel),
    ],
    evidence: causedBy,
  };
}

/** Whether a clause leaves it open who hears: of a remove of nothing, for one, anybody may (PUB-8). */
function isAllowed({ recording, profile }: Round, publication: Publication): boolean {
  const hearing = hearingOf(recording, profile);
  const source = hearing.source(publication);
  const { channel } = publication.frame.meta;
  if (!("write" in source) || typeof channel !== "string") return false;
  const subscription = hearing.subscription(publication.connection, channel);
  return subscription !== null && hearing.hears(source.write, subscription).value === "may";
}

function unwanted({ recording, written }: Round, surplus: Publication): Violation {
  const { channel, path, publicationId } = surplus.frame.meta;
  const isTwin = (other: Publication): boolean =>
    other !== surplus &&
    other.connection === surplus.connection &&
    other.frame.meta["publicationId"] === publicationId &&
    other.frame.meta["channel"] === channel;
  const isTwice = written.some(isTwin);
  const { client } = recording.connection(surplus.connection);
  const where = `${JSON.stringify(path ?? null)} on ${JSON.stringify(channel ?? null)}`;
  return {
    clause: isTwice ? "SUB-3" : "SUB-2",
    message: `${client} was sent a publication of ${where} at ${surplus.at} ms${isTwice ? " once more" : ""}`,
    expected: isTwice
      ? "One frame for each subscribed path and write (SUB-3)."
      : `No publication: by all requests before, ${client} is not subscribed to what takes it in (SUB-2).`,
    shape: [
      isTwice ? "publication-twice" : "publication-surplus",
      actionOf(surplus),
      kindOfChannel(channel),
    ],
    evidence: [surplus.writeIndex],
  };
}

/** `SET` or `REMOVE`, by what the frame says that it is of. */
function actionOf({ frame }: Publication): string {
  const { action } = frame.meta;
  return typeof action === "string" ? (parseChannel(action)?.action ?? "other") : "other";
}

function nameOf({ action, path }: Request): string {
  return `the ${action} of ${JSON.stringify(path ?? null)}`;
}

function kindOfChannel(text: Json | undefined): string {
  const channel = typeof text === "string" ? parseChannel(text) : null;
  return channel === null ? "no-channel" : `${channel.action} ${kindOfPath(channel.path)}`;
}
