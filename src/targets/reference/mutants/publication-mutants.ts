/**
 * Mutants that publish to others, at another time or in another order (PROTOCOL.md 5).
 *
 * @packageDocumentation
 */
import type { FrameOutput, ServerOutput } from "../../../../models/index.js";
import { isJsonObject, type Json } from "../../../protocol/index.js";
import {
  answerMeta,
  askedFor,
  misanswering,
  mishearing,
  misreading,
  onPath,
  publicationMeta,
  sessionIdOf,
  withOutputs,
  withoutOption,
} from "./deviation.js";
import { everyThird, type Mutant } from "./mutant.js";

export const dropPublication: Mutant = {
  id: "drop-publication",
  clause: "PUB-1",
  properties: ["no-missed-publication"],
  description: "Does not send a publication that it owes.",
  create(step) {
    const isTurn = everyThird();
    return withOutputs(step, (output) =>
      publicationMeta(output) !== null && isTurn() ? [] : [output],
    );
  },
};

export const swapPublications: Mutant = {
  id: "swap-publications",
  clause: "PUB-6",
  properties: ["publication-order"],
  description: "Sends two publications of stored writes of one path in the wrong order.",
  create(step) {
    const isTurn = everyThird();
    const held = new Map<string, FrameOutput>();
    return withOutputs(step, (output) => {
      const meta = publicationMeta(output);
      if (meta?.["modified"] === undefined) return [output];
      const key = JSON.stringify([output.connection, meta["channel"], meta["path"]]);
      const earlier = held.get(key);
      held.delete(key);
      if (earlier !== undefined) return [output, earlier];
      if (!isTurn()) return [output];
      held.set(key, output);
      return [];
    });
  },
};

export const latePublication: Mutant = {
  id: "late-publication",
  clause: "PUB-4",
  properties: ["publication-before-answer"],
  description: "Answers a write before it publishes it, with consistency 2 as well.",
  create(step) {
    const isTurn = everyThird();
    return (before, input) => {
      const { state, outputs } = step(before, input);
      const isAnswer = (output: ServerOutput) =>
        output.kind === "frame" && answerMeta(output) !== null;
      const publishes = outputs.some(
        (output) => output.kind === "frame" && publicationMeta(output)?.["consistency"] === 2,
      );
      if (!publishes || !isTurn()) return { state, outputs };
      const answers = outputs.filter(isAnswer);
      return { state, outputs: [...answers, ...outputs.filter((output) => !isAnswer(output))] };
    };
  },
};

export const ownWriteUnheard: Mutant = {
  id: "own-write-unheard",
  clause: "PUB-1",
  properties: ["no-missed-publication"],
  description: "Does not tell a publisher of its own writes, when others hear them.",
  create: (step) =>
    mishearing(step, ({ connection, subscription }, asked, { sessions }) =>
      connection === asked.connection && sessions.size > 1 ? null : subscription,
    ),
};

export const noPublishPublished: Mutant = {
  id: "no-publish-published",
  clause: "PUB-1",
  properties: ["no-unwanted-publication"],
  description: "Publishes an overwrite that was asked for with noPublish.",
  create: (step) =>
    misreading(step, (asked, { store }) =>
      asked.options["noPublish"] === true && store.has(asked.path)
        ? withoutOption(asked, "noPublish")
        : null,
    ),
};

export const sharedPrefixLost: Mutant = {
  id: "shared-prefix-lost",
  clause: "PUB-1",
  properties: ["no-missed-publication"],
  description: "Tells only one of two sessions whose patterns begin with the same segment.",
  create: (step) =>
    mishearing(step, ({ connection, subscription }, _asked, { subscriptions }) => {
      const { path } = subscription.channel;
      const prefix = path.split("/").slice(0, 2).join("/");
      if (prefix.includes("*") || !path.includes("*")) return subscription;
      const isShared = [...subscriptions].some(
        ([other, own]) =>
          other < connection &&
          [...own.values()].some(
            ({ channel }) => channel.path.startsWith(`${prefix}/`) && channel.path.includes("*"),
          ),
      );
      return isShared ? null : subscription;
    }),
};

export const lateToOthers: Mutant = {
  id: "late-to-others",
  clause: "PUB-4",
  properties: ["publication-before-answer"],
  description: "Answers a write when its publisher has heard it, and tells the others after that.",
  create: (step) => (before, input) => {
    const { state, outputs } = step(before, input);
    const asked = askedFor(input, "set");
    if (asked === null || (asked.options["consistency"] ?? 2) !== 2) return { state, outputs };
    const isOwn = (output: ServerOutput) => output.connection === asked.connection;
    return {
      state,
      outputs: [...outputs.filter(isOwn), ...outputs.filter((each) => !isOwn(each))],
    };
  },
};

export const targetsIgnored: Mutant = {
  id: "targets-ignored",
  clause: "PUB-5",
  properties: ["no-unwanted-publication"],
  description: "Publishes what is not stored to everybody, whatever targetClients says.",
  create: (step) =>
    misreading(step, (asked) =>
      asked.options["noStore"] === true ? withoutOption(asked, "targetClients") : null,
    ),
};

export const noTargetsMeansAll: Mutant = {
  id: "no-targets-means-all",
  clause: "PUB-5",
  properties: ["no-unwanted-publication"],
  description: "Takes an empty list of targetClients for none at all.",
  create: (step) =>
    misreading(step, (asked) => {
      const targets = asked.options["targetClients"];
      return Array.isArray(targets) && targets.length === 0
        ? withoutOption(asked, "targetClients")
        : null;
    }),
};

