/**
 * Mutants whose publications are wrong.
 *
 * @packageDocumentation
 */
import type { FrameOutput, ServerOutput } from "../../../../models/index.js";
import { answerMeta, everyThird, publicationMeta, withOutputs, type Mutant } from "./mutant.js";

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

export const misroutePublication: Mutant = {
  id: "misroute-publication",
  clause: "SUB-2",
  properties: ["no-unwanted-publication"],
  description: "Sends a publication to a session that did not subscribe its channel, too.",
  create(step) {
    const isTurn = everyThird();
    return withOutputs(step, (output, { sessions, subscriptions }) => {
      const channel = publicationMeta(output)?.["channel"];
      if (typeof channel !== "string") return [output];
      const other = [...sessions.keys()].find(
        (connection) => subscriptions.get(connection)?.has(channel) !== true,
      );
      return other === undefined || !isTurn()
        ? [output]
        : [output, { ...output, connection: other }];
    });
  },
};

export const keepSubscription: Mutant = {
  id: "keep-subscription",
  clause: "SUB-4",
  properties: ["no-unwanted-publication"],
  description: "Answers an off, and goes on publishing.",
  create(step) {
    const isTurn = everyThird();
    return (before, input) => {
      const { state, outputs } = step(before, input);
      const { connection } = input.kind === "frame" ? input : { connection: "" };
      const had = before.subscriptions.get(connection)?.size ?? 0;
      const has = state.subscriptions.get(connection)?.size ?? 0;
      if (has >= had || !isTurn()) return { state, outputs };
      return { state: { ...state, subscriptions: before.subscriptions }, outputs };
    };
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
