/**
 * No frame of any client stops the server.
 *
 * @packageDocumentation
 */
import type { HistoryEvent, Recording } from "../src/history/index.js";
import { isExcusedCrash } from "./circumstances/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { kindOfRequest, timeOf } from "./words.js";

/** So many frames of the stack tell one crash from another; more would tell callers apart. */
const SHAPE_FRAMES = 2;

export const serverSurvives: Property = {
  id: "server-survives",
  promise: "No input stops the server.",
  clauses: ["FRM-5"],
  severity: "must",
  check(recording) {
    const violations = new Violations();
    let arrivedIndex: number | null = null;
    recording.events.forEach((event, index) => {
      if (event.kind === "arrive") {
        violations.exercised += 1;
        arrivedIndex = index;
      }
      if (event.kind !== "crash") return;
      if (isExcusedCrash(recording, index)) return;
      const cause = causeOf(recording, index, arrivedIndex);
      violations.add({
        clause: "FRM-5",
        message: `the server ended by itself at ${timeOf(recording, index)}${cause.words}: ${event.message}${siteOf(event)}`,
        expected:
          "The server lives on: no input frame on a connection, however malformed, stops it (FRM-5).",
        shape: [event.cause, errorNameOf(event.message), ...topFrames(event)],
        evidence: [...cause.evidence, index],
      });
    });
    return violations.finding();
  },
};

/** What was going on: a stop, the end of a connection at that very moment, or else the last input. */
function causeOf(recording: Recording, crashIndex: number, arrivedIndex: number | null) {
  const before = recording.events.slice(0, crashIndex);
  const stoppingIndex = before.findLastIndex(({ kind }) => kind === "stopping");
  if (stoppingIndex >= 0) {
    const words = `, while it was stopping since ${timeOf(recording, stoppingIndex)}`;
    return { words, evidence: [stoppingIndex] };
  }
  const endedIndex = before.findLastIndex(({ kind }) => kind === "end");
  const ended = endedIndex < 0 ? undefined : recording.event(endedIndex);
  const crashAt = recording.event(crashIndex).at;
  if (ended?.kind === "end" && endedIndex > (arrivedIndex ?? -1) && ended.at === crashAt) {
    const { client } = recording.connection(ended.connection);
    const words = `, at the end of ${client}'s connection ${ended.connection} (${ended.how})`;
    return { words, evidence: [endedIndex] };
  }
  if (arrivedIndex === null) return { words: "", evidence: [] };
  return { words: `, after ${inputAt(recording, arrivedIndex)}`, evidence: [arrivedIndex] };
}

function inputAt(recording: Recording, index: number): string {
  const event = recording.event(index);
  const frame = recording.clientFrame(index);
  const client = "connection" in event ? recording.connection(event.connection).client : "";
  const at = timeOf(recording, index);
  if (frame.kind === "request") {
    return `${client}'s "${kindOfRequest(frame.request)[0]}" had arrived at ${at}`;
  }
  const what = frame.kind === "malformed" ? `malformed frame (${frame.reason})` : frame.kind;
  return `${client}'s ${what} had arrived at ${at}`;
}

type Crash = Extract<HistoryEvent, { kind: "crash" }>;

function siteOf({ frames }: Crash): string {
  return frames[0] === undefined ? "" : ` (${frames[0]})`;
}

/** `TypeError` of `TypeError: x is not a function`; a text without a name as it is, digits aside. */
function errorNameOf(message: string): string {
  return /^([A-Za-z]*Error)\b/.exec(message)?.[1] ?? message.replaceAll(/[0-9]+/g, "n");
}

/** Without lines: they move when a file is edited, the function stays. */
function topFrames({ frames }: Crash): readonly string[] {
  return frames.slice(0, SHAPE_FRAMES).map((frame) => frame.replace(/:\d+(?::\d+)?/, ""));
}
