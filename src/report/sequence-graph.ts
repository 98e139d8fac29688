/**
 * Lanes as text: a column for each, and arrows between them.
 *
 * @packageDocumentation
 */
import { shortened } from "./printable.js";
import type { Lane } from "./timeline/model.js";

/** Columns of a lane, at most and at least. */
const WIDTH_MAX = 12;
const WIDTH_USUAL = 9;
const WIDTH_MIN = 5;
/** Columns that the words beside the lanes need. */
const WORDS_MIN = 36;

export class LaneGraph {
  /** The names of the lanes that are drawn, by the lane's place. */
  readonly #names: ReadonlyMap<number, string>;
  /** The column of each of them. */
  readonly #centres: ReadonlyMap<number, number>;
  readonly #width: number;

  private constructor(names: ReadonlyMap<number, string>, width: number) {
    this.#names = names;
    this.#width = width;
    this.#centres = new Map(
      [...names.keys()].map((lane, column) => [lane, column * width + Math.floor(width / 2)]),
    );
  }

  /** The lanes that are used, as wide as fits beside the words; null where they don't fit. */
  static fitting(
    lanes: readonly Lane[],
    isUsed: (lane: number) => boolean,
    columns: number,
  ): LaneGraph | null {
    const used = [...lanes.entries()].filter(([lane]) => isUsed(lane));
    const names = new Map(used.map(([lane, { name }]) => [lane, name]));
    const longest = Math.max(0, ...[...names.values()].map((name) => name.length));
    const wanted = Math.min(WIDTH_MAX, Math.max(WIDTH_USUAL, longest + 2));
    const width = Math.min(wanted, Math.floor((columns - WORDS_MIN) / Math.max(1, names.size)));
    return width < WIDTH_MIN ? null : new LaneGraph(names, width);
  }

  get columns(): number {
    return this.#names.size * this.#width;
  }

  /** The names above their lanes. */
  head(): string {
    const name = (text: string) => shortened(text, this.#width - 1);
    return [...this.#names.values()].map((full) => centred(name(full), this.#width)).join("");
  }

  /** The lanes, with a mark on one of them. */
  mark(lane: number, mark: string): string {
    const cells = this.#cells();
    cells[this.#centre(lane)] = mark;
    return cells.join("");
  }

  /** The lanes, with an arrow from one to another; one that is lost ends on the way. */
  arrow(from: number, to: number, isLost: boolean): string {
    const cells = this.#cells();
    const [start, end] = [this.#centre(from), this.#centre(to)];
    if (start === end) return this.mark(from, "●");
    const step = start < end ? 1 : -1;
    for (let at = start + step; at !== end; at += step) cells[at] = cells[at] === "│" ? "┼" : "─";
    cells[start] = step > 0 ? "├" : "┤";
    if (!isLost) {
      cells[end - step] = step > 0 ? "▶" : "◀";
      return cells.join("");
    }
    const lostAt = start + step * Math.max(1, Math.floor(Math.abs(end - start) / 2));
    cells[lostAt] = "✗";
    for (let at = lostAt + step; at !== end; at += step) cells[at] = cells[at] === "┼" ? "│" : " ";
    return cells.join("");
  }

  #cells(): string[] {
    const cells = new Array<string>(this.columns).fill(" ");
    for (const centre of this.#centres.values()) cells[centre] = "│";
    return cells;
  }

  #centre(lane: number): number {
    return this.#centres.get(lane) ?? 0;
  }
}

function centred(text: string, width: number): string {
  const left = Math.max(0, Math.floor(width / 2) - Math.floor(text.length / 2));
  return `${" ".repeat(left)}${text}`.padEnd(width).slice(0, width);
}
