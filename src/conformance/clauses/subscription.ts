/**
 * Subscriptions (SUB).
 *
 * @packageDocumentation
 */
import type { ClauseGround } from "../clause-ground.js";
import { countOf, isPatternChannel, type Asked, type Questions } from "../questions.js";

const HEARD = ["no-missed-publication", "no-unwanted-publication"] as const;

export const SUBSCRIPTION: readonly ClauseGround[] = [
  {
    id: "SUB-1",
    title: "on, off and their channels",
    judges: [...HEARD, "bad-channel-refused"],
    needs: ["on"],
    exercised: (questions) => Math.min(questions.ok("on").length, questions.writesHeard.length),
  },
  {
    id: "SUB-2",
    title: "who must, may and must not hear",
    judges: HEARD,
    needs: ["on", "off"],
    exercised: (questions) =>
      Math.min(
        countOf(questions.ok("off"), ({ answerIndex }) => questions.isWrittenAfter(answerIndex)),
        questions.writesHeard.length,
      ),
  },
  {
    id: "SUB-3",
    title: "one frame a session and channel",
    judges: ["no-missed-publication", "no-duplicate-publication"],
    needs: ["on"],
    exercised: (questions) => {
      const repeated = countOf(questions.ok("on"), ({ path, connection, arriveIndex }) =>
        questions
          .ok("on")
          .some(
            (each) =>
              each.path === path &&
              each.connection === connection &&
              each.arriveIndex < arriveIndex,
          ),
      );
      return Math.min(repeated, questions.writesHeard.length);
    },
  },
  {
    id: "SUB-4",
    title: "reference counts",
    judges: HEARD,
    needs: ["on", "off"],
    exercised: (questions) =>
      Math.min(countOf(questions.ok("off"), isCountedIn(questions)), questions.writesHeard.length),
  },
  {
    id: "SUB-5",
    title: "patterns",
    judges: HEARD,
    needs: ["on"],
    exercised: (questions) =>
      countOf(questions.writesHeard, ({ frame }) => isPatternChannel(frame.meta["channel"])),
  },
  {
    id: "SUB-6",
    title: "initial values",
    judges: ["initial-values", "no-missed-publication"],
    needs: ["on"],
    exercised: (questions) =>
      // What comes after initial values belongs to the promise.
      countOf(
        questions.ok("on"),
        ({ options, arriveIndex, connection }) =>
          (options["initialCallback"] === true || options["initialEmit"] === true) &&
          questions.heardAfter(arriveIndex, connection) > 0,
      ),
  },
  {
    id: "SUB-7",
    title: "off of everything",
    judges: HEARD,
    needs: ["on", "off"],
    exercised: (questions) => Math.min(offsOfEverything(questions), questions.writesHeard.length),
  },
];

/** An off whose count matters, with a write after it. */
function isCountedIn(questions: Questions): (off: Asked) => boolean {
  return ({ path, connection, arriveIndex, options }) => {
    const ons = questions
      .ok("on")
      .filter(
        (on) => on.path === path && on.connection === connection && on.answerIndex < arriveIndex,
      );
    const isCounted =
      ons.length !== 1 ||
      [options, ...ons.map((on) => on.options)].some(
        ({ refCount }) => typeof refCount === "number" && refCount !== 1,
      );
    return isCounted && questions.isWrittenAfter(arriveIndex);
  };
}

function offsOfEverything(questions: Questions): number {
  return countOf(
    questions.ok("off"),
    ({ path, answerIndex }) => path === "*" && questions.isWrittenAfter(answerIndex),
  );
}
