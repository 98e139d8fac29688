/**
 * Ctrl-C, and what a scheduler sends in its place.
 *
 * @packageDocumentation
 */
import { EXIT } from "./exit-code.js";
import type { StatusLine } from "./status-line.js";

/** Calls `first` on the first Ctrl-C and `second` on each further one; the result undoes it. */
export function onInterrupt(first: () => void, second: () => void): () => void {
  let count = 0;
  const listener = () => {
    count += 1;
    if (count === 1) first();
    else second();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}

/** Of work that is done case by case: the first Ctrl-C lets no further one begin, the second leaves at once. */
export class Interruption {
  /** Undoes it. */
  readonly release: () => void;
  #hasCome = false;

  constructor(status: StatusLine) {
    this.release = onInterrupt(
      () => {
        this.#hasCome = true;
        status.note("  stopping: no further cases (Ctrl-C again to leave at once)");
      },
      () => process.exit(EXIT.unknown),
    );
  }

  get hasCome(): boolean {
    return this.#hasCome;
  }
}
