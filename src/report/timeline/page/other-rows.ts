/**
 * Rows that are no events: what is not shown, silence, and the broken expectation.
 *
 * @packageDocumentation
 */
import type { TimelineModel } from "../model.js";
import { AXIS_WIDTH } from "./columns.js";
import { element, groupedNumber, milliseconds, shape } from "./dom.js";
import { CHARACTER_WIDTH } from "./event-marks.js";
import { WORDS_ZOOM_MIN, type Row } from "./layout.js";
import type { Picture } from "./picture.js";

/** Height of a silence from which on its break is drawn. */
const BREAK_HEIGHT_MIN = 8;

/** Events that are not shown, as a row to open. */
export function fold({ columns, zoom }: Picture, row: Extract<Row, { kind: "fold" }>): SVGElement {
  const { index, last, ms, top, height } = row;
  const count = last - index + 1;
  const said = `${groupedNumber(count)} event${count === 1 ? "" : "s"} not shown${ms > 0 ? `, ${milliseconds(ms)}` : ""}`;
  const group = shape("g", {
    class: "fold",
    "data-index": index,
    "data-last": last,
    role: "option",
    "aria-selected": "false",
    "aria-label": `${said}; click to show them`,
  });
  group.append(shape("rect", { class: "hit", x: 0, y: top, width: columns.width, height }));
  const y = top + height / 2;
  group.append(
    shape("line", { class: "tear", x1: AXIS_WIDTH, y1: y, x2: columns.width - 16, y2: y }),
  );
  if (zoom >= WORDS_ZOOM_MIN) {
    const x = (AXIS_WIDTH + columns.width) / 2;
    const width = (said.length + 3) * CHARACTER_WIDTH;
    group.append(
      shape("rect", { class: "pill", x: x - width / 2, y: y - 9, width, height: 18, rx: 9 }),
      shape("text", { class: "fold-words", x, y: y + 4 }, `+ ${said}`),
    );
  }
  return group;
}

/** A break in the axis, with the time that it stands for. */
export function silence(
  { columns, zoom }: Picture,
  row: Extract<Row, { kind: "silence" }>,
): SVGElement {
  const { ms, top, height } = row;
  const y = top + height / 2;
  const isWritten = zoom >= WORDS_ZOOM_MIN;
  // Where breaks would stand one on the other, they are the minimap's business.
  if (height < BREAK_HEIGHT_MIN) return shape("g", { role: "presentation" });
  const group = shape("g", { class: "silence", role: "presentation" });
  group.append(
    shape("path", {
      class: "break",
      d: `M ${AXIS_WIDTH} ${y - 3} l 6 6 l 6 -6 l 6 6 l 6 -6 l 6 6${isWritten ? ` M ${AXIS_WIDTH + 36} ${y} H ${columns.width - 16}` : ""}`,
    }),
  );
  if (isWritten) {
    group.append(
      shape("text", { class: "time", x: AXIS_WIDTH - 14, y: y + 4 }, `+${milliseconds(ms)}`),
    );
  }
  return group;
}

/** Width of the note on what is broken. */
function brokenWidth(available: number): number {
  return Math.max(220, Math.min(available - AXIS_WIDTH - 32, 900));
}

/** Height that its words need there, within bounds: beyond them it scrolls. */
export function brokenHeight(
  { broken: { seen, expected } }: TimelineModel,
  available: number,
): number {
  const charactersALine = (brokenWidth(available) - 30) / 6.6;
  const lines = [`Seen: ${seen}`, `Expected: ${expected}`].map((text) =>
    Math.ceil(text.length / charactersALine),
  );
  return Math.min(210, 46 + 17.5 * lines.reduce((sum, count) => sum + count, 0));
}

/** What was seen and what was expected, where it shows. */
export function broken({ model, columns, zoom }: Picture, { index, top, height }: Row): SVGElement {
  const { clause, severity, expected, seen } = model.broken;
  const width = brokenWidth(columns.available);
  const x = AXIS_WIDTH + 12;
  if (zoom < WORDS_ZOOM_MIN) {
    return shape("rect", {
      class: "broken-mark",
      x,
      y: top + 1,
      width,
      height: Math.max(1, height - 2),
      rx: 3,
    });
  }
  const holder = shape("foreignObject", { x, y: top + 4, width, height: height - 10 });
  const box = element(
    "div",
    { class: "broken", role: "note", "data-index": index },
    element("strong", {}, `✗ ${clause} (${severity}) is broken here`),
    element("p", {}, element("b", {}, "Seen: "), seen),
    element("p", {}, element("b", {}, "Expected: "), expected),
  );
  holder.append(box);
  return holder;
}
