/**
 * Mutants whose publications say something else than what was written (PUB-2, PUB-3, PUB-8).
 *
 * @packageDocumentation
 */
import { isJsonObject } from "../../../protocol/index.js";
import {
  mispublishing,
  misanswering,
  sessionIdOf,
  textOf,
  withOutputs,
  without,
} from "./deviation.js";
import { every, everyThird, type Mutant } from "./mutant.js";

export const publicationOfOldValue: Mutant = {
  id: "publication-of-old-value",
  clause: "PUB-2",
  properties: ["publication-content"],
  description: "Publishes an overwrite with the data that it replaced.",
  create: (step) =>
    mispublishing(step, ({ asked }, before, after) => {
      const old = before.store.get(asked.path);
      if (asked.request.action !== "set" || old === undefined) return null;
      return after.store.get(asked.path) === old ? null : { data: old.data };
    }),
};

export const publicationOfMergedKeys: Mutant = {
  id: "publication-of-merged-keys",
  clause: "PUB-2",
  properties: ["publication-content"],
  description: "Publishes a merge with the keys of the request only.",
  create: (step) =>
    mispublishing(step, ({ asked }, before) => {
      const { data } = asked.request;
      const isMerge = asked.options["merge"] === true && before.store.has(asked.path);
      return isMerge && isJsonObject(data) ? { data: without(data, "_meta") } : null;
    }),
};

export const channelOfPath: Mutant = {
  id: "channel-of-path",
  clause: "PUB-2",
  properties: ["publication-content", "no-unwanted-publication"],
  description: "Names the published path in the channel of a publication to a pattern.",
  create: (step) =>
    mispublishing(step, ({ meta }) => {
      const { channel, action } = meta;
      return textOf(channel).includes("*") ? { meta: { ...meta, channel: action ?? "" } } : null;
    }),
};

export const actionOfChannel: Mutant = {
  id: "action-of-channel",
  clause: "PUB-2",
  properties: ["publication-content"],
  description: "Publishes to an ALL subscription with that action.",
  create: (step) =>
    mispublishing(step, ({ meta }) =>
      textOf(meta["channel"]).startsWith("/ALL@")
        ? { meta: { ...meta, action: `/ALL@${textOf(meta["path"])}` } }
        : null,
    ),
};

export const sessionOfReceiver: Mutant = {
  id: "session-of-receiver",
  clause: "PUB-2",
  properties: ["publication-content"],
  description: "Names the receiver's session as the publisher's.",
  create: (step) =>
    mispublishing(step, ({ meta, connection }, before) => ({
      meta: { ...meta, sessionId: sessionIdOf(before, connection) },
    })),
};

export const publicationIdOfAnother: Mutant = {
  id: "publication-id-of-another",
  clause: "PUB-2",
  properties: ["publication-content"],
  description: "Gives a publication the id of the one before, when another connection made that.",
  create(step) {
    let last: { readonly connection: string; readonly id: string } | null = null;
    return mispublishing(step, ({ meta, asked }) => {
      const before = last;
      last = { connection: asked.connection, id: textOf(meta["publicationId"]) };
      if (before === null || before.connection === asked.connection) return null;
      return { meta: { ...meta, publicationId: before.id } };
    });
  },
};

export const receiverTimes: Mutant = {
  id: "publication-without-created",
  clause: "PUB-2",
  properties: ["publication-content"],
  description: "Publishes a stored write to the publisher itself without its times.",
  create: (step) =>
    mispublishing(step, ({ meta, connection, asked }) =>
      connection === asked.connection && meta["modified"] !== undefined
        ? { meta: without(without(meta, "created"), "modified") }
        : null,
    ),
};

export const metaUnpublished: Mutant = {
  id: "meta-unpublished",
  clause: "PUB-3",
  properties: ["publication-content"],
  description: "Publishes what is not stored without the meta of the request.",
  create: (step) =>
    mispublishing(step, ({ meta, asked }) => {
      const own = asked.options["meta"];
      if (asked.options["noStore"] !== true || !isJsonObject(own)) return null;
      const kept = Object.entries(meta).filter(
        ([key]) => !(key in own) || ["path", "action", "type", "sessionId"].includes(key),
      );
      return { meta: Object.fromEntries(kept) };
    }),
};

