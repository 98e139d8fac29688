/**
 * What a server does below the protocol: how it takes in bytes, tells the time, and keeps records.
 *
 * The model says nothing of these. A mutant has another habit.
 *
 * @packageDocumentation
 */
import { FRAMING_HABITS, type FramingHabits } from "./frame-stream.js";
import { FILE_HABITS, type FileHabits } from "./file-store.js";

export interface Habits extends FramingHabits {
  /** Whether it handles a frame that many milliseconds after it came. */
  handlesLate(lateMs: number): boolean;
  /** Whether it writes to a client that does not read, and for which so many bytes wait. */
  writesBehind(waitingBytes: number): boolean;
  /** Whether it notices that a client sends no more, without a closing handshake. */
  readonly noticesHalfClose: boolean;
  /** Whether it measures silence by its wall clock. */
  readonly timesByWallClock: boolean;
  /** Whether it keeps what it had for a connection that was reset so many milliseconds after it opened. */
  keepsReset(ageMs: number): boolean;
  readonly file: FileHabits;
}

export const HABITS: Habits = {
  ...FRAMING_HABITS,
  handlesLate: () => true,
  writesBehind: () => true,
  noticesHalfClose: true,
  timesByWallClock: false,
  keepsReset: () => false,
  file: FILE_HABITS,
};
