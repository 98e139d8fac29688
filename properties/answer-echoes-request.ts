/**
 * An answer carries the eventId, action and sessionId of its request, and says how it went.
 *
 * @packageDocumentation
 */
import type { Dialect } from "../models/index.js";
import type { Exchange, Recording, ResponseFrame } from "../src/history/index.js";
import { ACTIONS, isJsonObject, type Json } from "../src/protocol/index.js";
import { spokenIn } from "./hearing/index.js";
import type { Property, Violation } from "./property.js";
import { mayBeBare } from "./request-form.js";
import { unpairedOf } from "./surplus-answer.js";
import { Violations } from "./violations.js";
import { timeOf, typeName } from "./words.js";

const KNOWN: ReadonlySet<string> = new Set(ACTIONS);

export const answerEchoesRequest: Property = {
  id: "answer-echoes-request",
  promise: "An answer names its request's eventId, action and sessionId, and its status.",
  clauses: ["COR-2", "COR-3", "COR-4"],
  severity: "must",
  check(recording, profile) {
    const violations = new Violations();
    const spoken = spokenIn(recording, profile);
    for (const exchange of recording.exchanges) {
      const possible = spoken.possible(exchange.connection);
      for (const { writeIndex, frame } of exchange.answers) {
        violations.exercised += 1;
        for (const difference of differences(exchange, frame, possible)) {
          violations.add(violationOf(recording, { exchange, writeIndex, difference }));
        }
      }
    }
    for (const { answer, exchange, wrong } of unpairedOf(recording, profile).mismatches) {
      if (wrong !== "eventId") continue;
      violations.exercised += 1;
      const found = answer.frame.meta["eventId"];
      const difference: Difference = {
        clause: "COR-2",
        field: "eventId",
        kind: answer.repeats === null ? `of-no-request, ${typeName(found)}` : "of-another-request",
        found,
        wanted: JSON.stringify(exchange.request.eventId),
        because: "an answer echoes its request's eventId as it is",
      };
      const { writeIndex } = answer;
      violations.add(violationOf(recording, { exchange, writeIndex, difference }));
    }
    return violations.finding();
  },
};

interface Difference {
  readonly clause: string;
  readonly field: string;
  readonly kind: string;
  readonly found: Json | undefined;
  /** What it should be, in words. */
  readonly wanted: string;
  readonly because: string;
}

function* differences(
  { request, connection }: Exchange,
  frame: ResponseFrame,
  possible: readonly Dialect[],
): Generator<Difference> {
  const { action, sessionId, status, error } = frame.meta;
  // Who wants no data may be spared these as well (DIA-5), but not be told others.
  const isBare = mayBeBare(request, possible);
  const isSpared = (field: Json | undefined) => isBare && field === undefined;
  if (KNOWN.has(request.action) && action !== request.action && !isSpared(action)) {
    yield {
      clause: "COR-2",
      field: "action",
      kind: typeof action === "string" && KNOWN.has(action) ? "another" : typeName(action),
      found: action,
      wanted: JSON.stringify(request.action),
      because: "an answer names its request's action",
    };
  }
  const isNameless = request.action === "login" || request.action === "describe";
  const mayName =
    isNameless &&
    possible.some(({ mayNameSession }) => mayNameSession) &&
    sessionId === request.sessionId;
  const wanted = isNameless && !mayName ? undefined : request.sessionId;
  const isEchoable = wanted === undefined || typeof wanted === "string";
  if (isEchoable && sessionId !== wanted && !isSpared(sessionId)) {
    yield {
      clause: "COR-3",
      field: "sessionId",
      kind: wanted === undefined ? "present" : sessionId === undefined ? "absent" : "another",
      found: sessionId,
      wanted: wanted === undefined ? "none" : JSON.stringify(wanted),
      because: isNameless
        ? `an answer to "${request.action}" never has one`
        : `an answer echoes the sessionId of its request, here of ${connection}, or has none where that has none`,
    };
  }
  if (status !== "ok" && status !== "error") {
    yield {
      clause: "COR-4",
      field: "status",
      kind: typeName(status),
      found: status,
      wanted: `"ok" or "error"`,
      because: "an answer says how it went",
    };
  }
  const name = isJsonObject(error) ? error["name"] : undefined;
  if (status === "error" && (typeof name !== "string" || name === "")) {
    yield {
      clause: "COR-4",
      field: "error",
      kind: isJsonObject(error) ? "nameless" : typeName(error),
      found: error,
      wanted: "an object with a name",
      because: "an error has a name",
    };
  }
}

interface Found {
  readonly exchange: Exchange;
  readonly writeIndex: number;
  readonly difference: Difference;
}

function violationOf(recording: Recording, { exchange, writeIndex, difference }: Found): Violation {
  const { request, client, arriveIndex, sendIndex } = exchange;
  const { clause, field, kind, found, wanted, because } = difference;
  const was = found === undefined ? `no "${field}"` : `"${field}" ${JSON.stringify(found)}`;
  const action = KNOWN.has(request.action) ? request.action : "unknown-action";
  return {
    clause,
    message: `${client} was answered its "${request.action}" ${JSON.stringify(request.eventId)} at ${timeOf(recording, writeIndex)} with ${was}`,
    expected: `"${field}": ${wanted}, because ${because} (${clause}).`,
    shape: [action, field, kind],
    evidence: [arriveIndex ?? sendIndex, writeIndex],
  };
}
