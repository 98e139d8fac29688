/**
 * How an event looks in its row: a mark on its lane, and words beside it.
 *
 * @packageDocumentation
 */
import { labelOf, type TimelineEvent } from "../model.js";
import { milliseconds, shape } from "./dom.js";
import { WORDS_ZOOM_MIN } from "./layout.js";
import type { Picture } from "./picture.js";

/** Width of a character of the labels: they are in a font of fixed width. */
export const CHARACTER_WIDTH = 6.75;

/** Whether an event is at another time than the row before it. */
export function isNewTime({ model, layout }: Picture, index: number): boolean {
  const before = layout.shownFrom(index - 1, -1);
  return before === null || model.events[before]?.at !== model.events[index]?.at;
}

/** The mark of an event on its lane: its number, where it is evidence. */
export function mark(
  event: TimelineEvent,
  x: number,
  y: number,
  zoom: number,
): readonly SVGElement[] {
  const { evidence, group } = event;
  if (evidence !== undefined) {
    const isWritten = zoom >= WORDS_ZOOM_MIN;
    const ring = shape("circle", { class: "ring", cx: x, cy: y, r: isWritten ? 9.5 : 5 });
    return isWritten
      ? [ring, shape("text", { class: "number", x, y: y + 4 }, String(evidence))]
      : [ring];
  }
  const size = zoom >= WORDS_ZOOM_MIN ? 4 : 2.5;
  if (group === "connection" || group === "server" || group === "fault") {
    return [
      shape("rect", {
        class: "dot",
        x: x - size,
        y: y - size,
        width: 2 * size,
        height: 2 * size,
        transform: `rotate(45 ${x} ${y})`,
      }),
    ];
  }
  return [shape("circle", { class: "dot", cx: x, cy: y, r: size })];
}

/** The label beside the lane; of a frame's end, how long the frame was on the way. */
export function words(
  { model, columns }: Picture,
  event: TimelineEvent,
  x: number,
  y: number,
): readonly SVGElement[] {
  const gap = event.evidence === undefined ? 11 : 16;
  if (event.from !== undefined) {
    const origin = model.events[event.from];
    const delay = event.at - (origin?.at ?? event.at);
    const outward = outwardOf(event, origin);
    const words = `+${milliseconds(delay)}`;
    return [
      shape(
        "text",
        { class: "delay", ...beside(x, y, columns.beside(event.lane), outward) },
        words,
      ),
    ];
  }
  const { towards } = event;
  const side =
    towards === undefined || towards === event.lane
      ? columns.inward(event.lane)
      : towards > event.lane
        ? 1
        : -1;
  const room = Math.max(columns.room(event.lane, side), 150) - gap - 14;
  const text = fitted(labelOf(model, event), room);
  const lift = towards === undefined ? 0 : 7;
  return [shape("text", { class: "label", ...beside(x, y - lift, gap, side) }, text)];
}

/** That the schedule decided about an event, and what: on the side of its lane where its own words aren't. */
export function fork(
  { model, columns, zoom }: Picture,
  event: TimelineEvent,
  decided: readonly string[],
  x: number,
  y: number,
): readonly SVGElement[] {
  const origin = event.from === undefined ? undefined : model.events[event.from];
  const inward = columns.inward(event.lane);
  const side = origin === undefined ? (inward === 1 ? -1 : 1) : outwardOf(event, origin);
  const size = zoom >= WORDS_ZOOM_MIN ? 13 : 7;
  const sign = shape("circle", { class: "fork", cx: x, cy: y, r: size });
  if (zoom < WORDS_ZOOM_MIN) return [sign];
  const whole = `⇅ ${decided.join(", ")}`;
  // Where the words have no room, the moment's panel has them.
  const hasRoom = columns.room(event.lane, side) - 18 > whole.length * CHARACTER_WIDTH;
  const text = hasRoom ? whole : "⇅";
  return [sign, shape("text", { class: "decision-words", ...beside(x, y + 11, 18, side) }, text)];
}

/** The side of an event's lane that lies away from where its frame comes from. */
function outwardOf(event: TimelineEvent, origin: TimelineEvent | undefined): 1 | -1 {
  return origin === undefined || origin.lane < event.lane ? 1 : -1;
}

function beside(x: number, y: number, gap: number, side: 1 | -1) {
  return { x: x + side * gap, y: y + 4, "text-anchor": side > 0 ? "start" : "end" };
}

/** A label, cut to the room that it has. */
export function fitted(text: string, room: number): string {
  const most = Math.max(6, Math.floor(room / CHARACTER_WIDTH));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