export const targetsLeak: Mutant = {
  id: "targets-leak",
  clause: "PUB-5",
  properties: ["no-missed-publication"],
  description: "Applies the targetClients of a write to the next one of the same connection.",
  create(step) {
    const last = new Map<string, Json | undefined>();
    return misreading(step, ({ request, connection, options }) => {
      if (request.action !== "set" && request.action !== "remove") return null;
      const targetClients = last.get(connection);
      last.set(connection, options["targetClients"]);
      if (targetClients === undefined || "targetClients" in options) return null;
      return { options: { ...options, targetClients } };
    });
  },
};

export const targetsAddressed: Mutant = {
  id: "targets-need-no-match",
  clause: "PUB-5",
  properties: ["no-unwanted-publication"],
  description: "Publishes to the sessions named in targetClients by any subscription they have.",
  create: (step) =>
    mishearing(step, ({ connection, subscription }, asked, state) => {
      const targets = asked.options["targetClients"];
      const isNamed =
        Array.isArray(targets) &&
        (targets as readonly Json[]).includes(sessionIdOf(state, connection));
      return isNamed ? onPath(subscription, asked.path) : subscription;
    }),
};

export const swapKinds: Mutant = {
  id: "swap-unstored-and-stored",
  clause: "PUB-6",
  properties: ["publication-order"],
  description: "Sends a write with noStore after the stored one that followed it, on one channel.",
  create(step) {
    const held = new Map<string, FrameOutput>();
    return withOutputs(step, (output) => {
      const meta = publicationMeta(output);
      if (meta === null) return [output];
      const key = JSON.stringify([output.connection, meta["channel"], meta["sessionId"]]);
      const earlier = held.get(key);
      held.delete(key);
      if (earlier !== undefined) {
        return meta["modified"] === undefined ? [earlier, output] : [output, earlier];
      }
      if (meta["modified"] !== undefined) return [output];
      held.set(key, output);
      return [];
    });
  },
};

export const swapForOne: Mutant = {
  id: "swap-for-one",
  clause: "PUB-6",
  properties: ["publication-order"],
  description: "Sends two writes of different sessions the wrong way round to one of two hearers.",
  create(step) {
    const held = new Map<string, FrameOutput>();
    return withOutputs(step, (output, { subscriptions }) => {
      const meta = publicationMeta(output);
      const isFirst = [...subscriptions.keys()][0] === output.connection;
      if (meta?.["modified"] === undefined || isFirst) return [output];
      const key = JSON.stringify([output.connection, meta["channel"], meta["path"]]);
      const earlier = held.get(key);
      held.delete(key);
      if (earlier !== undefined) {
        const isOther = publicationMeta(earlier)?.["sessionId"] !== meta["sessionId"];
        return isOther ? [output, earlier] : [earlier, output];
      }
      held.set(key, output);
      return [];
    });
  },
};

export const unheardUnpublished: Mutant = {
  id: "unheard-unpublished",
  clause: "PUB-7",
  properties: ["answer-data"],
  description: "Answers a write that nobody has subscribed to as not published.",
  create: (step) =>
    misanswering(step, ({ meta, asked }, { subscriptions }) =>
      asked.request.action === "set" && subscriptions.size === 0
        ? { meta: { ...meta, published: false } }
        : null,
    ),
};

export const removeUnheardByAll: Mutant = {
  id: "remove-unheard-by-all",
  clause: "PUB-8",
  properties: ["no-missed-publication"],
  description: "Does not tell ALL subscriptions on exact paths of a removal.",
  create: (step) =>
    mishearing(step, ({ subscription }, asked) => {
      const { action, path } = subscription.channel;
      const isDeaf = asked.request.action === "remove" && action === "ALL" && !path.includes("*");
      return isDeaf ? null : subscription;
    }),
};

export const resultsOfSessions: Mutant = {
  id: "results-of-sessions",
  clause: "PUB-5",
  properties: ["publish-results"],
  description: "Counts sessions instead of publications in publishResults.",
  create: (step) => (before, input) => {
    const { state, outputs } = step(before, input);
    const heard = outputs.filter(
      (output) => output.kind === "frame" && publicationMeta(output) !== null,
    );
    const successful = new Set(heard.map(({ connection }) => connection)).size;
    const changed = misanswering(
      () => ({ state, outputs }),
      ({ meta }) => {
        const results = meta["publishResults"];
        if (!isJsonObject(results)) return null;
        return { meta: { ...meta, publishResults: { ...results, successful } } };
      },
    );
    return changed(before, input);
  },
};

export const swapPipelined: Mutant = {
  id: "swap-pipelined",
  clause: "PUB-6",
  properties: ["pipelined-order", "publication-order"],
  description: "Sends two writes of the same moment by one session the wrong way round.",
  create(step) {
    const held = new Map<string, { readonly output: FrameOutput; readonly at: number }>();
    const isTurn = everyThird();
    return withOutputs(step, (output, _state, { at }) => {
      const meta = publicationMeta(output);
      if (meta === null) return [output];
      const key = JSON.stringify([output.connection, meta["channel"], meta["sessionId"]]);
      const earlier = held.get(key);
      held.delete(key);
      if (earlier !== undefined) {
        return at - earlier.at <= 1 ? [output, earlier.output] : [earlier.output, output];
      }
      if (!isTurn()) return [output];
      held.set(key, { output, at });
      return [];
    });
  },
};
