/**
 * Servers that are wrong on purpose: one small deviation each, now and then, by which the
 * properties are tried.
 *
 * @packageDocumentation
 */
import type {
  FrameOutput,
  ServerInput,
  ServerOutput,
  ServerState,
  ServerStep,
} from "../../../../models/index.js";
import { isJsonObject, type JsonObject } from "../../../protocol/index.js";

export type Step = (state: ServerState, input: ServerInput) => ServerStep;

export interface Mutant {
  /** Two to four words: what it does wrong. */
  readonly id: string;
  /** The clause of docs/PROTOCOL.md that it breaks. */
  readonly clause: string;
  /** Ids of the properties that must find it; one of them is enough. */
  readonly properties: readonly string[];
  /** One sentence in the present tense. */
  readonly description: string;
  /** Makes the wrong server of one run; what it counts starts anew. */
  create(step: Step): Step;
}

/** True for each third time it is asked. */
export function everyThird(): () => boolean {
  let asked = 0;
  return () => {
    asked += 1;
    return asked % 3 === 0;
  };
}

/** A step whose outputs are changed one by one. */
export function withOutputs(
  step: Step,
  change: (output: FrameOutput, state: ServerState) => readonly ServerOutput[],
): Step {
  return (before, input) => {
    const { state, outputs } = step(before, input);
    return {
      state,
      outputs: outputs.flatMap((output) =>
        output.kind === "frame" ? change(output, state) : [output],
      ),
    };
  };
}

/** The `_meta` of a publication that must be sent; null for any other frame. */
export function publicationMeta({ frame, optional }: FrameOutput): JsonObject | null {
  return optional === true ? null : metaOfType(frame, "data");
}

/** The `_meta` of an answer that is no list; null for any other frame. */
export function answerMeta({ frame }: FrameOutput): JsonObject | null {
  return metaOfType(frame, "response");
}

function metaOfType(frame: FrameOutput["frame"], type: string): JsonObject | null {
  const meta = isJsonObject(frame) ? frame["_meta"] : null;
  return isJsonObject(meta) && meta["type"] === type ? meta : null;
}
