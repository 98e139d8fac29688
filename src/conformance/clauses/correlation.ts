/**
 * Correlation (COR).
 *
 * @packageDocumentation
 */
import { ACTIONS } from "../../protocol/index.js";
import type { ClauseGround } from "../clause-ground.js";
import { countOf, type Questions } from "../questions.js";

const KNOWN: ReadonlySet<string> = new Set(ACTIONS);
const OF_STORE = ["set", "get", "remove"];

export const CORRELATION: readonly ClauseGround[] = [
  {
    id: "COR-1",
    title: "one answer to each request",
    judges: ["answered-once"],
    exercised: ({ asked }) => asked.length,
  },
  {
    id: "COR-2",
    title: "eventId and action are echoed",
    judges: ["answered-once", "answer-echoes-request"],
    exercised: (questions) => (isPipelined(questions) ? answered(questions) : 0),
  },
  {
    id: "COR-3",
    title: "sessionId is echoed",
    judges: ["answer-echoes-request"],
    exercised: (questions) =>
      Math.min(
        countOf(questions.asked, (each) => each.sessionId !== undefined && each.status !== null),
        countOf(questions.of("login", "describe"), ({ status }) => status !== null),
      ),
  },
  {
    id: "COR-4",
    title: "statuses are true",
    judges: [
      "answer-echoes-request",
      "refusal-leaves-no-trace",
      "store-linearizable",
      "no-missed-publication",
    ],
    exercised: ({ asked }) =>
      Math.min(
        countOf(asked, ({ status }) => status === "error"),
        countOf(asked, ({ action, status }) => OF_STORE.includes(action) && status === "ok"),
      ),
  },
  {
    id: "COR-5",
    title: "an unknown action",
    judges: ["unknown-action-refused"],
    exercised: (questions) => unknown(questions).length,
  },
  {
    id: "COR-6",
    title: "pipelined requests take effect in order",
    judges: ["effects-in-order", "store-linearizable", "pipelined-order"],
    exercised: (questions) => pipelinedPairs(questions),
  },
];

function answered({ asked }: Questions): number {
  return countOf(asked, ({ status }) => status !== null);
}

function unknown({ asked }: Questions) {
  return asked.filter(({ action }) => !KNOWN.has(action));
}

/** Whether a request reached the server while another of its connection was unanswered. */
function isPipelined({ asked }: Questions): boolean {
  return asked.some((later, place) => {
    const before = asked.slice(0, place).findLast((each) => each.connection === later.connection);
    return before !== undefined && before.arriveIndex < later.arriveIndex && wasBusy(before, later);
  });
}

/** A write, and what its connection sent on the same path without awaiting the answer. */
function pipelinedPairs({ asked }: Questions): number {
  return countOf(asked, (later) => {
    if (!OF_STORE.includes(later.action)) return false;
    return asked.some(
      (each) =>
        each !== later &&
        each.connection === later.connection &&
        each.path === later.path &&
        ["set", "remove"].includes(each.action) &&
        wasBusy(each, later),
    );
  });
}

/** Servers of one thread answer at once: then it is the client that did not wait. */
const AT_ONCE_EVENTS = 12;

function wasBusy(
  before: { readonly arriveIndex: number; readonly answerIndex: number },
  later: { readonly arriveIndex: number },
): boolean {
  if (before.arriveIndex >= later.arriveIndex) return false;
  return (
    before.answerIndex > later.arriveIndex ||
    later.arriveIndex - before.arriveIndex < AT_ONCE_EVENTS
  );
}
