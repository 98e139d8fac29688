/**
 * Mutants that are wrong about what they keep in a file: right as long as nobody starts them again.
 *
 * Their habits have no memory: whether a record is lost depends on its text alone.
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../../models/index.js";
import { DiskError } from "../../../sim/index.js";
import { DamagedStoreError, FILE_HABITS, type FileHabits } from "../file-store.js";
import type { Mutant, Step } from "./mutant.js";

type Store = ServerState["store"];

const unchanged = (step: Step) => step;

const habits = (file: Partial<FileHabits>) => ({ file: { ...FILE_HABITS, ...file } });

const unsynced: FileHabits["append"] = (file, text) => {
  file.write(file.size, new TextEncoder().encode(text));
};

export const restartLosesRecord: Mutant = {
  id: "restart-loses-record",
  clause: "STO-11",
  properties: ["stop-keeps-store"],
  description: "Keeps in memory, and not in its file, records of an odd length.",
  faults: ["stop"],
  habits: habits({
    append(file, text) {
      if (text.length % 2 === 0) FILE_HABITS.append(file, text);
    },
  }),
  create: unchanged,
};

export const unsyncedAcknowledged: Mutant = {
  id: "unsynced-acknowledged",
  clause: "STO-11",
  properties: ["kill-keeps-store"],
  description: "Acknowledges what it has written to its file and not synced.",
  faults: ["kill"],
  habits: habits({ append: unsynced }),
  create: unchanged,
};

export const fullDiskAcknowledged: Mutant = {
  id: "full-disk-acknowledged",
  clause: "STO-11",
  properties: ["stop-keeps-store", "kill-keeps-store"],
  description: "Acknowledges a write for which there was no space on its disk.",
  habits: habits({
    append(file, text) {
      try {
        FILE_HABITS.append(file, text);
      } catch (error) {
        if (!(error instanceof DiskError) || error.code !== "ENOSPC") throw error;
      }
    },
  }),
  create: unchanged,
};

export const failedWriteAcknowledged: Mutant = {
  id: "failed-write-acknowledged",
  clause: "STO-11",
  properties: ["stop-keeps-store", "kill-keeps-store"],
  description: "Acknowledges a write that its disk refused with an input/output error.",
  faults: ["disk-error"],
  beside: ["stop"],
  habits: habits({
    append(file, text) {
      try {
        FILE_HABITS.append(file, text);
      } catch (error) {
        const cause = error instanceof DamagedStoreError ? error.cause : error;
        if (!(cause instanceof DiskError) || cause.code !== "EIO") throw error;
      }
    },
  }),
  create: unchanged,
};

export const unreadableBeginsEmpty: Mutant = {
  id: "unreadable-begins-empty",
  clause: "STO-11",
  properties: ["stop-keeps-store", "kill-keeps-store"],
  description: "Begins with an empty store where its file can't be read.",
  habits: habits({ beginsWithout: () => true }),
  create: unchanged,
};

/** Path and data of a record that is cut off somewhere behind them, or the path alone. */
const BEGINNING = /^\{"path":("(?:[^"\\]|\\.)*"),"item":\{"data":(\{[^{}]*\})?/;

export const tornRecordAccepted: Mutant = {
  id: "torn-record-accepted",
  clause: "STO-11",
  properties: ["kill-keeps-store"],
  description:
    "Syncs nothing, and makes what it can of a last record that was not written to its end.",
  faults: ["kill"],
  habits: habits({
    append: unsynced,
    tornRecord(text) {
      const [, path, data] = BEGINNING.exec(text) ?? [];
      if (path === undefined) return null;
      const item = {
        data: data === undefined ? {} : (JSON.parse(data) as never),
        created: 1,
        modified: 1,
      };
      return { path: JSON.parse(path) as string, item: item, idCount: 0 };
    },
  }),
  create: unchanged,
};

export const refusedWriteKept: Mutant = {
  id: "refused-write-kept",
  clause: "COR-4",
  properties: ["store-linearizable"],
  description: "Answers an error to a write that its disk refused, and keeps it in memory.",
  // After an input/output error it can't take back what it wrote, and gives up.
  faults: ["disk-full"],
  create(step) {
    let last: { readonly before: Store; readonly after: Store } | null = null;
    return (state, input) => {
      const wasRefused = last !== null && state.store === last.before && last.after !== last.before;
      const store = wasRefused && last !== null ? last.after : state.store;
      const next = step({ ...state, store }, input);
      last = { before: state.store, after: next.state.store };
      return next;
    };
  },
};
