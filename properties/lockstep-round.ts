/**
 * The publications of one round of a lockstep case: those predicted and those written between two
 * moments at which nothing was under way.
 *
 * @packageDocumentation
 */
import type { Publication, PublicationFrame } from "../src/history/index.js";
import { jsonEqual } from "../src/protocol/index.js";
import { itemOf, type Reading } from "./lockstep-frame.js";

/** A publication that the model makes of a request. */
export interface Predicted {
  readonly connection: string;
  readonly frame: PublicationFrame;
  readonly isOptional: boolean;
  readonly reading: Reading;
  /** Indices of the request's arrival and answer. */
  readonly causedBy: readonly number[];
}

export interface Comparison {
  /** Predicted and written, in pairs. */
  readonly pairs: readonly { readonly predicted: Predicted; readonly written: Publication }[];
  readonly missing: readonly Predicted[];
  readonly surplus: readonly Publication[];
}

/** Pairs what was predicted with what was written, by connection, channel and publication id. */
export function compared(
  predicted: readonly Predicted[],
  written: readonly Publication[],
): Comparison {
  const left = [...written];
  const pairs: { predicted: Predicted; written: Publication }[] = [];
  const missing: Predicted[] = [];
  // What is optional comes last, so that it never takes the frame of what is not.
  const inTurn = [
    ...predicted.filter(({ isOptional }) => !isOptional),
    ...predicted.filter(({ isOptional }) => isOptional),
  ];
  for (const one of inTurn) {
    const index = left.findIndex((other) => isSame(one, other));
    const found = left[index];
    if (found !== undefined) {
      left.splice(index, 1);
      pairs.push({ predicted: one, written: found });
    } else if (!one.isOptional) missing.push(one);
  }
  return { pairs, missing, surplus: left };
}

function isSame({ connection, frame, reading }: Predicted, written: Publication): boolean {
  const same = (key: string): boolean => frame.meta[key] === written.frame.meta[key];
  if (connection !== written.connection || !same("channel")) return false;
  // An item that is sent at first is told by its path, or its data where that is wrong (SUB-6).
  if (reading.request.action === "on")
    return same("path") || jsonEqual(frame.data, itemOf(written.frame));
  return same("publicationId");
}
