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

export function paintOf(isColoured: boolean): Paint {
  return picocolors.createColors(isColoured);
}
