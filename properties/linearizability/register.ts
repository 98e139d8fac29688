/**
 * One register: read, write, and compare-and-set. It begins empty.
 *
 * @packageDocumentation
 */
import { needOf, type Model } from "./model.js";

export type RegisterInput =
  | { readonly kind: "read" }
  | { readonly kind: "write"; readonly value: number }
  | { readonly kind: "cas"; readonly from: number; readonly to: number };

/** What a read found, or whether a compare-and-set was done; a write answers nothing. */
export type RegisterOutput =
  | { readonly kind: "value"; readonly value: number | null }
  | { readonly kind: "done"; readonly isDone: boolean };

/** The one place there is. */
const REGISTER = "register";

export const registerModel: Model<number | null, RegisterInput, RegisterOutput> = {
  initial: [null],

  step(state, input, output) {
    switch (input.kind) {
      case "read":
        return output === undefined || (output.kind === "value" && output.value === state)
          ? [state]
          : [];
      case "write":
        return [input.value];
      case "cas": {
        const isDone = input.from === state;
        const fits = output === undefined || (output.kind === "done" && output.isDone === isDone);
        if (!fits) return [];
        return [isDone ? input.to : state];
      }
    }
  },

  keyOf: (state) => String(state),

  isRead: (input) => input.kind === "read",

  cells: {
    needs(input, output) {
      if (output.kind === "value") {
        return input.kind === "read" ? [needOf(REGISTER, String(output.value))] : [];
      }
      const isDone = output.isDone && input.kind === "cas";
      return isDone ? [needOf(REGISTER, String(input.from))] : [];
    },
    leaves(input) {
      if (input.kind === "read") return new Map<string, string>();
      return new Map([[REGISTER, String(input.kind === "cas" ? input.to : input.value)]]);
    },
    at: String,
  },

  describeOperation(input, output) {
    switch (input.kind) {
      case "read":
        return output?.kind === "value" ? `read ${output.value ?? "nothing"}` : "read";
      case "write":
        return `wrote ${input.value}`;
      case "cas": {
        const done = output?.kind === "done" ? (output.isDone ? ", done" : ", refused") : "";
        return `set ${input.from} to ${input.to}${done}`;
      }
    }
  },

  describeState: (state) => (state === null ? "nothing" : String(state)),

  explain: (state) => `the register held ${state ?? "nothing"}`,
};
