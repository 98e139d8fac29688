import { describe, expect, it } from "vitest";

import { historiesFolder, keyValueHistories, registerHistories } from "../../bench/histories.js";
import { check, keyValueModel, registerModel } from "./index.js";

const folder = historiesFolder();
if (folder === null) throw new Error("HAPPNSTANCE_HISTORIES names no folder that holds recordings");

/** The recordings of others are not part of the project; see bench/histories.ts. */
describe("recorded histories", () => {
  it.each(registerHistories(folder).map((recorded) => [recorded.name, recorded] as const))(
    "%s of a register has the known verdict",
    (_, { operations, isLinearizable }) => {
      expect(check(registerModel, operations).verdict).toBe(isLinearizable ? "valid" : "invalid");
    },
  );

  it.each(keyValueHistories(folder).map((recorded) => [recorded.name, recorded] as const))(
    "%s of strings by key has the known verdict",
    (_, { operations, isLinearizable }) => {
      expect(check(keyValueModel, operations).verdict).toBe(isLinearizable ? "valid" : "invalid");
    },
  );
});
