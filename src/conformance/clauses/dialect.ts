/**
 * Dialects (DIA): what clients of later generations ask for.
 *
 * @packageDocumentation
 */
import { isJsonObject, LATER_DIALECTS, type LaterDialect } from "../../protocol/index.js";
import type { ClauseGround } from "../clause-ground.js";
import { countOf, type Asked, type Questions } from "../questions.js";

const HEARD = ["no-missed-publication", "no-unwanted-publication"];

export const DIALECT: readonly ClauseGround[] = [
  {
    id: "DIA-1",
    title: "asking for a dialect",
    judges: ["listener-named", "no-missed-publication"],
    needs: ["configure-session"],
    exercised: (questions) => speakers(questions).size,
  },
  {
    id: "DIA-2",
    title: "listeners by name",
    judges: ["listener-named"],
    needs: ["on"],
    exercised: (questions) => spoken(questions, questions.ok("on")).length,
  },
  {
    id: "DIA-3",
    title: "off by name",
    judges: HEARD,
    needs: ["on", "off"],
    exercised: (questions) =>
      countOf(spoken(questions, questions.ok("off")), ({ answerIndex }) =>
        questions.isWrittenAfter(answerIndex),
      ),
  },
  {
    id: "DIA-4",
    title: "initial values in the answer",
    judges: ["initial-values", "no-unwanted-publication"],
    needs: ["on"],
    exercised: (questions) =>
      countOf(
        spoken(questions, questions.ok("on")),
        ({ options }) => options["initialEmit"] === true,
      ),
  },
  {
    id: "DIA-5",
    title: "answers without data",
    judges: ["answer-data", "store-linearizable"],
    needs: ["set"],
    exercised: (questions) => bareSets(questions).length,
    observe: (questions) =>
      bareSets(questions)
        .filter(({ answerData }) => answerData !== undefined)
        .map(({ arriveIndex, answerIndex }) => ({
          grade: "may",
          words: "noDataResponse is answered with data",
          evidence: [arriveIndex, answerIndex],
        })),
  },
  {
    id: "DIA-6",
    title: "heartbeats of the server",
    judges: ["heartbeat-answered"],
    exercised: (questions) => {
      const { recording } = questions;
      const speaking = speakers(questions, ["happn_4"]);
      return recording.events.filter(
        (event, index) =>
          event.kind === "arrive" &&
          speaking.has(event.connection) &&
          recording.clientFrame(index).kind === "pong",
      ).length;
    },
  },
  {
    id: "DIA-7",
    title: "gauges",
    judges: ["answer-data", "store-linearizable"],
    needs: ["set"],
    exercised: (questions) => gauges(questions).length,
  },
  {
    id: "DIA-8",
    title: "counting items",
    judges: ["store-linearizable"],
    exercised: (questions) => spoken(questions, questions.ok("count")).length,
  },
];

/** Sets of a dialect that count a gauge. */
function gauges(questions: Questions): readonly Asked[] {
  return spoken(questions, questions.ok("set")).filter(
    ({ options }) => typeof options["increment"] === "number",
  );
}

/** Connections that asked for one of these dialects, and were not refused. */
function speakers(
  questions: Questions,
  dialects: readonly LaterDialect[] = LATER_DIALECTS,
): ReadonlySet<string> {
  const asked = questions
    .ok("configure-session")
    .filter(({ data }) => isJsonObject(data) && dialects.some((name) => data["protocol"] === name));
  return new Set(asked.map(({ connection }) => connection));
}

function spoken(questions: Questions, asked: readonly Asked[]): readonly Asked[] {
  const connections = speakers(questions);
  return asked.filter(({ connection }) => connections.has(connection));
}

function bareSets(questions: Questions): readonly Asked[] {
  const connections = speakers(questions, ["happn_4"]);
  return questions
    .ok("set")
    .filter(
      ({ connection, options }) =>
        connections.has(connection) && options["noDataResponse"] === true,
    );
}
