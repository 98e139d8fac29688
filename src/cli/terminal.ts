/**
 * What is known of the terminal that is written to.
 *
 * @packageDocumentation
 */
import type { WriteStream } from "node:tty";

/** Where output isn't a terminal's: files and pipes. */
const COLUMNS_DEFAULT = 120;
const COLUMNS_MIN = 40;
const COLUMNS_MAX = 200;

/** Columns to write in, within bounds at which lines can be read. */
export function columnsOf(stream: WriteStream): number {
  const columns = stream.isTTY ? stream.columns : COLUMNS_DEFAULT;
  return Math.min(COLUMNS_MAX, Math.max(COLUMNS_MIN, columns || COLUMNS_DEFAULT));
}

/** Whether somebody sits before a screen that a page can be opened on. */
export function hasDisplay(): boolean {
  if (process.env["CI"] !== undefined || !process.stdout.isTTY) return false;
  if (process.platform === "darwin" || process.platform === "win32") return true;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return (DISPLAY ?? "") !== "" || (WAYLAND_DISPLAY ?? "") !== "";
}
