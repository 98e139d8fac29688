/**
 * A heartbeat is answered by its echo, and who sends frames is not closed as idle.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { spokenIn, type Spoken } from "./hearing/index.js";
import type { Property } from "./property.js";
import { isWellFormed } from "./request-form.js";
import { authorityOf } from "./security/index.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

/** How often real clients ping, in virtual milliseconds: silence beyond that is the server's to judge. */
const HEARTBEAT_MS = 25_000;

/**
 * What a server has at least to answer a ping, in virtual milliseconds: a heartbeat doesn't keep the
 * world from being quiet, so that the last one may be under way when it is.
 */
const BEAT_MS = 1_000;

export const heartbeatAnswered: Property = {
  id: "heartbeat-answered",
  promise: "A ping is answered by one pong of its stamp, and keeps the connection open.",
  clauses: ["FRM-2", "DIA-6"],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    judgeEchoes(recording, violations);
    judgeClosings(recording, profile, violations);
    return violations.finding();
  },
};

interface Beats {
  readonly connection: string;
  readonly stamp: string;
  readonly pings: number[];
  readonly pongs: number[];
}

function judgeEchoes(recording: Recording, violations: Violations): void {
  const quietIndex = recording.events.findLastIndex(({ kind }) => kind === "quiet");
  const dueAt = quietIndex < 0 ? -1 : recording.event(quietIndex).at - BEAT_MS;
  const odd = oddPings(recording);
  for (const { connection, stamp, pings, pongs } of beatsOf(recording).values()) {
    const { client, endIndex, isPartial } = recording.connection(connection);
    const surplus = pongs.find((pong, at) => pings.filter((ping) => ping < pong).length < at + 1);
    violations.exercised += pings.length;
    const isExcused = pings.length === 0 && isAnswerToOdd(odd.get(connection), surplus);
    if (surplus !== undefined && !isPartial && !isExcused) {
      violations.add({
        clause: "FRM-2",
        message: `${client} was sent a pong ${JSON.stringify(stamp)} at ${timeOf(recording, surplus)} ${pings.length === 0 ? "for no ping of that stamp" : "once more"}`,
        expected: "One pong to each ping, with its stamp (FRM-2).",
        shape: [pings.length === 0 ? "pong-of-no-ping" : "pong-again"],
        evidence: [...pings, surplus],
      });
    }
    const isOpen = endIndex === null || endIndex > quietIndex;
    const due = pings.filter((ping) => ping < quietIndex && recording.event(ping).at <= dueAt);
    const unanswered = due[pongs.length];
    if (!isOpen || unanswered === undefined) continue;
    violations.add({
      clause: "FRM-2",
      message: `${client}'s ping ${JSON.stringify(stamp)}, which arrived at ${timeOf(recording, unanswered)}, was never answered`,
      expected: "A pong with the same stamp (FRM-2).",
      shape: ["ping-unanswered"],
      evidence: [unanswered],
    });
  }
}

/** Stamps of digits, as real clients send them: of others nothing is promised. */
function beatsOf(recording: Recording): ReadonlyMap<string, Beats> {
  const beats = new Map<string, Beats>();
  const of = (connection: string, stamp: string): Beats => {
    const key = `${connection} ${stamp}`;
    const known = beats.get(key) ?? { connection, stamp, pings: [], pongs: [] };
    beats.set(key, known);
    return known;
  };
  recording.events.forEach((event, index) => {
    if (event.kind === "arrive") {
      const frame = recording.clientFrame(index);
      if (frame.kind === "ping" && isStamp(frame.stamp)) {
        of(event.connection, frame.stamp).pings.push(index);
      }
    } else if (event.kind === "write") {
      const frame = recording.serverFrame(index);
      if (frame.kind === "pong" && isStamp(frame.stamp)) {
        of(event.connection, frame.stamp).pongs.push(index);
      }
    }
  });
  return beats;
}

/** Pings without a stamp of digits, by connection: a server may make a number of what is none. */
function oddPings(recording: Recording): ReadonlyMap<string, readonly number[]> {
  const odd = new Map<string, number[]>();
  recording.events.forEach((event, index) => {
    if (event.kind !== "arrive") return;
    const frame = recording.clientFrame(index);
    if (frame.kind !== "ping" || isStamp(frame.stamp)) return;
    odd.set(event.connection, [...(odd.get(event.connection) ?? []), index]);
  });
  return odd;
}

function isAnswerToOdd(odd: readonly number[] = [], pong: number | undefined): boolean {
  return pong !== undefined && odd.some((ping) => ping < pong);
}

function isStamp(stamp: string): boolean {
  return /^[0-9]{1,16}$/.test(stamp);
}

/**
 * A server closes who is silent for too long, stops, or is sent what is no request; in secure mode,
 * who has not logged in, whose session is revoked or whose user is gone; else nobody.
 */
function judgeClosings(recording: Recording, profile: Profile, violations: Violations): void {
  const authority = authorityOf(recording, profile);
  const spoken = spokenIn(recording, profile);
  const beats = answeredBeats(recording, spoken);
  const excused = excusedConnections(recording, spoken, beats);
  violations.exercised += beats.size;
  const lastHeard = new Map<string, number>();
  for (const [index, event] of recording.events.entries()) {
    if (event.kind === "stopping" || event.kind === "crash") return;
    if (event.kind === "arrive" || event.kind === "open") lastHeard.set(event.connection, index);
    if (event.kind !== "end" || event.by !== "server" || excused.has(event.connection)) continue;
    const last = lastHeard.get(event.connection);
    if (last === undefined || authority?.mayEnd(event.connection, index) === true) continue;
    violations.exercised += 1;
    const silentMs = event.at - recording.event(last).at;
    if (silentMs >= HEARTBEAT_MS) continue;
    violations.add({
      clause: "FRM-2",
      message: `${recording.connection(event.connection).client} was closed by the server at ${event.at} ms (${event.how}), ${silentMs} ms after its last frame had arrived`,
      expected: `The connection stays open: clients keep it alive with a frame every ${HEARTBEAT_MS} ms (FRM-2).`,
      shape: ["closed-though-not-idle", event.how.replaceAll(/[^a-z0-9 ]/gi, "")],
      evidence: [last, index],
    });
  }
}

/** Where clients answered a heartbeat of the server's, where it is the server who sends them (DIA-6). */
function answeredBeats(recording: Recording, spoken: Spoken): ReadonlySet<number> {
  const indices = recording.events.flatMap((event, index) => {
    if (event.kind !== "arrive" || recording.clientFrame(index).kind !== "pong") return [];
    return spoken.of(event.connection).heartbeats === "from-server" ? [index] : [];
  });
  return new Set(indices);
}

/** Those that sent what is no well-formed request, spoke another protocol, or said goodbye. */
function excusedConnections(
  recording: Recording,
  { foreignSince }: Spoken,
  beats: ReadonlySet<number>,
): ReadonlySet<string> {
  const excused = new Set<string>(foreignSince.keys());
  recording.events.forEach((event, index) => {
    if (event.kind !== "arrive") return;
    const frame = recording.clientFrame(index);
    const isPlain =
      beats.has(index) ||
      frame.kind === "ping" ||
      frame.kind === "ack" ||
      (frame.kind === "request" &&
        (frame.request.action === "ack" || isWellFormed(frame.request)) &&
        frame.request.action !== "disconnect");
    if (!isPlain) excused.add(event.connection);
  });
  return excused;
}
