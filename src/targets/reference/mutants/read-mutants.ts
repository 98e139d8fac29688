/**
 * Mutants that read or remove something else than what is stored (PROTOCOL.md 4).
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../../models/index.js";
import { isJsonObject, type JsonObject } from "../../../protocol/index.js";
import {
  askedFor,
  misanswering,
  mislisting,
  misreading,
  misremembering,
  misstoring,
  without,
  withoutOption,
} from "./deviation.js";
import { every, everyThird, type Mutant } from "./mutant.js";

export const staleRead: Mutant = {
  id: "stale-read",
  clause: "STO-10",
  properties: ["store-linearizable"],
  description: "Answers a get with what was stored before the last write.",
  create(step) {
    const isTurn = everyThird();
    let older: ServerState["store"] = new Map();
    return (before, input) => {
      const path = askedFor(input, "get")?.path ?? null;
      const isStale = path !== null && older.get(path)?.data !== before.store.get(path)?.data;
      if (isStale && isTurn()) {
        return { state: before, outputs: step({ ...before, store: older }, input).outputs };
      }
      const next = step(before, input);
      if (next.state.store !== before.store) older = before.store;
      return next;
    };
  },
};

export const nothingAsEmpty: Mutant = {
  id: "nothing-as-empty",
  clause: "STO-5",
  properties: ["store-linearizable"],
  description: "Answers a get of a removed path with an empty object.",
  create(step) {
    const removed = new Set<string>();
    return misanswering(
      (state, input) => {
        const next = step(state, input);
        for (const path of state.store.keys()) if (!next.state.store.has(path)) removed.add(path);
        return next;
      },
      ({ data, asked }) =>
        asked.request.action === "get" && data === null && removed.has(asked.path)
          ? { data: {} }
          : null,
    );
  },
};

export const readPublished: Mutant = {
  id: "read-published",
  clause: "STO-5",
  properties: ["answer-data"],
  description: "Answers a get of a path that somebody has subscribed to as if it were published.",
  create: (step) =>
    misanswering(step, ({ meta, asked }, { subscriptions }) => {
      const isHeard = [...subscriptions.values()].some((own) => own.has(`/SET@${asked.path}`));
      if (asked.request.action !== "get" || !isHeard) return null;
      return { meta: { ...meta, published: true } };
    }),
};

export const internalId: Mutant = {
  id: "internal-id",
  clause: "STO-5",
  properties: ["answer-data"],
  description: "Answers a get of what was overwritten with the store's own _id.",
  create: (step) =>
    misanswering(step, ({ meta, asked }, { store }) => {
      const item = store.get(asked.path);
      if (asked.request.action !== "get" || item === undefined) return null;
      return item.created === item.modified ? null : { meta: { ...meta, _id: asked.path } };
    }),
};

export const patternMissesItem: Mutant = {
  id: "pattern-misses-item",
  clause: "STO-6",
  properties: ["store-linearizable"],
  description: "Leaves the item that was stored last out of a pattern get that finds several.",
  create: (step) =>
    mislisting(step, (items) => {
      if (items.length < 3) return null;
      const latest = items.toSorted((left, right) => modifiedOf(right) - modifiedOf(left))[0];
      return items.filter((item) => item !== latest);
    }),
};

export const patternUnsorted: Mutant = {
  id: "pattern-unsorted",
  clause: "STO-6",
  properties: ["answer-data"],
  description: "Answers a pattern get in the order in which the items were modified.",
  create: (step) =>
    mislisting(step, (items) =>
      items.toSorted((left, right) => modifiedOf(left) - modifiedOf(right)),
    ),
};

export const itemWithoutTimes: Mutant = {
  id: "item-without-times",
  clause: "STO-6",
  properties: ["answer-data"],
  description: "Lists items that were overwritten without the time of their creation.",
  create: (step) =>
    mislisting(step, (items) =>
      items.map((item) => {
        const meta = item["_meta"] as JsonObject;
        if (meta["created"] === meta["modified"]) return item;
        return { ...item, _meta: without(meta, "created") };
      }),
    ),
};

export const criteriaIgnored: Mutant = {
  id: "criteria-ignored",
  clause: "STO-7",
  properties: ["lockstep-prediction"],
  description: "Answers a get of an exact path whether or not its criteria fit.",
  create: (step) =>
    misreading(step, (asked) =>
      asked.request.action === "get" && !asked.path.includes("*")
        ? withoutOption(asked, "criteria")
        : null,
    ),
};

export const stalePatternRead: Mutant = {
  id: "stale-pattern-read",
  clause: "STO-10",
  properties: ["store-linearizable"],
  description: "Answers a pattern get from before the last write, when several items match.",
  create(step) {
    let older: ServerState["store"] = new Map();
    return misremembering(
      (state, input) => {
        const next = step(state, input);
        if (next.state.store !== state.store) older = state.store;
        return next;
      },
      ({ request, path }, { store }) =>
        request.action === "get" && path.includes("*") && store.size > 2 ? older : null,
    );
  },
};

export const tornSnapshot: Mutant = {
  id: "torn-snapshot",
  clause: "STO-10",
  properties: ["store-linearizable"],
  description: "Reads items of a pattern one by one, and the first before the last write to it.",
  create(step) {
    const older = new Map<string, ServerState["store"]>();
    return misremembering(
      (state, input) => {
        const asked = askedFor(input, "set");
        const next = step(state, input);
        if (asked !== null && next.state.store !== state.store) older.set(asked.path, state.store);
        return next;
      },
      ({ request, path }, { store }) => {
        const first = [...store.keys()].toSorted((a, b) => (a < b ? -1 : 1))[0];
        const item = first === undefined ? undefined : older.get(first)?.get(first);
        if (request.action !== "get" || !path.includes("*")) return null;
        return first === undefined || item === undefined ? null : new Map(store).set(first, item);
      },
    );
  },
};

export const removeLeavesOne: Mutant = {
  id: "remove-leaves-one",
  clause: "STO-8",
  properties: ["store-linearizable"],
  description: "Leaves the last of several items that a pattern removes.",
  create: (step) =>
    misstoring(step, ({ request }, before, after) => {
      const removed = [...before.store].filter(([path]) => !after.store.has(path));
      const last = removed.at(-1);
      if (request.action !== "remove" || removed.length < 2 || last === undefined) return null;
      return new Map(after.store).set(...last);
    }),
};

export const removedCountWrong: Mutant = {
  id: "removed-count-wrong",
  clause: "STO-8",
  properties: ["store-linearizable"],
  description: "Answers the removal of several items as that of one.",
  create: (step) =>
    misanswering(step, ({ data, asked }) => {
      const removed = isJsonObject(data) ? data["removed"] : 0;
      if (asked.request.action !== "remove" || Number(removed) < 2) return null;
      return { data: { removed: 1 } };
    }),
};

export const removeTooMuch: Mutant = {
  id: "remove-too-much",
  clause: "STO-8",
  properties: ["store-linearizable"],
  description: "Removes, with a path, everything below it.",
  create: (step) =>
    misstoring(step, ({ request, path }, _before, after) =>
      request.action === "remove" && !path.includes("*")
        ? new Map([...after.store].filter(([stored]) => !stored.startsWith(`${path}/`)))
        : null,
    ),
};

export const removeWithoutTimestamp: Mutant = {
  id: "remove-without-timestamp",
  clause: "STO-8",
  properties: ["answer-data"],
  description: "Answers each second removal without a timestamp.",
  create(step) {
    const isTurn = every(2);
    return misanswering(step, ({ meta, asked }) =>
      asked.request.action === "remove" && isTurn() ? { meta: without(meta, "timestamp") } : null,
    );
  },
};

function modifiedOf(item: JsonObject): number {
  return Number((item["_meta"] as JsonObject)["modified"]);
}
