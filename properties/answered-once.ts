/**
 * Every well-formed request is answered exactly once, and nothing else is.
 *
 * Judged when the history is quiet, on connections that are still open then. An answer under a
 * wrong eventId is judged by `answer-echoes-request`.
 *
 * @packageDocumentation
 */
import type { Exchange, Recording } from "../src/history/index.js";
import { spokenIn } from "./hearing/index.js";
import type { Property, Violation } from "./property.js";
import { isPromisedAnAnswer } from "./request-form.js";
import { unpairedOf, type Mismatch, type SurplusAnswer } from "./surplus-answer.js";
import { Violations } from "./violations.js";
import { kindOfAction, kindOfRequest, timeOf } from "./words.js";

export const answeredOnce: Property = {
  id: "answered-once",
  promise: "Every well-formed request is answered exactly once, on the connection that sent it.",
  clauses: ["COR-1"],
  severity: "must",
  check(recording, profile) {
    const { unanswered, surplus, mismatches } = unpairedOf(recording, profile);
    const violations = new Violations();
    const spoken = spokenIn(recording, profile);
    for (const { arriveIndex, answers, request, connection } of recording.exchanges) {
      if (arriveIndex === null || !isPromisedAnAnswer(request, spoken.of(connection))) continue;
      if (answers.length > 0) violations.exercised += 1;
    }
    violations.exercised += unanswered.length;
    for (const exchange of unanswered) violations.add(neverAnswered(recording, exchange));
    for (const answer of surplus) violations.add(oneTooMany(recording, answer));
    for (const mismatch of mismatches) {
      if (mismatch.wrong === "connection") violations.add(misdirected(recording, mismatch));
    }
    return violations.finding();
  },
};

function neverAnswered(recording: Recording, exchange: Exchange): Violation {
  const { client, request, arriveIndex } = exchange;
  const index = arriveIndex ?? exchange.sendIndex;
  const what = `"${request.action}" ${JSON.stringify(request.eventId)}`;
  const path = request.path === undefined ? "" : ` of ${JSON.stringify(request.path)}`;
  return {
    clause: "COR-1",
    message: `${client} was never answered its ${what}${path}, which arrived at ${timeOf(recording, index)}`,
    expected: `One answer while the connection lives, and it lived until all was quiet (COR-1).`,
    shape: ["unanswered", ...kindOfRequest(request)],
    evidence: [index],
  };
}

function oneTooMany(recording: Recording, answer: SurplusAnswer): Violation {
  const { client, writeIndex, frame, repeats } = answer;
  const { action, eventId } = frame.meta;
  const what = `"${typeof action === "string" ? action : "?"}" ${JSON.stringify(eventId ?? null)}`;
  if (repeats === null) {
    return {
      clause: "COR-1",
      message: `${client} was sent an answer to ${what} at ${timeOf(recording, writeIndex)}, which it did not ask`,
      expected: `Answers to requests of this connection only (COR-1).`,
      shape: ["stray", kindOfAction(action)],
      evidence: [writeIndex],
    };
  }
  const first = repeats.answers[0]?.writeIndex ?? writeIndex;
  return {
    clause: "COR-1",
    message: `${client} was answered ${what} again at ${timeOf(recording, writeIndex)}, after the answer at ${timeOf(recording, first)}`,
    expected: `Exactly one answer to a request (COR-1).`,
    shape: ["answered-again", repeats.request.action],
    evidence: [repeats.arriveIndex ?? repeats.sendIndex, first, writeIndex],
  };
}

function misdirected(recording: Recording, { answer, exchange }: Mismatch): Violation {
  const { request, client } = exchange;
  return {
    clause: "COR-1",
    message: `${answer.client} was sent the answer to "${request.action}" ${JSON.stringify(request.eventId)} of ${client} at ${timeOf(recording, answer.writeIndex)}`,
    expected: `An answer goes to the connection that sent the request, ${exchange.connection} (COR-1).`,
    shape: ["misdirected", request.action],
    evidence: [exchange.arriveIndex ?? exchange.sendIndex, answer.writeIndex],
  };
}
