/**
 * Mutants that store something else than what is set (PROTOCOL.md 4).
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../../models/index.js";
import { isJsonObject } from "../../../protocol/index.js";
import {
  askedFor,
  mishearing,
  misanswering,
  misreading,
  misremembering,
  misstoring,
  withoutOption,
  type Asked,
} from "./deviation.js";
import { everyThird, type Mutant, type Step } from "./mutant.js";

export const loseWrite: Mutant = {
  id: "lose-write",
  clause: "STO-1",
  properties: ["store-linearizable"],
  description: "Answers a set with ok and does not store it.",
  create(step) {
    const isTurn = everyThird();
    return (before, input) => {
      const { state, outputs } = step(before, input);
      const isSet = askedFor(input, "set") !== null && state.store !== before.store;
      return isSet && isTurn()
        ? { state: { ...state, store: before.store }, outputs }
        : { state, outputs };
    };
  },
};

export const changeCreated: Mutant = {
  id: "change-created",
  clause: "STO-2",
  properties: ["write-times"],
  description: "Overwrites a path and gives it a new time of creation.",
  create(step) {
    const isTurn = everyThird();
    return (before, input) => {
      const path = askedFor(input, "set")?.path ?? null;
      const item = path === null ? undefined : before.store.get(path);
      const now = before.epochMs + input.at;
      if (path === null || item === undefined || item.created === now || !isTurn()) {
        return step(before, input);
      }
      const store = new Map(before.store).set(path, { ...item, created: now });
      const next = step({ ...before, store }, input);
      return next.state.store === store ? step(before, input) : next;
    };
  },
};

export const secondOverwriteLost: Mutant = {
  id: "second-overwrite-lost",
  clause: "STO-1",
  properties: ["store-linearizable"],
  description: "Loses the second overwrite of a path, and no other.",
  create(step) {
    const writes = new Map<string, number>();
    return misstoring(step, ({ request, path }, before) => {
      if (request.action !== "set") return null;
      writes.set(path, (writes.get(path) ?? 0) + 1);
      return writes.get(path) === 3 ? before.store : null;
    });
  },
};

export const overwriteMerges: Mutant = {
  id: "overwrite-merges",
  clause: "STO-1",
  properties: ["store-linearizable"],
  description: "Keeps keys of what another connection stored when a path is overwritten.",
  create(step) {
    const writers = new Map<string, string>();
    return misstoring(step, ({ request, path, connection }, before, after) => {
      const writer = writers.get(path);
      writers.set(path, connection);
      const [old, item] = [before.store.get(path), after.store.get(path)];
      if (request.action !== "set" || old === undefined || item === undefined) return null;
      if (writer === connection) return null;
      return new Map(after.store).set(path, { ...item, data: { ...old.data, ...item.data } });
    });
  },
};

export const unwrappedArray: Mutant = {
  id: "unwrapped-array",
  clause: "STO-1",
  properties: ["answer-data", "store-linearizable"],
  description: "Stores an array as an object of its indices.",
  create: (step) =>
    misreading(step, ({ request }) =>
      request.action === "set" && Array.isArray(request.data)
        ? { data: { ...request.data } }
        : null,
    ),
};

export const absentAsNull: Mutant = {
  id: "absent-as-null",
  clause: "STO-1",
  properties: ["answer-data", "store-linearizable"],
  description: "Stores absent data as null.",
  create: (step) =>
    misreading(step, ({ request }) =>
      request.action === "set" && request.data === undefined ? { data: null } : null,
    ),
};

export const createdSurvives: Mutant = {
  id: "created-survives-remove",
  clause: "STO-2",
  properties: ["write-times"],
  description: "Gives a path that was removed and is set again its first time of creation.",
  create(step) {
    const first = new Map<string, number>();
    return (state, input) => {
      const next = step(state, input);
      for (const [path, { created }] of state.store) {
        if (!next.state.store.has(path)) first.set(path, created);
      }
      const asked = askedFor(input, "set");
      const created = asked === null ? undefined : first.get(asked.path);
      const item = asked === null ? undefined : next.state.store.get(asked.path);
      if (asked === null || created === undefined || item === undefined) return next;
      if (state.store.has(asked.path)) return next;
      return withTimes(state, next, asked, { created });
    };
  },
};

export const modifiedGoesBack: Mutant = {
  id: "modified-goes-back",
  clause: "STO-2",
  properties: ["write-times"],
  description: "Stores and answers an overwrite with the time of the write before it.",
  create(step) {
    const isTurn = everyThird();
    return (state, input) => {
      const next = step(state, input);
      const asked = askedFor(input, "set");
      const old = asked === null ? undefined : state.store.get(asked.path);
      const isWrite = next.state.store !== state.store;
      if (asked === null || old === undefined || !isWrite || !isTurn()) return next;
      return withTimes(state, next, asked, { modified: old.modified });
    };
  },
};

export const noStoreStores: Mutant = {
  id: "no-store-stores",
  clause: "STO-3",
  properties: ["store-linearizable"],
  description: "Stores what is set with noStore where something is stored already.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "set");
    const old = asked === null ? undefined : state.store.get(asked.path);
    if (asked?.options["noStore"] !== true || old === undefined) return next;
    if (!isJsonObject(asked.request.data)) return next;
    const item = { ...old, data: asked.request.data };
    const store = new Map(state.store).set(asked.path, item);
    return { ...next, state: { ...next.state, store } };
  },
};

export const noStoreTimes: Mutant = {
  id: "no-store-times",
  clause: "STO-3",
  properties: ["answer-data"],
  description: "Answers a set with noStore with the times of what is stored at the path.",
  create: (step) =>
    misanswering(step, ({ meta, asked }, before) => {
      const item = before.store.get(asked.path);
      if (asked.options["noStore"] !== true || item === undefined) return null;
      return { meta: { ...meta, created: item.created, modified: item.modified } };
    }),
};

export const mergeLost: Mutant = {
  id: "concurrent-merge-lost",
  clause: "STO-4",
  properties: ["store-linearizable"],
  description: "Merges into what was there before another connection's merge of the last moment.",
  create(step) {
    const last = new Map<string, { readonly asked: Asked; readonly store: ServerState["store"] }>();
    return (state, input) => {
      const asked = askedFor(input, "set");
      if (asked?.options["merge"] !== true) return step(state, input);
      const other = last.get(asked.path);
      last.set(asked.path, { asked, store: state.store });
      const isConcurrent =
        other !== undefined &&
        other.asked.connection !== asked.connection &&
        asked.at - other.asked.at <= 100;
      if (!isConcurrent) return step(state, input);
      const item = other.store.get(asked.path);
      const store = new Map(state.store);
      if (item === undefined) store.delete(asked.path);
      else store.set(asked.path, item);
      return step({ ...state, store }, input);
    };
  },
};

export const mergeReplaces: Mutant = {
  id: "merge-replaces",
  clause: "STO-4",
  properties: ["store-linearizable"],
  description: "Replaces what is stored where a merge comes without a key that is there already.",
  create: (step) =>
    misreading(step, (asked, { store }) => {
      const { request, options, path } = asked;
      const old = store.get(path)?.data;
      if (request.action !== "set" || options["merge"] !== true || old === undefined) return null;
      const data = isJsonObject(request.data) ? request.data : {};
      return Object.keys(data).some((key) => key in old) ? null : withoutOption(asked, "merge");
    }),
};

export const mergeRevives: Mutant = {
  id: "merge-revives-removed",
  clause: "STO-4",
  properties: ["store-linearizable"],
  description: "Merges into what was stored before the path was removed.",
  create(step) {
    let removed: ServerState["store"] = new Map();
    return (state, input) => {
      const asked = askedFor(input, "set");
      const old = asked === null ? undefined : removed.get(asked.path);
      const isMerge = asked?.options["merge"] === true && !state.store.has(asked.path);
      if (asked !== null && isMerge && old !== undefined) {
        return step({ ...state, store: new Map(state.store).set(asked.path, old) }, input);
      }
      const next = step(state, input);
      if (askedFor(input, "remove") !== null && next.state.store !== state.store) {
        removed = state.store;
      }
      return next;
    };
  },
};

export const siblingAtPath: Mutant = {
  id: "sibling-at-path",
  clause: "STO-9",
  properties: ["answer-data", "lockstep-prediction"],
  description: "Stores a sibling at the path itself, where nothing is stored yet.",
  create: (step) =>
    misreading(step, (asked, { store }) =>
      asked.options["set_type"] === "sibling" && !store.has(asked.path)
        ? withoutOption(asked, "set_type")
        : null,
    ),
};

export const siblingUnheard: Mutant = {
  id: "sibling-unheard",
  clause: "STO-9",
  properties: ["no-missed-publication", "lockstep-prediction"],
  description: "Publishes a sibling to nobody.",
  create: (step) =>
    mishearing(step, ({ subscription }, { options }) =>
      options["set_type"] === "sibling" ? null : subscription,
    ),
};

export const dottedKeysLost: Mutant = {
  id: "dotted-keys-lost",
  clause: "STO-12",
  properties: ["answer-data", "store-linearizable"],
  description: "Answers ok and stores nothing of keys with a dot or a leading dollar sign.",
  create: (step) =>
    misstoring(step, ({ request, path }, _before, after) => {
      const item = after.store.get(path);
      if (request.action !== "set" || item === undefined) return null;
      const kept = Object.entries(item.data).filter(([key]) => !/^\$|\./.test(key));
      return new Map(after.store).set(path, { ...item, data: Object.fromEntries(kept) });
    }),
};

export const caseInsensitiveStore: Mutant = {
  id: "case-insensitive-store",
  clause: "STO-14",
  properties: ["store-linearizable"],
  description: "Reads at a path where nothing is what is stored at one that differs in case only.",
  create: (step) =>
    readingElsewhere(step, (path, other) => path.toLowerCase() === other.toLowerCase()),
};

export const slashInsensitiveStore: Mutant = {
  id: "slash-insensitive-store",
  clause: "STO-14",
  properties: ["store-linearizable"],
  description:
    "Reads at a path where nothing is what is stored at the same path with a slash more.",
  create: (step) => readingElsewhere(step, (path, other) => trimmed(path) === trimmed(other)),
};

function readingElsewhere(step: Step, isTaken: (path: string, other: string) => boolean): Step {
  return misremembering(step, ({ request, path }, { store }) => {
    if (request.action !== "get" || path.includes("*") || store.has(path)) return null;
    const other = [...store].find(([stored]) => isTaken(path, stored));
    return other === undefined ? null : new Map(store).set(path, other[1]);
  });
}

function trimmed(path: string): string {
  return path.replace(/^\/|\/$/g, "");
}

/** A step that stores, answers and publishes a write with other times. */
function withTimes(
  before: ServerState,
  next: ReturnType<Step>,
  { path }: Asked,
  times: { readonly created?: number; readonly modified?: number },
): ReturnType<Step> {
  const item = next.state.store.get(path);
  if (item === undefined || next.state.store === before.store) return next;
  const store = new Map(next.state.store).set(path, { ...item, ...times });
  const outputs = next.outputs.map((output) => {
    const frame = output.kind === "frame" ? output.frame : null;
    const meta = isJsonObject(frame) ? frame["_meta"] : undefined;
    if (output.kind === "close" || !isJsonObject(frame) || !isJsonObject(meta)) return output;
    if (meta["modified"] === undefined) return output;
    return { ...output, frame: { ...frame, _meta: { ...meta, ...times } } };
  });
  return { state: { ...next.state, store }, outputs };
}
