/**
 * What lies behind the events: lanes, bands, connections, subscriptions, and the time that the
 * server takes for a request.
 *
 * @packageDocumentation
 */
import { originOf, type Band, type SubscriptionBar } from "../model.js";
import { AXIS_WIDTH, TRACKS_MAX } from "./columns.js";
import { fitted } from "./event-marks.js";
import type { Picture, Window } from "./picture.js";
import { shape } from "./dom.js";

/** Length of a bar along which its channel is written. */
const BAR_WORDS_MIN = 120;

/** Height of a band in which its label has room. */
const BAND_WORDS_MIN = 44;

/** Everything behind the events that the window shows. */
export function drawBackground(picture: Picture, window: Window): readonly SVGElement[] {
  return [
    ...bands(picture, window),
    ...lanes(picture, window),
    ...connections(picture, window),
    ...subscriptions(picture, window),
    ...work(picture, window),
  ];
}

/** Cuts a span to the window; null where it lies outside. */
function clipped(from: number, to: number, { top, bottom }: Window): [number, number] | null {
  const [start, end] = [Math.max(from, top), Math.min(to, bottom)];
  return end < start ? null : [start, end - start];
}

function lanes({ model, columns, layout }: Picture, window: Window): readonly SVGElement[] {
  const span = clipped(0, layout.height, window);
  if (span === null) return [];
  const [y1, height] = span;
  return model.lanes.flatMap(({ role }, lane) => {
    const x = columns.x(lane);
    if (x === null) return [];
    return [shape("line", { class: `lane ${role}`, x1: x, y1, x2: x, y2: y1 + height })];
  });
}

function connections({ model, columns, layout }: Picture, window: Window): readonly SVGElement[] {
  return model.connections.flatMap(({ connection, lane, from, to }) => {
    const x = columns.x(lane);
    const end = to === null ? layout.height : layout.yOf(to);
    const span = clipped(layout.yOf(from), end, window);
    if (x === null || span === null) return [];
    const [y, height] = span;
    const bar = shape("rect", { class: "connection", x: x - 3, y, width: 6, height, rx: 3 });
    bar.append(shape("title", {}, `connection ${connection}`));
    return [bar];
  });
}

function subscriptions(picture: Picture, window: Window): readonly SVGElement[] {
  const { model, columns, layout } = picture;
  const judged = judgedBars(picture);
  return model.subscriptions.flatMap((bar) => {
    const x = columns.x(bar.lane);
    if (x === null) return [];
    const middle = columns.bar(bar.lane, bar.track);
    const y = (index: number | null) => (index === null ? layout.height : layout.yOf(index));
    const [start, certainStart] = [y(bar.from), y(bar.certainFrom ?? bar.to)];
    const [certainEnd, end] = [y(bar.certainTo), y(bar.to)];
    const group = shape("g", { class: `subscription${judged.has(keyOf(bar)) ? " judged" : ""}` });
    group.append(shape("title", {}, titleOf(picture, bar)));
    const part = (from: number, to: number, kind: string) => {
      const span = clipped(from, Math.max(from, to), window);
      if (span === null) return;
      const [top, height] = span;
      group.append(shape("rect", { class: kind, x: middle - 3, y: top, width: 6, height, rx: 2 }));
    };
    part(start, certainStart, "may");
    part(certainStart, certainEnd, "must");
    part(Math.max(certainEnd, certainStart), end, "may");
    const seen = clipped(start, end, window);
    if (seen !== null && seen[1] > BAR_WORDS_MIN && hasRoom(picture, bar)) {
      const [at, x2] = [seen[0] + 12, middle - columns.inward(bar.lane) * 10];
      const words = bar.channel.length > 40 ? `${bar.channel.slice(0, 39)}…` : bar.channel;
      group.append(
        shape(
          "text",
          { class: "bar-words", transform: `translate(${x2 - 3} ${at}) rotate(90)` },
          words,
        ),
      );
    }
    return [group];
  });
}

