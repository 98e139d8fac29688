/**
 * Framing (FRM).
 *
 * @packageDocumentation
 */
import { isTooDeep, isJsonObject } from "../../protocol/index.js";
import type { ClauseGround } from "../clause-ground.js";
import type { Questions } from "../questions.js";

export const FRAMING: readonly ClauseGround[] = [
  {
    id: "FRM-1",
    title: "text frames of one JSON document",
    judges: ["well-formed-frames"],
    exercised: (questions) => kindsWritten(questions).length,
  },
  {
    id: "FRM-2",
    title: "heartbeats",
    judges: ["heartbeat-answered"],
    exercised: ({ recording }) =>
      recording.events.filter(
        ({ kind }, index) => kind === "arrive" && recording.clientFrame(index).kind === "ping",
      ).length,
  },
  {
    id: "FRM-3",
    title: "four kinds of frames",
    judges: ["well-formed-frames"],
    exercised(questions) {
      const kinds = kindsWritten(questions);
      const lists = kinds.filter((kind) => kind === "list").length;
      const wanted = ["response", "publication", "publication-ack"];
      return wanted.every((kind) => kinds.includes(kind)) ? lists : 0;
    },
  },
  {
    id: "FRM-4",
    title: "further top-level keys",
    judges: [],
    exercised: (questions) => kindsWritten(questions).length,
    observe({ recording }) {
      const firstOf = new Map<string, number>();
      recording.events.forEach((event, index) => {
        if (event.kind !== "write") return;
        for (const key of furtherKeys(event.frame)) {
          if (!firstOf.has(key)) firstOf.set(key, index);
        }
      });
      const first = recording.events.findIndex(({ kind }) => kind === "write");
      if (firstOf.size === 0 && first >= 0) {
        return [
          { grade: "may", words: "frames have no further top-level keys", evidence: [first] },
        ];
      }
      return [...firstOf].map(([key, index]) => ({
        grade: "may",
        words: `frames have the top-level key ${key}`,
        evidence: [index],
      }));
    },
  },
  {
    id: "FRM-5",
    title: "malformed frames",
    judges: [
      "server-survives",
      "malformed-answered",
      "answered-once",
      "store-linearizable",
      "no-missed-publication",
    ],
    exercised: ({ recording }) =>
      recording.events.filter(({ kind }, index) => {
        if (kind !== "arrive") return false;
        const frame = recording.clientFrame(index);
        if (frame.kind === "malformed") return true;
        if (frame.kind !== "request") return false;
        const isDeep = isTooDeep(JSON.stringify(frame.raw));
        return isDeep || typeof frame.request.path === "object";
      }).length,
  },
];

function kindsWritten({ recording }: Questions): readonly string[] {
  return recording.events.flatMap(({ kind }, index) => {
    if (kind !== "write") return [];
    const frame = recording.serverFrame(index);
    return [frame.kind === "response" && frame.isList ? "list" : frame.kind];
  });
}

const USUAL: ReadonlySet<string> = new Set([
  ...["data", "_meta", "eventKey", "id", "action", "result", "status", "error"],
]);

function furtherKeys(text: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  return isJsonObject(value) ? Object.keys(value).filter((key) => !USUAL.has(key)) : [];
}
