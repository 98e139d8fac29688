/**
 * What a server does in several turns of its event loop, although it belongs together.
 *
 * Left alone between two frames, such a server is as right as the model: only what comes in between
 * two rounds of its immediates shows that it is wrong.
 *
 * @packageDocumentation
 */
import type { FrameOutput, ServerInput, ServerState } from "../../../../models/index.js";
import type { Timeline } from "../../../sim/index.js";
import type { Step } from "./step.js";

/** What a race may set its timers and immediates by. */
export interface Turns {
  /** Virtual milliseconds. */
  readonly clock: Timeline;
  /** Rounds of immediates. */
  readonly rounds: Timeline;
}

/** Makes frames of the chunks that one connection brings. */
export interface FrameReader {
  /** Whether the last chunk ended inside a frame. */
  readonly isInside: boolean;
  /** The frames that the chunk completes; a binary one is null. */
  push(chunk: Uint8Array): readonly (string | null)[];
}

/** What becomes of a frame that is taken up. */
export interface HalfDone {
  /** What is changed at once; nothing where absent. */
  readonly state?: ServerState;
  /** What is done three rounds later. */
  readonly later: Step;
}

export interface Race {
  /** Called once, before anything else. */
  begin?(turns: Turns): void;
  /** Reads the chunks of a new connection, by a reader that is right. */
  reader?(right: FrameReader): Pick<FrameReader, "push">;
  /** A frame is taken up. */
  takeUp?(state: ServerState, input: ServerInput, step: Step): HalfDone;
  /** A frame is to be written, which `write` does: at once, or when it is called. */
  write?(output: FrameOutput, write: () => void): void;
}
