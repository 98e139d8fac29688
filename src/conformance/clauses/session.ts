/**
 * Sessions (SES).
 *
 * @packageDocumentation
 */
import type { ClauseGround } from "../clause-ground.js";
import { countOf, type Questions } from "../questions.js";

/** Names of protocols begin so; what else is asked for is none. */
const PROTOCOL_NAME = /^(happn|happn_[1-4](\.\d+\.\d+)?|1\.[0-3]\.0)$/;

export const SESSION: readonly ClauseGround[] = [
  {
    id: "SES-1",
    title: "one session id a connection",
    judges: ["session-identity"],
    needs: ["login"],
    exercised(questions) {
      const connections = new Set(questions.ok("login").map(({ connection }) => connection));
      return connections.size > 1 ? connections.size : 0;
    },
  },
  {
    id: "SES-2",
    title: "the handshake",
    judges: ["answer-data", "lockstep-prediction"],
    needs: ["login", "describe"],
    exercised: (questions) =>
      Math.min(questions.ok("login").length, questions.ok("describe").length),
  },
  {
    id: "SES-3",
    title: "requests before login",
    judges: [],
    exercised: (questions) => beforeLogin(questions).length,
    observe: (questions) =>
      beforeLogin(questions).map(({ status, arriveIndex, answerIndex }) => ({
        grade: "may",
        words: `a request before login is ${status === "ok" ? "served" : status === "error" ? "refused" : "not answered"}`,
        evidence: answerIndex === Infinity ? [arriveIndex] : [arriveIndex, answerIndex],
      })),
  },
  {
    id: "SES-4",
    title: "login and configure-session again",
    judges: ["no-missed-publication", "session-identity"],
    needs: ["login"],
    exercised: (questions) =>
      countOf(questions.of("login", "configure-session"), ({ connection, arriveIndex }) => {
        const isSubscribed = questions
          .ok("on")
          .some((on) => on.connection === connection && on.answerIndex < arriveIndex);
        return isSubscribed && questions.heardAfter(arriveIndex, connection) > 0;
      }),
  },
  {
    id: "SES-5",
    title: "the end of a connection",
    judges: [
      "silence-after-end",
      "nothing-left-behind",
      "server-survives",
      "no-missed-publication",
    ],
    exercised: (questions) =>
      countOf([...questions.recording.connections.values()], ({ connection, endIndex }) => {
        if (endIndex === null) return false;
        const held = questions.ok("on").some((on) => on.connection === connection);
        // That others don't notice is seen where one of them still hears.
        return held && questions.heardAfter(endIndex) > 0;
      }),
  },
  {
    id: "SES-6",
    title: "disconnect",
    judges: ["answered-once", "lockstep-prediction"],
    exercised: (questions) => questions.of("disconnect").length,
    observe: (questions) =>
      questions.profile.dialects[0].answersDisconnect
        ? []
        : questions
            .of("disconnect")
            .filter(({ status }) => status === null)
            .map(({ arriveIndex }) => ({
              grade: "may",
              words: "disconnect is not answered, as in all of its generation",
              evidence: [arriveIndex],
            })),
  },
  {
    id: "SES-7",
    title: "an orderly stop",
    judges: ["orderly-stop"],
    exercised: ({ recording }) => stopIndices(recording).length,
    observe: ({ recording, profile }) =>
      profile.sendsStopFrame
        ? []
        : stopIndices(recording).map((index) => ({
            grade: "may",
            words: "connections are closed without a word, as in all of its generation",
            evidence: [index],
          })),
  },
  {
    id: "SES-8",
    title: "an unknown protocol",
    judges: ["usable-after-unknown-protocol"],
    exercised: (questions) =>
      countOf(questions.of("configure-session"), ({ data }) => {
        const protocol = (data as { protocol?: unknown } | null | undefined)?.protocol;
        return typeof protocol === "string" && !PROTOCOL_NAME.test(protocol);
      }),
  },
];

function beforeLogin({ asked }: Questions) {
  const handshake = ["login", "describe", "configure-session", "disconnect"];
  return asked.filter(({ action, connection, arriveIndex }) => {
    if (handshake.includes(action)) return false;
    return !asked.some(
      (other) =>
        other.action === "login" &&
        other.connection === connection &&
        other.arriveIndex < arriveIndex,
    );
  });
}

/** Where the server was told to stop with somebody connected. */
function stopIndices({ events, connections }: Questions["recording"]): readonly number[] {
  return events.flatMap(({ kind }, index) => {
    if (kind !== "stopping") return [];
    const isOpen = [...connections.values()].some(
      ({ openIndex, endIndex, leaveIndex }) =>
        openIndex !== null && leaveIndex === null && (endIndex ?? Infinity) > index,
    );
    return isOpen ? [index] : [];
  });
}
