/**
 * Colour, where the terminal has it.
 *
 * @packageDocumentation
 */
import picocolors from "picocolors";

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** Colours where they are wanted: never with NO_COLOR set, nor on a terminal that has none. */
export function paintOf(isWanted: boolean): Paint {
  // Streams that are no terminal say `undefined`, for which picocolors would ask the environment instead.
  return picocolors.createColors(Boolean(isWanted) && picocolors.isColorSupported);
}
