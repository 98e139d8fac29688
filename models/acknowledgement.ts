/**
 * Publications that wait for their recipients, and what the publisher is told of them (PUB-4).
 *
 * @packageDocumentation
 */
import type { Json, JsonObject } from "../src/protocol/index.js";
import type { FrameOutput } from "./boundary.js";

/** Virtual milliseconds after which an unacknowledged publication is given up. */
export const ACKNOWLEDGE_TIMEOUT_MS = 60_000;

export interface Awaited {
  readonly publicationId: string;
  readonly publisher: string;
  readonly eventId: Json;
  /** Connections of the frames that nobody acknowledged yet; twice where two frames were sent. */
  readonly waiting: readonly string[];
  readonly frames: number;
  /** Virtual milliseconds at which it is given up. */
  readonly dueAt: number;
}

/** In the order in which they were published, and so in the order in which they are due. */
export type Acknowledgements = readonly Awaited[];

export interface AcknowledgementStep {
  readonly acknowledgements: Acknowledgements;
  readonly outputs: readonly FrameOutput[];
}

/** A recipient acknowledged one frame; the last one tells the publisher. */
export function acknowledged(
  acknowledgements: Acknowledgements,
  connection: string,
  publicationId: Json,
): AcknowledgementStep {
  const index = acknowledgements.findIndex(
    (awaited) => awaited.publicationId === publicationId && awaited.waiting.includes(connection),
  );
  const found = acknowledgements[index];
  if (found === undefined) return { acknowledgements, outputs: [] };
  const waiting = found.waiting.toSpliced(found.waiting.indexOf(connection), 1);
  if (waiting.length > 0) {
    return { acknowledgements: acknowledgements.with(index, { ...found, waiting }), outputs: [] };
  }
  return {
    acknowledgements: acknowledgements.toSpliced(index, 1),
    outputs: [publicationAck(found, { acknowledged: found.frames })],
  };
}

/** Gives up what is due at `at`. */
export function expired(acknowledgements: Acknowledgements, at: number): AcknowledgementStep {
  const due = acknowledgements.filter(({ dueAt }) => dueAt <= at);
  if (due.length === 0) return { acknowledgements, outputs: [] };
  return {
    acknowledgements: acknowledgements.filter(({ dueAt }) => dueAt > at),
    outputs: due.map((awaited) =>
      publicationAck(
        awaited,
        { acknowledged: awaited.frames - awaited.waiting.length },
        "unacknowledged publication",
      ),
    ),
  };
}

/** Forgets what a connection published: there is nobody left to tell. What it has not acknowledged stays due. */
export function withoutPublisher(
  acknowledgements: Acknowledgements,
  connection: string,
): Acknowledgements {
  return acknowledgements.filter(({ publisher }) => publisher !== connection);
}

/** What the publisher is told of a publication once it is over; `error` where it failed. */
export function publicationAck(
  { publisher, publicationId, eventId, frames }: Omit<Awaited, "waiting" | "dueAt">,
  counts: JsonObject = {},
  error?: string,
): FrameOutput {
  return {
    kind: "frame",
    connection: publisher,
    frame: {
      id: publicationId,
      action: "publication-ack",
      result: { successful: frames, failed: 0, skipped: 0, queued: frames, ...counts },
      ...(error === undefined ? {} : { error }),
      status: error === undefined ? "ok" : "error",
      _meta: { type: "ack", eventId },
    },
  };
}
