/**
 * Colour, where the terminal has it.
 *
 * @packageDocumentation
 */
import picocolors from "picocolors";

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

export function paintOf(isColoured: boolean): Paint {
  return picocolors.createColors(isColoured);
}