/** Whether the places outside of a bar are free while it lasts, so that something can be written there. */
function hasRoom({ model }: Picture, bar: SubscriptionBar): boolean {
  if (bar.track >= TRACKS_MAX) return false;
  return !model.subscriptions.some(
    (other) =>
      other.lane === bar.lane &&
      other.track > bar.track &&
      other.from <= (bar.to ?? Infinity) &&
      bar.from <= (other.to ?? Infinity),
  );
}

/** The subscriptions that the evidence is about. */
function judgedBars({ model }: Picture): ReadonlySet<string> {
  const judged = new Set<string>();
  for (const index of model.broken.evidence) {
    const event = model.events[index];
    if (event === undefined) continue;
    const { paths = [] } = originOf(model, event);
    for (const channel of paths) judged.add(keyOf({ connection: event.connection ?? "", channel }));
  }
  return judged;
}

function keyOf({ connection, channel }: Pick<SubscriptionBar, "connection" | "channel">): string {
  return `${connection} ${channel}`;
}

function titleOf({ model }: Picture, bar: SubscriptionBar): string {
  const at = (index: number | null) =>
    index === null ? "the end" : `${model.events[index]?.at ?? 0} ms`;
  return `${bar.connection} subscribes ${bar.channel}: must hear from ${at(bar.certainFrom)} to ${at(bar.certainTo)}, may hear from ${at(bar.from)} to ${at(bar.to)}`;
}

function bands(picture: Picture, window: Window): readonly SVGElement[] {
  const { model, layout, columns } = picture;
  return model.bands.flatMap((band) => {
    const end = band.to === null ? layout.height : layout.yOf(band.to);
    const span = clipped(layout.yOf(band.from), end, window);
    const sides = sidesOf(picture, band);
    if (span === null || sides === null) return [];
    const [y, height] = span;
    const [x, width] = sides;
    const wordsAt = bandWordsAt(picture, y, height);
    const group = shape("g", { class: `band ${band.kind}` });
    group.append(
      shape("rect", { class: "tint", x, y, width, height }),
      shape("rect", { class: "hatched", x, y, width, height, fill: "url(#hatch)" }),
      ...(wordsAt === null
        ? []
        : [
            shape(
              "text",
              { class: "band-words", x: x + 4, y: wordsAt },
              fitted(band.label, columns.width - x - 12),
            ),
          ]),
      shape("title", {}, band.label),
    );
    return [group];
  });
}

/** Where a band's label has room: near its top, or below the note on what is broken; null: nowhere. */
function bandWordsAt({ layout }: Picture, y: number, height: number): number | null {
  if (height <= BAND_WORDS_MIN) return null;
  const note = layout
    .rowsBetween(y, y + BAND_WORDS_MIN)
    .find((row) => row.kind === "broken" && row.top < y + BAND_WORDS_MIN);
  if (note === undefined) return y + 30;
  const below = note.top + note.height + 12;
  return below < y + height ? below : null;
}

/** From the leftmost to the rightmost of a band's lanes; with the server's where it is about a client's way to it. */
function sidesOf({ columns }: Picture, { lanes: concerned, kind }: Band): [number, number] | null {
  const places = kind === "fault" ? [...concerned, columns.server] : concerned;
  const xs = places.map((lane) => columns.x(lane)).filter((x) => x !== null);
  if (xs.length === 0) return null;
  const left = Math.max(AXIS_WIDTH, Math.min(...xs) - 22);
  return [left, Math.max(...xs) + 22 - left];
}

/** From a request's arrival to its first answer. */
function work({ model, columns, layout }: Picture, window: Window): readonly SVGElement[] {
  const x = columns.x(columns.server);
  if (x === null) return [];
  return model.events.flatMap(({ answers, to }) => {
    const first = answers?.[0];
    if (first === undefined || to === undefined) return [];
    if (!layout.hasRow(to) || !layout.hasRow(first)) return [];
    const span = clipped(layout.yOf(to), layout.yOf(first), window);
    if (span === null) return [];
    return [shape("rect", { class: "work", x: x - 4, y: span[0], width: 8, height: span[1] })];
  });
}
