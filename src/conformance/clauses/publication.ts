/**
 * Publications (PUB).
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json } from "../../protocol/index.js";
import type { ClauseGround } from "../clause-ground.js";
import { countOf, textOf } from "../questions.js";

export const PUBLICATION: readonly ClauseGround[] = [
  {
    id: "PUB-1",
    title: "a write is published once",
    judges: ["no-missed-publication", "no-unwanted-publication"],
    needs: ["set", "on"],
    exercised: (questions) =>
      Math.min(
        questions.writesHeard.length,
        countOf(questions.ok("set", "remove"), ({ options }) => options["noPublish"] === true),
      ),
  },
  {
    id: "PUB-2",
    title: "what a publication says",
    judges: ["publication-content", "no-unwanted-publication"],
    needs: ["set", "on"],
    exercised: ({ writesHeard }) => writesHeard.length,
  },
  {
    id: "PUB-3",
    title: "options.meta",
    judges: ["answer-data", "publication-content", "publication-meta-reserved"],
    needs: ["set", "on"],
    exercised: (questions) => {
      const withMeta = new Set(
        questions
          .ok("set")
          .flatMap(({ path, options }) => (isJsonObject(options["meta"]) ? [path] : [])),
      );
      return countOf(questions.writesHeard, ({ frame }) =>
        withMeta.has(pathOf(frame.meta["path"])),
      );
    },
  },
  {
    id: "PUB-4",
    title: "consistency and acknowledgement",
    judges: ["publication-before-answer", "publication-acknowledged"],
    needs: ["set", "on"],
    exercised: (questions) =>
      Math.min(
        countOf(questions.ok("set"), ({ options }) => isOneOf(options["consistency"], [1, 3])),
        countOf(questions.writesHeard, ({ frame }) => frame.meta["consistency"] === 2),
      ),
  },
  {
    id: "PUB-5",
    title: "targetClients and publishResults",
    judges: ["no-missed-publication", "no-unwanted-publication", "publish-results"],
    needs: ["set", "on"],
    exercised: (questions) =>
      Math.min(
        countOf(
          questions.ok("set", "remove"),
          ({ options }) => Array.isArray(options["targetClients"]) || "publishResults" in options,
        ),
        questions.writesHeard.length,
      ),
  },
  {
    id: "PUB-6",
    title: "the order of publications",
    judges: ["publication-order", "pipelined-order"],
    needs: ["set", "on"],
    exercised: (questions) => {
      const heard = new Map<string, number>();
      for (const { connection, frame } of questions.writesHeard) {
        const key = JSON.stringify([connection, frame.meta["channel"]]);
        heard.set(key, (heard.get(key) ?? 0) + 1);
      }
      return [...heard.values()].reduce((sum, count) => sum + count - 1, 0);
    },
  },
  {
    id: "PUB-7",
    title: "published in the answer",
    judges: ["answer-data"],
    needs: ["set"],
    exercised: (questions) =>
      // Whether or not anybody is subscribed: both have to come up.
      Math.min(
        countOf(
          questions.ok("set"),
          ({ options }) => !("noPublish" in options) && !("consistency" in options),
        ),
        questions.writesHeard.length,
      ),
  },
  {
    id: "PUB-8",
    title: "remove is one publication",
    judges: [
      "no-missed-publication",
      "no-unwanted-publication",
      "no-duplicate-publication",
      "publication-content",
    ],
    needs: ["remove", "on"],
    exercised: ({ writesHeard }) =>
      countOf(writesHeard, ({ frame }) => textOf(frame.meta["action"]).startsWith("/REMOVE@")),
  },
];

function pathOf(path: Json | undefined): string | null {
  return typeof path === "string" ? path : null;
}

function isOneOf(value: Json | undefined, wanted: readonly number[]): boolean {
  return typeof value === "number" && wanted.includes(value);
}
