/**
 * Keys of the store's own in the data of an exact `get` (STO-5), whatever else was done. The form of
 * answers is judged by `answer-data`.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import { isJsonObject, isPattern } from "../src/protocol/index.js";
import type { Violation } from "./property.js";
import type { StoreOperation } from "./store-operation.js";
import { brief } from "./store-words.js";

/** Of the answers to these operations, those whose data holds a `_meta`, or an `_id` that no client ever sent. */
export function ownKeysIn(
  recording: Recording,
  operations: readonly StoreOperation[],
): readonly Violation[] {
  const sendsId = recording.exchanges.some(
    ({ request: { data } }) => isJsonObject(data) && Object.hasOwn(data, "_id"),
  );
  const own = sendsId ? ["_meta"] : ["_meta", "_id"];
  return operations.flatMap(({ exchange, callIndex }) => {
    const [answer] = exchange.answers;
    const { action, path } = exchange.request;
    if (action !== "get" || typeof path !== "string" || isPattern(path)) return [];
    const data = answer?.frame.data;
    if (answer === undefined || !isJsonObject(data)) return [];
    return own
      .filter((key) => Object.hasOwn(data, key))
      .map((key) => ({
        clause: "STO-5",
        message: `${exchange.client}'s get of ${JSON.stringify(path)} was answered at ${answer.at} ms with data that holds "${key}": ${brief(data)}`,
        expected: `The stored data, which never holds a "${key}" of the server's (STO-5).`,
        shape: ["get", "data-holds", key],
        evidence: [callIndex, answer.writeIndex],
      }));
  });
}
