/**
 * The store (STO).
 *
 * @packageDocumentation
 */
import { isJsonObject, isPattern, type Json } from "../../protocol/index.js";
import type { ClauseGround } from "../clause-ground.js";
import { countOf, type Asked, type Questions } from "../questions.js";

const QUERY_OPTIONS = ["criteria", "fields", "sort", "limit", "skip", "path_only", "options"];

export const STORE: readonly ClauseGround[] = [
  {
    id: "STO-1",
    title: "set stores data whole",
    judges: ["answer-data", "store-linearizable"],
    needs: ["set"],
    exercised: (questions) => countOf(questions.ok("set"), isPlain),
  },
  {
    id: "STO-2",
    title: "created and modified",
    judges: ["write-times"],
    needs: ["set"],
    exercised: (questions) =>
      countOf(questions.ok("set"), (each) => isPlain(each) && isWrittenBefore(questions, each)),
  },
  {
    id: "STO-3",
    title: "noStore",
    judges: ["answer-data", "store-linearizable", "publication-content"],
    needs: ["set"],
    // Of the publication as well as of the answer.
    exercised: (questions) =>
      countOf(
        questions.ok("set"),
        (each) => each.options["noStore"] === true && isHeard(questions, each),
      ),
  },
  {
    id: "STO-4",
    title: "merge",
    judges: ["answer-data", "store-linearizable"],
    needs: ["set"],
    exercised: (questions) =>
      countOf(
        questions.ok("set"),
        (each) => each.options["merge"] === true && isWrittenBefore(questions, each),
      ),
  },
  {
    id: "STO-5",
    title: "get of a path",
    judges: ["answer-data", "store-linearizable"],
    needs: ["get"],
    exercised: (questions) =>
      countOf(questions.of("get"), ({ path }) => path !== null && !isPattern(path)),
  },
  {
    id: "STO-6",
    title: "get of a pattern",
    judges: ["answer-data", "store-linearizable"],
    needs: ["get"],
    exercised: (questions) =>
      countOf(questions.of("get"), ({ path }) => path !== null && isPattern(path)),
  },
  {
    id: "STO-7",
    title: "criteria, fields, sort, limit",
    judges: ["answer-data", "lockstep-prediction"],
    needs: ["get"],
    exercised: (questions) =>
      countOf(questions.of("get"), ({ options }) =>
        QUERY_OPTIONS.some((name) => Object.hasOwn(options, name)),
      ),
  },
  {
    id: "STO-8",
    title: "remove",
    judges: ["answer-data", "store-linearizable"],
    needs: ["remove"],
    exercised: (questions) => questions.of("remove").length,
  },
  {
    id: "STO-9",
    title: "siblings",
    judges: ["answer-data", "no-missed-publication", "lockstep-prediction"],
    needs: ["set"],
    exercised: (questions) =>
      Math.min(
        countOf(questions.of("set"), ({ options }) => options["set_type"] === "sibling"),
        questions.writesHeard.length,
      ),
  },
  {
    id: "STO-10",
    title: "linearizable",
    judges: ["store-linearizable"],
    needs: ["set", "get"],
    exercised: (questions) => sharedPaths(questions),
  },
  {
    id: "STO-11",
    title: "a file outlives the process",
    judges: ["stop-keeps-store", "kill-keeps-store"],
    needs: ["set", "get"],
    exercised: (questions) => readsAfterRestart(questions),
  },
  {
    id: "STO-12",
    title: "keys with a dot or a dollar sign",
    judges: ["answer-data", "store-linearizable"],
    needs: ["set"],
    exercised: (questions) => countOf(questions.of("set"), ({ data }) => hasOddKey(data)),
  },
  {
    id: "STO-13",
    title: "set of a path with *",
    judges: ["pattern-set-refused"],
    needs: ["set"],
    exercised: (questions) => setsOfPatterns(questions).length,
    observe: (questions) =>
      questions.profile.refusesSetOnPattern
        ? []
        : setsOfPatterns(questions).map(({ status, arriveIndex, answerIndex }) => ({
            grade: status === "error" ? "met" : "may",
            words:
              status === "error"
                ? "a set of a path with * is refused with an error"
                : "a set of a path with * is taken, under that very name",
            evidence: answerIndex === Infinity ? [arriveIndex] : [arriveIndex, answerIndex],
          })),
  },
  {
    id: "STO-14",
    title: "paths differ by any character",
    judges: ["store-linearizable", "no-unwanted-publication"],
    needs: ["set"],
    // Store and subscriptions have to agree.
    exercised: (questions) => Math.min(lookAlikes(questions), questions.writesHeard.length),
  },
];

function isPlain({ path, options }: Asked): boolean {
  const isSpecial = ["noStore", "merge", "tag", "set_type"].some((name) => name in options);
  return path !== null && !isPattern(path) && !isSpecial;
}

function isWrittenBefore(questions: Questions, { path, arriveIndex }: Asked): boolean {
  return questions
    .ok("set")
    .some(
      (each) =>
        each.path === path && each.answerIndex < arriveIndex && each.options["noStore"] !== true,
    );
}

/** Whether somebody heard of a write. */
function isHeard({ writesHeard }: Questions, { path, arriveIndex }: Asked): boolean {
  return writesHeard.some(
    ({ frame, writeIndex }) => writeIndex > arriveIndex && frame.meta["path"] === path,
  );
}

/** Requests on paths that several connections work at, one of them writing. */
function sharedPaths(questions: Questions): number {
  const byPath = new Map<string, Asked[]>();
  for (const each of questions.ok("set", "get", "remove")) {
    if (each.path === null || isPattern(each.path)) continue;
    byPath.set(each.path, [...(byPath.get(each.path) ?? []), each]);
  }
  return [...byPath.values()].reduce((sum, asked) => {
    const connections = new Set(asked.map(({ connection }) => connection));
    const isWritten = asked.some(({ action }) => action !== "get");
    return sum + (connections.size > 1 && isWritten ? asked.length : 0);
  }, 0);
}

/** Reads, once the server has been started again, of what was written before. */
function readsAfterRestart(questions: Questions): number {
  const starts = questions.recording.events.flatMap(({ kind }, index) =>
    kind === "started" ? [index] : [],
  );
  const again = starts[1] ?? Infinity;
  const written = questions.ok("set").filter(({ answerIndex }) => answerIndex < again);
  return countOf(
    questions.of("get"),
    ({ path, arriveIndex }) =>
      arriveIndex > again && written.some((earlier) => earlier.path === path),
  );
}

function setsOfPatterns(questions: Questions): readonly Asked[] {
  return questions.of("set").filter(({ path }) => path !== null && isPattern(path));
}

function hasOddKey(data: Json | undefined): boolean {
  return isJsonObject(data) && Object.keys(data).some((key) => /^\$|\./.test(key));
}

/** Paths that are equal but for case and slashes at their ends. */
function lookAlikes(questions: Questions): number {
  const byLook = new Map<string, Set<string>>();
  for (const { path } of questions.ok("set", "get")) {
    if (path === null) continue;
    const look = path.toLowerCase().replaceAll("/", "");
    byLook.set(look, (byLook.get(look) ?? new Set()).add(path));
  }
  return countOf([...byLook.values()], (paths) => paths.size > 1);
}
