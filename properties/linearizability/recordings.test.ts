import { describe, expect, it } from "vitest";

import { historiesFolder, keyValueHistories, registerHistories } from "../../bench/histories.js";
import { check, keyValueModel, registerModel } from "./index.js";

const folder = historiesFolder();

/** The recordings of others are not part of the project; see bench/histories.ts. */
describe.skipIf(folder === null)(
  "recorded histories (skipped where HAPPNSTANCE_HISTORIES names no folder that holds them)",
  () => {
    const registers = folder === null ? [] : registerHistories(folder);
    const keyValues = folder === null ? [] : keyValueHistories(folder);

    it.each(registers.map((recorded) => [recorded.name, recorded] as const))(
      "%s of a register has the known verdict",
      (_, { operations, isLinearizable }) => {
        expect(check(registerModel, operations).verdict).toBe(isLinearizable ? "valid" : "invalid");
      },
    );

    it.each(keyValues.map((recorded) => [recorded.name, recorded] as const))(
      "%s of strings by key has the known verdict",
      (_, { operations, isLinearizable }) => {
        expect(check(keyValueModel, operations).verdict).toBe(isLinearizable ? "valid" : "invalid");
      },
    );
  },
);
