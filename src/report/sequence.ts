/**
 * A timeline on a terminal: the sequence of frames between lanes, with the broken expectation where
 * it shows.
 *
 * A frame is one line, at the instant at which it crosses the server's boundary: that is where a
 * server is judged (docs/adr/0006). The time that it spends on the way is said beside it.
 *
 * @packageDocumentation
 */
import type { Paint } from "./paint.js";
import { shortened } from "./printable.js";
import { counted, grouped } from "./quantity.js";
import { LaneGraph } from "./sequence-graph.js";
import { easyLevel, sequenceRows, type SequenceRow } from "./sequence-rows.js";
import {
  labelOf,
  type OrderEntry,
  type Relevance,
  type TimelineEvent,
  type TimelineModel,
} from "./timeline/model.js";
import { wrapped } from "./wrap.js";

export interface SequenceOptions {
  /** Of the terminal. */
  readonly columns: number;
  readonly paint: Paint;
  /** How much is shown; left open, as much as stays easy to follow. */
  readonly shows?: Relevance;
}

/** Lines of frames up to which more than the essential is shown by itself. */
const LINES_EASY_MAX = 40;
/** Silence that is worth a line, in virtual milliseconds. */
const SILENCE_MS_MIN = 1_000;
/** Below that many columns, delays are left out. */
const COLUMNS_OF_DELAYS = 90;
/** Steps shown of an order, the last ones. */
const STEPS_SHOWN_MAX = 8;
/** ` [2]   1,234 ms  `, before the lanes. */
const MARGIN = 17;
const PAD = " ".repeat(MARGIN);

/** The lines, without trailing white space; coloured by `paint` alone. */
export function sequenceLines(model: TimelineModel, options: SequenceOptions): readonly string[] {
  const { rows, hiddenAfter } = sequenceRows(
    model,
    options.shows ?? easyLevel(model, LINES_EASY_MAX),
  );
  const { paint } = options;
  const drawing = new Drawing(model, rows, options);
  const lines: string[] = [...drawing.head()];
  const last = model.broken.evidence.at(-1);
  let at = 0;
  for (const row of rows) {
    lines.push(...gap(row.hiddenBefore, row.event.at - at, paint), ...drawing.row(row));
    if (last !== undefined && row.covers.includes(last)) lines.push(...drawing.broken());
    at = row.event.at;
  }
  lines.push(...gap(hiddenAfter, 0, paint));
  if (last === undefined) lines.push(...drawing.broken());
  lines.push(...drawing.order());
  return lines.map((line) => line.trimEnd());
}

/** An event on one line, without lanes: `c1 → server: #4 get /a`. */
export function eventWords(model: TimelineModel, event: TimelineEvent): string {
  return `${partiesOf(model, event)} ${labelOf(model, event)}`;
}

function partiesOf({ lanes, events }: TimelineModel, event: TimelineEvent): string {
  const { lane, from, towards, kind } = event;
  const name = (place: number | undefined) => lanes[place ?? -1]?.name ?? "";
  if (from !== undefined)
    return `${name(events[from]?.lane)} → ${name(lane)}${kind === "receive" ? " (received)" : ""}:`;
  if (towards === undefined) return `${name(lane)}:`;
  return `${name(lane)} → ${name(towards)}${kind === "send" ? " (sent)" : ""}:`;
}

/** `⋮ 12 events not shown, 2,985 ms`; nothing where it is worth no line. */
function gap(hidden: number, ms: number, paint: Paint): readonly string[] {
  if (hidden === 0 && ms < SILENCE_MS_MIN) return [];
  const words = [
    ...(hidden === 0 ? [] : [`${counted(hidden, "event")} not shown`]),
    ...(ms < SILENCE_MS_MIN ? [] : [`${grouped(ms)} ms`]),
  ];
  return [paint.dim(`${PAD.slice(4)}⋮ ${words.join(", ")}`)];
}

class Drawing {
  readonly #model: TimelineModel;
  readonly #paint: Paint;
  readonly #columns: number;
  /** Null where the terminal is too narrow for lanes. */
  readonly #graph: LaneGraph | null;