export const reservedMetaOverwrites: Mutant = {
  id: "reserved-meta-overwrites",
  clause: "PUB-3",
  properties: ["publication-content"],
  description: "Lets the request's meta replace the path and the times of its publication.",
  create: (step) =>
    mispublishing(step, ({ meta, asked }) => {
      const own = asked.options["meta"];
      return isJsonObject(own) && own["created"] !== undefined
        ? { meta: { ...meta, ...own } }
        : null;
    }),
};

export const metaAnswered: Mutant = {
  id: "meta-answered",
  clause: "PUB-3",
  properties: ["answer-data"],
  description: "Puts the request's meta into its answer.",
  create: (step) =>
    misanswering(step, ({ meta, asked }) => {
      const own = asked.options["meta"];
      return asked.request.action === "set" && isJsonObject(own)
        ? { meta: { ...own, ...meta } }
        : null;
    }),
};

export const metaLeaks: Mutant = {
  id: "meta-leaks",
  clause: "PUB-3",
  properties: ["publication-content"],
  description: "Publishes a write with the meta of the one before, to the same path.",
  create(step) {
    const last = new Map<string, object>();
    return mispublishing(step, ({ meta, asked }) => {
      const before = last.get(asked.path);
      const own = asked.options["meta"];
      if (isJsonObject(own)) last.set(asked.path, own);
      return before === undefined || isJsonObject(own) ? null : { meta: { ...before, ...meta } };
    });
  },
};

export const removedCountPublished: Mutant = {
  id: "removed-count-published",
  clause: "PUB-8",
  properties: ["publication-content"],
  description: "Publishes the removal of a path with no count of what was removed.",
  create(step) {
    const isTurn = every(2);
    return mispublishing(step, ({ asked }) =>
      asked.request.action === "remove" && isTurn() ? { data: {} } : null,
    );
  },
};

export const removePublishesEach: Mutant = {
  id: "remove-publishes-each",
  clause: "PUB-8",
  properties: ["no-duplicate-publication", "no-unwanted-publication", "publication-content"],
  description: "Publishes the removal of a pattern once for each item that it removed.",
  create: (step) =>
    withOutputs(step, (output) => {
      const { frame } = output;
      const meta = isJsonObject(frame) ? frame["_meta"] : undefined;
      const data = isJsonObject(frame) ? frame["data"] : undefined;
      const isRemoval = isJsonObject(meta) && textOf(meta["action"]).startsWith("/REMOVE@");
      const count = isJsonObject(data) ? Number(data["removed"]) : 0;
      if (!isRemoval || output.optional === true || !(count > 1)) return [output];
      return Array.from({ length: count }, () => output);
    }),
};

export const pathOfSubscription: Mutant = {
  id: "path-of-subscription",
  clause: "PUB-2",
  properties: ["publication-content"],
  description: "Publishes to each third pattern with the subscribed path as the published one.",
  create(step) {
    const isTurn = everyThird();
    return mispublishing(step, ({ meta }) => {
      const channel = textOf(meta["channel"]);
      if (!channel.includes("*") || !isTurn()) return null;
      return { meta: { ...meta, path: channel.slice(channel.indexOf("@") + 1) } };
    });
  },
};

export const metaOverwritesChannel: Mutant = {
  id: "meta-overwrites-channel",
  clause: "PUB-3",
  properties: ["publication-meta-reserved", "publication-content"],
  description: "Lets the request's meta replace channel, consistency and publicationId.",
  create: (step) =>
    mispublishing(step, ({ meta, asked }) => {
      const own = asked.options["meta"];
      if (!isJsonObject(own)) return null;
      const taken = Object.entries(own).filter(([key]) =>
        ["channel", "consistency", "publicationId"].includes(key),
      );
      return { meta: { ...meta, ...Object.fromEntries(taken) } };
    }),
};
