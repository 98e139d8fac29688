/**
 * Strings by key: get, put, and append. Every key begins with the empty string.
 *
 * @packageDocumentation
 */
import { needOf, type Model, type Operation } from "./model.js";

export type KeyValueInput =
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "put" | "append"; readonly key: string; readonly value: string };

/** What a get found; other operations answer the empty string. */
export type KeyValueOutput = string;

/** The state is that of one key: each key is a set of its own. */
export const keyValueModel: Model<string, KeyValueInput, KeyValueOutput> = {
  initial: [""],

  step(state, input, output) {
    switch (input.kind) {
      case "get":
        return output === undefined || output === state ? [state] : [];
      case "put":
        return [input.value];
      case "append":
        return [state + input.value];
    }
  },

  keyOf: (state) => state,

  isRead: (input) => input.kind === "get",

  cells: {
    needs: ({ kind, key }, output) => (kind === "get" ? [needOf(key, output)] : []),
    leaves(input) {
      if (input.kind === "get") return new Map<string, null>();
      return new Map([[input.key, input.kind === "put" ? input.value : null]]);
    },
    at: (state) => state,
  },

  partition(operations) {
    const byKey = new Map<string, Operation<KeyValueInput, KeyValueOutput>[]>();
    for (const operation of operations) {
      const { key } = operation.input;
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [operation]);
      else known.push(operation);
    }
    return [...byKey.values()];
  },

  describeOperation(input, output) {
    if (input.kind === "get") return `get ${input.key} answered ${JSON.stringify(output)}`;
    return `${input.kind} ${JSON.stringify(input.value)} at ${input.key}`;
  },

  describeState: (state) => JSON.stringify(state),

  explain: (state) => `the value was ${JSON.stringify(state)}`,
};