  constructor(
    model: TimelineModel,
    rows: readonly SequenceRow[],
    { columns, paint }: SequenceOptions,
  ) {
    this.#model = model;
    this.#paint = paint;
    this.#columns = columns;
    const used = new Set(rows.flatMap(({ event }) => [event.lane, this.#otherLane(event)]));
    this.#graph = LaneGraph.fitting(model.lanes, (lane) => used.has(lane), columns - MARGIN);
  }

  head(): readonly string[] {
    return this.#graph === null ? [] : [this.#paint.dim(PAD + this.#graph.head())];
  }

  row(row: SequenceRow): readonly string[] {
    const { event, covers } = row;
    const paint = this.#paint;
    const numbers = covers
      .map((index) => this.#model.events[index]?.evidence)
      .filter((number) => number !== undefined);
    const mark = numbers.length === 0 ? "" : `[${numbers.join(",")}]`;
    const time = `${grouped(event.at)} ms`;
    const margin = `${mark.padStart(5)}${time.padStart(MARGIN - 7)}  `;
    const isEvidence = numbers.length > 0;
    const way = this.#way(event);
    const lanes = this.#lanes(event);
    const room = this.#columns - MARGIN - (this.#graph?.columns ?? lanes.length) - 1;
    const label = shortened(
      labelOf(this.#model, event),
      Math.max(12, room - (way === "" ? 0 : way.length + 2)),
    );
    const said = `${label}${way === "" ? "" : paint.dim(`  ${way}`)}`;
    const painted = isEvidence
      ? paint.bold(colour(event, paint)(said))
      : colour(event, paint)(said);
    const shownMargin = isEvidence ? paint.red(margin) : paint.dim(margin);
    return [`${shownMargin}${isEvidence ? lanes : paint.dim(lanes)} ${painted}`];
  }

  /** What was seen and what was expected, set apart from the frames. */
  broken(): readonly string[] {
    const { clause, severity, seen, expected } = this.#model.broken;
    const paint = this.#paint;
    const pad = this.#graph === null ? "  " : PAD;
    const width = this.#columns - pad.length - 12;
    const block = (head: string, text: string) =>
      wrapped(text, width).map(
        (line, place) => `${pad}${paint.red("┃")} ${(place === 0 ? head : "").padEnd(9)} ${line}`,
      );
    return [
      `${pad}${paint.red("┃")} ${paint.bold(paint.red(`✗ ${clause} (${severity}) is broken here`))}`,
      ...block("seen", seen),
      ...block("expected", expected),
    ];
  }

  /** The order of operations that goes furthest, and what can't follow. */
  order(): readonly string[] {
    const { order } = this.#model;
    if (order === null) return [];
    const paint = this.#paint;
    const steps = order.steps.slice(-STEPS_SHOWN_MAX);
    const earlier = order.omitted + order.steps.length - steps.length;
    const width = Math.max(20, Math.floor((this.#columns - 12) / 2));
    const line = (client: string, words: string, rest: string) =>
      `  ${client.padEnd(6)} ${shortened(words, width).padEnd(width)}  ${rest}`;
    const there = (changes: readonly OrderEntry[]) =>
      paint.dim(shortened(changes.map(entryWords).join(", "), width));
    return [
      "",
      `  ${paint.bold("The order of operations that goes furthest")}, and what is stored after each`,
      ...(earlier === 0 ? [] : [paint.dim(`  … ${counted(earlier, "step")} before`)]),
      ...steps.map(({ client, words, changes }) => line(client, words, there(changes))),
      ...order.refuted
        .slice(0, STEPS_SHOWN_MAX)
        .map(({ client, words, why }) =>
          line(client, words, paint.red(`✗ ${shortened(why, width)}`)),
        ),
    ];
  }

  #lanes(event: TimelineEvent): string {
    const { lane, from } = event;
    const other = this.#otherLane(event);
    const [start, end] = from === undefined ? [lane, other] : [other ?? lane, lane];
    if (this.#graph === null) return partiesOf(this.#model, event);
    if (end === undefined) return this.#graph.mark(lane, event.group === "fault" ? "▒" : "●");
    const isLost = event.kind !== "write" && event.to === undefined && event.from === undefined;
    return this.#graph.arrow(start, end, isLost);
  }

  /** Of a frame, the lane at its other end. */
  #otherLane({ from, towards }: TimelineEvent): number | undefined {
    return from === undefined ? towards : this.#model.events[from]?.lane;
  }

  /** How long a frame was on the way; nothing where there is no room for it. */
  #way({ at, kind, from, to }: TimelineEvent): string {
    const { events } = this.#model;
    if (kind === "send" || kind === "relay") return "never arrived";
    if (this.#columns < COLUMNS_OF_DELAYS) return "";
    if (kind === "arrive") return `${grouped(at - (events[from ?? -1]?.at ?? at))} ms on the way`;
    if (kind !== "write") return "";
    const end = events[to ?? -1];
    return end === undefined ? "never received" : `${grouped(end.at - at)} ms on the way`;
  }
}

function colour({ group, isBad }: TimelineEvent, paint: Paint): (text: string) => string {
  if (isBad === true) return paint.red;
  switch (group) {
    case "publication":
      return paint.cyan;
    case "fault":
      return paint.yellow;
    case "heartbeat":
    case "connection":
    case "handshake":
      return paint.dim;
    default:
      return (text) => text;
  }
}

/** `/a: {"x":1}`. */
function entryWords({ path, value }: OrderEntry): string {
  return `${path}: ${value === undefined ? "not known" : (value ?? "nothing")}`;
}
