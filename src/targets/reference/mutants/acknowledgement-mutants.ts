/**
 * Mutants that tell a publisher something else than what became of its publication (PUB-4).
 *
 * @packageDocumentation
 */
import type { ServerOutput, ServerState } from "../../../../models/index.js";
import { isJsonObject, type Json } from "../../../protocol/index.js";
import { askedFor } from "./deviation.js";
import type { Mutant, Step } from "./mutant.js";

export const firstAckIsEnough: Mutant = {
  id: "first-ack-is-enough",
  clause: "PUB-4",
  properties: ["publication-acknowledged"],
  description: "Waits for the first of several recipients only.",
  create: (step) =>
    awaiting(step, (awaited) => ({ ...awaited, waiting: awaited.waiting.slice(0, 1) })),
};

export const ackOfWrongSession: Mutant = {
  id: "ack-of-wrong-session",
  clause: "PUB-4",
  properties: ["publication-acknowledged"],
  description: "Counts an acknowledgement for another recipient of the publication, too.",
  create: (step) =>
    acknowledgingToo(step, ({ connection, publicationId }, awaited) =>
      awaited.publicationId === publicationId
        ? awaited.waiting.find((other) => other !== connection)
        : undefined,
    ),
};

export const ackOfAllPublications: Mutant = {
  id: "ack-of-all-publications",
  clause: "PUB-4",
  properties: ["publication-acknowledged"],
  description: "Counts an acknowledgement for all that the session was sent.",
  create: (step) =>
    acknowledgingToo(step, ({ connection, publicationId }, awaited) =>
      awaited.publicationId === publicationId
        ? undefined
        : awaited.waiting.find((other) => other === connection),
    ),
};

export const noAckWithoutRecipients: Mutant = {
  id: "no-ack-without-recipients",
  clause: "PUB-4",
  properties: ["publication-acknowledged"],
  description: "Waits for ever, with consistency 3, where there is no recipient.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "set", "remove");
    const hasNone = next.state.acknowledgements.length === state.acknowledgements.length;
    if (asked?.options["consistency"] !== 3 || !hasNone) return next;
    return { ...next, outputs: next.outputs.filter((output) => !isPublicationAck(output)) };
  },
};

export const deferredUntold: Mutant = {
  id: "deferred-untold",
  clause: "PUB-4",
  properties: ["publication-acknowledged"],
  description: "Sends no publication-ack, with consistency 1, of what somebody heard.",
  create: (step) => (state, input) => {
    const next = step(state, input);
    const asked = askedFor(input, "set", "remove");
    if (asked?.options["consistency"] !== 1 || next.outputs.length < 3) return next;
    return { ...next, outputs: next.outputs.filter((output) => !isPublicationAck(output)) };
  },
};

export const gaveUpTooEarly: Mutant = {
  id: "gave-up-too-early",
  clause: "PUB-4",
  properties: ["publication-acknowledged"],
  description: "Gives a publication up after a tenth of a second without acknowledgement.",
  create: (step) =>
    awaiting(step, (awaited) => ({ ...awaited, dueAt: awaited.dueAt - 60_000 + 100 })),
};

type Awaited = ServerState["acknowledgements"][number];

/** A step that awaits something else of each new publication. */
function awaiting(step: Step, change: (awaited: Awaited) => Awaited): Step {
  return (state, input) => {
    const next = step(state, input);
    const known = new Set(state.acknowledgements);
    const isNew = askedFor(input, "set", "remove") !== null;
    if (!isNew || next.state.acknowledgements === state.acknowledgements) return next;
    const acknowledgements = next.state.acknowledgements.map((awaited) =>
      known.has(awaited) ? awaited : change(awaited),
    );
    return { ...next, state: { ...next.state, acknowledgements } };
  };
}

/**
 * A step that takes an acknowledgement for others as well: `whose` gives the connection that it
 * also counts for, of each publication that waits.
 */
function acknowledgingToo(
  step: Step,
  whose: (
    ack: { readonly connection: string; readonly publicationId: Json | undefined },
    awaited: Awaited,
  ) => string | undefined,
): Step {
  return (state, input) => {
    const asked = askedFor(input, "ack");
    if (asked === null || input.kind !== "frame") return step(state, input);
    const { connection, request } = asked;
    let current = state;
    const early: ServerOutput[] = [];
    for (const awaited of state.acknowledgements) {
      const other = whose({ connection, publicationId: request.data }, awaited);
      if (other === undefined) continue;
      const text = JSON.stringify({ action: "ack", data: awaited.publicationId });
      const next = step(current, { ...input, connection: other, text });
      current = next.state;
      // What may be answered to it would be an answer to a frame never sent.
      early.push(...next.outputs.filter(isPromised));
    }
    const last = step(current, input);
    return { ...last, outputs: [...early, ...last.outputs] };
  };
}

function isPublicationAck(output: ServerOutput): boolean {
  const frame = output.kind === "frame" ? output.frame : null;
  return isJsonObject(frame) && frame["action"] === "publication-ack";
}

function isPromised(output: ServerOutput): boolean {
  return output.kind === "close" || output.optional !== true;
}
