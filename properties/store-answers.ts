/**
 * What a single answer says about the store that is wrong by itself, whatever else was done.
 *
 * @packageDocumentation
 */
import { match, type Profile } from "../models/index.js";
import type { Answer, Exchange, Recording } from "../src/history/index.js";
import {
  canonical,
  compareText,
  isJsonObject,
  isPattern,
  type Json,
} from "../src/protocol/index.js";
import { optionsOf, settledExchanges } from "./hearing/exchange-outcome.js";
import type { Violation } from "./property.js";
import { isOwnPath, pathOfItem, storeOperationsOf } from "./store-operation.js";
import { brief, differenceOf } from "./store-words.js";
import { storedFormOf } from "./stored-form.js";

/** Violations of STO-1, STO-5 and STO-6 that one answer shows. */
export function departuresOf(recording: Recording, profile: Profile): readonly Violation[] {
  const judged = new Set(
    storeOperationsOf(recording, profile).operations.map(({ exchange }) => exchange),
  );
  const writesId = recording.exchanges.some(
    ({ request: { data } }) => isJsonObject(data) && Object.hasOwn(data, "_id"),
  );
  return settledExchanges(recording).flatMap(({ exchange, outcome }) => {
    const [answer] = exchange.answers;
    const { action, path } = exchange.request;
    if (outcome !== "ok" || answer === undefined || typeof path !== "string") return [];
    if (!judged.has(exchange)) return [];
    if (action === "set") return ofSet(exchange, answer);
    if (action !== "get") return [];
    return isPattern(path)
      ? ofList({ exchange, answer, path, profile })
      : ofGet(exchange, answer, writesId);
  });
}

function ofSet(exchange: Exchange, answer: Answer): readonly Violation[] {
  const { merge, noStore, increment, tag } = optionsOf(exchange);
  if ([merge, noStore, increment, tag].some((option) => Boolean(option))) return [];
  const stored = storedFormOf(exchange.request.data);
  const { data } = answer.frame;
  if (canonical(data) === canonical(stored)) return [];
  return [
    {
      clause: "STO-1",
      message: `${naming(exchange)} was answered "ok" with ${brief(data)} at ${answer.at} ms`,
      expected: `The answer's data equals what is stored: ${brief(stored)} (STO-1).`,
      shape: ["set", "answer-differs", ...differenceOf(canonical(stored), canonical(data ?? null))],
      evidence: evidenceOf(exchange, answer),
    },
  ];
}

function ofGet(exchange: Exchange, answer: Answer, writesId: boolean): readonly Violation[] {
  const { data } = answer.frame;
  if (!isJsonObject(data)) return [];
  const own = ["_meta", "_id"].filter(
    (key) => Object.hasOwn(data, key) && !(key === "_id" && writesId),
  );
  return own.map((key) => ({
    clause: "STO-5",
    message: `${naming(exchange)} was answered at ${answer.at} ms with data that holds "${key}": ${brief(data)}`,
    expected: `The stored data, which never holds a "${key}" of the server's (STO-5).`,
    shape: ["get", "data-holds", key],
    evidence: evidenceOf(exchange, answer),
  }));
}

interface ListAnswer {
  readonly exchange: Exchange;
  readonly answer: Answer;
  readonly path: string;
  readonly profile: Profile;
}

function ofList(list: ListAnswer): readonly Violation[] {
  const { answer, path, profile } = list;
  if (!answer.frame.isList) {
    return [
      departure(list, "no-list", `with ${brief(answer.frame.data)}, which is no list of items`),
    ];
  }
  const items = answer.frame.data as readonly Json[];
  const paths = items.map(pathOfItem);
  if (paths.includes(null)) {
    return [departure(list, "item-without-path", "with an item whose _meta has no path")];
  }
  const named = (paths as readonly string[]).filter((name) => !isOwnPath(name) || isOwnPath(path));
  const found: Violation[] = [];
  const stray = named.find((name) => match(path, name, profile.storeRule) === "never");
  if (stray !== undefined) {
    found.push(departure(list, "item-outside", `with an item at ${JSON.stringify(stray)}`));
  }
  const twice = named.find((name, index) => named.indexOf(name) !== index);
  if (twice !== undefined) {
    found.push(departure(list, "item-twice", `with ${JSON.stringify(twice)} twice`));
  }
  const late = named.findIndex(
    (name, index) => index > 0 && compareText(named[index - 1] as string, name) > 0,
  );
  if (late > 0) {
    const pair = `${JSON.stringify(named[late])} after ${JSON.stringify(named[late - 1])}`;
    found.push(departure(list, "order", `with ${pair}`));
  }
  return found;
}

function departure({ exchange, answer }: ListAnswer, kind: string, what: string): Violation {
  return {
    clause: "STO-6",
    message: `${naming(exchange)} was answered at ${answer.at} ms ${what}`,
    expected:
      "Every stored item whose path matches, once each, with its path, ascending by path (STO-6).",
    shape: ["list", kind],
    evidence: evidenceOf(exchange, answer),
  };
}

function naming({ client, request }: Exchange): string {
  return `${client}'s ${request.action} of ${JSON.stringify(request.path)}`;
}

function evidenceOf({ arriveIndex }: Exchange, { writeIndex }: Answer): readonly number[] {
  return arriveIndex === null ? [writeIndex] : [arriveIndex, writeIndex];
}
