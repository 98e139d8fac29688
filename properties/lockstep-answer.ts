/**
 * One answer, held against the one that the model gives.
 *
 * @packageDocumentation
 */
import type { ServerOutput } from "../models/index.js";
import type { Exchange, ResponseFrame } from "../src/history/index.js";
import {
  isJsonObject,
  isPattern,
  jsonEqual,
  parseServerFrame,
  type JsonObject,
} from "../src/protocol/index.js";
import {
  contentOf,
  differingField,
  echoOf,
  type NormalForm,
  type Reading,
} from "./lockstep-frame.js";
import { clauseOfAnswer, diffOf, kindOfAsked, kindOfDifference } from "./lockstep-words.js";
import type { Violation } from "./property.js";
import { documentTextOf } from "./store-operation.js";
import { oddKeysOf } from "./store-words.js";

export type AnswerDifference =
  | { readonly kind: "same" | "unanswerable" | "unsettled" | "unsettled-write" | "accepted" }
  /** A sibling, at the path that the server gave it. */
  | { readonly kind: "elsewhere"; readonly path: string }
  /** The server refused what the model does; a violation unless the clauses allow it. */
  | { readonly kind: "refused"; readonly violation: Violation | null }
  /** Not answered; `isTelling` where it isn't known whether it had its effect. */
  | { readonly kind: "lost"; readonly violation: Violation | null; readonly isTelling: boolean }
  /** `paths`: what the model and the server hold may differ there from now on. */
  | {
      readonly kind: "differs";
      readonly violation: Violation;
      readonly paths: readonly string[];
    };

export interface AnswerQuestion {
  readonly exchange: Exchange;
  readonly outputs: readonly ServerOutput[];
  readonly reading: Reading;
  /** Whether the clauses promise an answer (COR-1). */
  readonly isPromised: boolean;
}

export function answerDifference(question: AnswerQuestion): AnswerDifference {
  const { exchange, outputs, reading } = question;
  const predicted = responseIn(outputs, exchange.connection);
  const actual = exchange.answers[0]?.frame;
  if (predicted === null) return { kind: "unanswerable" };
  if (actual === undefined) return lost(question, predicted.frame);
  const [wanted, had] = [predicted.frame.meta["status"], actual.meta["status"]];
  if (wanted === "ok" && had === "error") return refused(question, predicted.frame, actual);
  if (wanted === "error" && had === "ok") return { kind: "accepted" };
  const echo = departure(question, echoOf(predicted.frame, reading), echoOf(actual, reading));
  if (echo !== null) return { kind: "differs", violation: echo, paths: [] };
  if (wanted !== "ok") return { kind: "same" };
  const { request, options } = reading;
  if (
    request.action === "set" &&
    options["set_type"] === "sibling" &&
    options["noStore"] !== true
  ) {
    const { path } = actual.meta;
    return typeof path === "string" ? { kind: "elsewhere", path } : { kind: "unsettled-write" };
  }
  if (predicted.isUnsettled) {
    return { kind: request.action === "remove" ? "unsettled-write" : "unsettled" };
  }
  const [expected, found] = [contentOf(predicted.frame, reading), contentOf(actual, reading)];
  const content = departure(question, expected, found);
  if (content === null) return { kind: "same" };
  return { kind: "differs", violation: content, paths: pathsOf(question, expected, found) };
}

interface PredictedResponse {
  readonly frame: ResponseFrame;
  readonly isUnsettled: boolean;
}

function responseIn(
  outputs: readonly ServerOutput[],
  connection: string,
): PredictedResponse | null {
  for (const output of outputs) {
    if (output.kind !== "frame" || output.connection !== connection) continue;
    const frame = parseServerFrame(JSON.stringify(output.frame));
    if (frame.kind === "response") return { frame, isUnsettled: output.unsettled === true };
  }
  return null;
}

function lost(question: AnswerQuestion, predicted: ResponseFrame): AnswerDifference {
  const { exchange, reading, isPromised } = question;
  const isTelling = predicted.meta["status"] === "ok" && !READS.includes(exchange.request.action);
  if (!isPromised) return { kind: "lost", violation: null, isTelling };
  const { request, client, arriveIndex, arriveAt } = exchange;
  const violation = {
    clause: "COR-1",
    message: `${client}'s ${request.action}${pathWords(question)}, at the server at ${arriveAt} ms, was never answered`,
    expected: `An answer with status ${JSON.stringify(predicted.meta["status"])} (COR-1).`,
    shape: [...kindOfAsked(request, reading.options), "not-answered"],
    evidence: arriveIndex === null ? [] : [arriveIndex],
  };
  return { kind: "lost", violation, isTelling };
}

const READS = ["get", "describe", "login", "configure-session", "disconnect", "ack"];

/** A refusal is a departure, but for what a server may refuse (STO-7, STO-12, STO-13, SES-8). */
function refused(
  question: AnswerQuestion,
  predicted: ResponseFrame,
  actual: ResponseFrame,
): AnswerDifference {
  const { action, path, data } = question.exchange.request;
  const isFree =
    action === "configure-session" ||
    (action === "set" && typeof path === "string" && isPattern(path)) ||
    (action === "set" && oddKeysOf(documentTextOf(data)).length > 0) ||
    (action === "get" && Object.keys(question.reading.options).length > 0);
  const violation = isFree
    ? null
    : departure(question, echoOf(predicted, question.reading), echoOf(actual, question.reading));
  return { kind: "refused", violation };
}

function departure(
  { exchange, reading }: AnswerQuestion,
  expected: NormalForm,
  actual: NormalForm,
): Violation | null {
  const field = differingField(expected, actual);
  if (field === null) return null;
  const { request, client, arriveIndex, answers } = exchange;
  const answer = answers[0];
  const only = (form: NormalForm): NormalForm =>
    field in form ? { [field]: form[field] ?? null } : {};
  const clause = clauseOfAnswer(request, reading.options, field);
  return {
    clause,
    message: `${client}'s ${request.action}${pathWords({ exchange })} was answered at ${answer?.at} ms with another ${field} than the model's:\n${diffOf(only(expected), only(actual))}`,
    expected: `What the model answers after the same requests, one at a time (${clause}).`,
    shape: [
      ...kindOfAsked(request, reading.options),
      ...kindOfDifference(field, expected[field], actual[field]),
    ],
    evidence: [arriveIndex, answer?.writeIndex].filter((index) => typeof index === "number"),
  };
}

/** Where the two forms show that model and server hold different things. */
function pathsOf(
  { exchange }: AnswerQuestion,
  expected: NormalForm,
  actual: NormalForm,
): readonly string[] {
  const { path } = exchange.request;
  const [wanted, had] = [expected["items"], actual["items"]].map((items) =>
    isJsonObject(items) ? items : {},
  ) as [JsonObject, JsonObject];
  const named = [...new Set([...Object.keys(wanted), ...Object.keys(had)])];
  const differing = named.filter((name) => !jsonEqual(wanted[name], had[name]));
  return typeof path === "string" ? [path, ...differing] : differing;
}

function pathWords({ exchange }: Pick<AnswerQuestion, "exchange">): string {
  const { path } = exchange.request;
  return path === undefined ? "" : ` of ${JSON.stringify(path)}`;
}
