/**
 * Two histories side by side on a terminal, from a little before they part.
 *
 * @packageDocumentation
 */
import type { History } from "../../history/index.js";
import type { Plan } from "../../plan/index.js";
import type { Paint } from "../paint.js";
import { printable, shortened } from "../printable.js";
import { grouped } from "../quantity.js";
import { eventWords } from "../sequence.js";
import { timelineOf } from "../timeline/timeline-model.js";
import type { TimelineModel } from "../timeline/model.js";
import { wrapped } from "../wrap.js";
import type { HistoryDifference } from "./history-diff.js";

export interface DiffSide {
  /** What the side is called: a target, a folder. */
  readonly name: string;
  readonly history: History;
}

export interface DiffOptions {
  readonly plan: Plan | null;
  /** Events shown before and behind the difference. */
  readonly context: number;
  readonly columns: number;
  readonly paint: Paint;
}

/** Columns from which on two histories stand side by side. */
const SIDE_BY_SIDE_MIN = 100;

/** What both sides say around their first difference, and in which fields it differs. */
export function diffLines(
  { left, right, fields, compared }: HistoryDifference,
  sides: readonly [DiffSide, DiffSide],
  options: DiffOptions,
): readonly string[] {
  const { paint, columns } = options;
  const [one, other] = sides.map((side) => modelOf(side, options.plan)) as [
    TimelineModel,
    TimelineModel,
  ];
  // The side that lacks the event is shown where it would have been in time.
  const leftAt = left ?? placeAt(one, other.events[right ?? 0]?.at ?? 0);
  const rightAt = right ?? placeAt(other, one.events[left ?? 0]?.at ?? 0);
  const own = windowOf(one, leftAt, left !== null, options.context);
  const their = windowOf(other, rightAt, right !== null, options.context);
  const isWide = columns >= SIDE_BY_SIDE_MIN;
  const width = isWide ? Math.floor((columns - 7) / 2) : columns - 4;
  const names = sides.map(({ name }) => shortened(printable(name), width));
  const lines = isWide
    ? sideBySide(own, their, names, width, paint)
    : [
        paint.bold(`  − ${names[0]}`),
        ...own.map((line) => painted(line, width, paint)),
        paint.bold(`  + ${names[1]}`),
        ...their.map((line) => painted(line, width, paint)),
      ];
  const how =
    compared === "raw" ? "The histories differ" : "The histories differ, ids and times aside";
  return [
    `  ${how}: ${whereOf("the left", left)}, ${whereOf("the right", right)}`,
    "",
    ...lines,
    "",
    ...fields.flatMap(({ path, left: was, right: is }) => [
      `  ${paint.bold(printable(path === "" ? "the whole" : path))}`,
      ...valueLines("−", was, columns, paint.red),
      ...valueLines("+", is, columns, paint.green),
    ]),
  ];
}

interface Line {
  readonly text: string;
  readonly isDifferent: boolean;
}

function modelOf({ history }: DiffSide, plan: Plan | null): TimelineModel {
  const finding = {
    ...{ severity: "may" as const, clause: "", property: "", message: "", expected: "" },
    evidence: [],
  };
  return timelineOf({ finding, history, plan });
}

function windowOf(
  model: TimelineModel,
  index: number,
  isThere: boolean,
  context: number,
): readonly Line[] {
  const lines: Line[] = [];
  for (let at = Math.max(0, index - context); at <= index + context; at += 1) {
    if (!isThere && at === index) lines.push({ text: "(nothing here)", isDifferent: true });
    const event = model.events[at];
    if (event === undefined) continue;
    const time = `${grouped(event.at)} ms`.padStart(10);
    lines.push({
      text: `${time}  ${eventWords(model, event)}`,
      isDifferent: isThere && at === index,
    });
  }
  return lines;
}

function sideBySide(
  own: readonly Line[],
  their: readonly Line[],
  names: readonly string[],
  width: number,
  paint: Paint,
): readonly string[] {
  const cell = (line: Line | undefined) => shortened(line?.text ?? "", width).padEnd(width);
  const rows = Math.max(own.length, their.length);
  const offset = own.findIndex(isDifferent) - their.findIndex(isDifferent);
  const [ownOffset, theirOffset] = offset >= 0 ? [0, offset] : [-offset, 0];
  const lines = Array.from({ length: rows + Math.abs(offset) }, (_, row) => {
    const [one, other] = [own[row - ownOffset], their[row - theirOffset]];
    const isMarked = one?.isDifferent === true || other?.isDifferent === true;
    const mark = isMarked ? paint.red("≠") : "│";
    const [left, right] = [cell(one), cell(other)];
    return isMarked
      ? `  ${paint.red(left)} ${mark} ${paint.green(right)}`
      : paint.dim(`  ${left} ${mark} ${right}`);
  }).filter((line) => line.trim() !== "│");
  const head = names.map((name) => name.padEnd(width)).join(" │ ");
  return [paint.bold(`  ${head}`), ...lines].map((line) => line.trimEnd());
}

function isDifferent(line: Line): boolean {
  return line.isDifferent;
}

function painted({ text, isDifferent: isMarked }: Line, width: number, paint: Paint): string {
  const line = shortened(text, width);
  return isMarked ? paint.red(`  ≠ ${line}`) : paint.dim(`    ${line}`);
}

function whereOf(side: string, index: number | null): string {
  return index === null ? `${side} has nothing there` : `${side} at event ${grouped(index)}`;
}

/** The first event later than a time; behind the last where there is none. */
function placeAt({ events }: TimelineModel, at: number): number {
  const found = events.findIndex((event) => event.at > at);
  return found < 0 ? events.length : found;
}

function valueLines(
  mark: string,
  value: string | null,
  columns: number,
  paint: (text: string) => string,
): readonly string[] {
  const text = shortened(printable(value ?? "(absent)"), 2_000);
  return wrapped(text, columns - 6).map((line, place) =>
    paint(`    ${place === 0 ? mark : " "} ${line}`),
  );
}
