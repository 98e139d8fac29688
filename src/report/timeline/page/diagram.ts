/**
 * The picture: lanes, what lasts on them, and what goes between them.
 *
 * Of a long history only what is near the window is drawn.
 *
 * @packageDocumentation
 */
import { labelOf, type TimelineEvent, type TimelineModel } from "../model.js";
import { drawArrows } from "./arrows.js";
import { drawBackground } from "./background.js";
import { AXIS_WIDTH, type Columns } from "./columns.js";
import { element, groupedNumber, milliseconds, shape } from "./dom.js";
import { WORDS_ZOOM_MIN, type Layout, type Row } from "./layout.js";
import { kinOf, sentenceOf } from "./words.js";

export interface Picture {
  readonly model: TimelineModel;
  readonly layout: Layout;
  readonly columns: Columns;
  readonly zoom: number;
  readonly selected: number | null;
}

export interface DiagramEvents {
  readonly select: (index: number) => void;
  /** Null: nothing is pointed at any more. */
  readonly hover: (index: number | null) => void;
  /** Shows the events of a fold. */
  readonly open: (from: number, last: number) => void;
}

/** Drawn beyond the window on either side, so that scrolling a little draws nothing. */
const BEYOND = 500;
/** Width of a character of the labels: they are in a font of fixed width. */
const CHARACTER_WIDTH = 6.75;
/** Height of a silence from which on its break is drawn. */
const BREAK_HEIGHT_MIN = 8;

export class Diagram {
  readonly #scroller: HTMLElement;
  readonly #head: HTMLElement;
  readonly #canvas: SVGSVGElement;
  readonly #layers: Readonly<Record<"background" | "arrows" | "rows", SVGGElement>>;
  #picture: Picture | null = null;
  #drawnTop = 0;
  #drawnBottom = -1;
  #kin: ReadonlySet<number> = new Set();

  constructor(scroller: HTMLElement, events: DiagramEvents) {
    this.#scroller = scroller;
    this.#head = element("div", { class: "head", "aria-hidden": "true" });
    this.#canvas = shape("svg", { class: "canvas", role: "none" });
    this.#layers = {
      background: shape("g", { "aria-hidden": "true" }),
      arrows: shape("g", { "aria-hidden": "true" }),
      rows: shape("g", { role: "none" }),
    };
    const { background, arrows, rows } = this.#layers;
    this.#canvas.append(definitions(), background, arrows, rows);
    scroller.append(this.#head, this.#canvas);
    scroller.addEventListener("scroll", () => this.#drawWhereNeeded(), { passive: true });
    this.#listen(events);
  }

  /** Draws anew; call it whenever anything of the picture changes. */
  show(picture: Picture): void {
    this.#picture = picture;
    const { layout, columns, model, selected } = picture;
    this.#kin = selected === null ? new Set() : kinOf(model, selected);
    this.#canvas.setAttribute("width", String(columns.width));
    this.#canvas.setAttribute("height", String(layout.height));
    this.#showHead(picture);
    if (selected === null || !layout.hasRow(selected)) {
      this.#scroller.removeAttribute("aria-activedescendant");
    } else this.#scroller.setAttribute("aria-activedescendant", `event-${selected}`);
    this.#draw();
  }

  /**
   * Brings a height into the window: to its middle, unless it is well inside already. Where there is
   * room, everything down to `until` comes along.
   */
  reveal(y: number, until = y): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const headHeight = this.#head.offsetHeight;
    const isInside = (at: number) =>
      at - scrollTop > 40 && at + headHeight - scrollTop < clientHeight - 50;
    if (isInside(y) && isInside(until)) return;
    const room = clientHeight - headHeight;
    const above = until > y ? Math.max(50, room - 50 - (until - y)) : room / 2;
    this.#scroller.scrollTop = Math.max(0, y - Math.min(above, room / 2));
    this.#drawWhereNeeded();
  }

  #listen({ select, hover, open }: DiagramEvents): void {
    const rowOf = (event: Event) =>
      event.target instanceof Element ? event.target.closest("[data-index]") : null;
    const indexOf = (row: Element | null) =>
      row === null ? null : Number(row.getAttribute("data-index"));
    this.#canvas.addEventListener("click", (event) => {
      const row = rowOf(event);
      const index = indexOf(row);
      if (row === null || index === null) return;
      const last = row.getAttribute("data-last");
      if (last === null) select(index);
      else open(index, Number(last));
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      const row = rowOf(event);
      hover(row?.hasAttribute("data-last") === true ? null : indexOf(row));
    });
    this.#canvas.addEventListener("pointerleave", () => hover(null));
  }

  #showHead({ model, columns }: Picture): void {
    this.#head.replaceChildren(
      element("span", { class: "axis-name" }, "virtual time"),
      ...model.lanes.flatMap(({ name, role }, lane) => {
        const x = columns.x(lane);
        if (x === null) return [];
        const label = element("span", { class: `lane-name ${role}` }, name);
        label.style.left = `${x}px`;
        return [label];
      }),
    );
    this.#head.style.width = `${columns.width}px`;
  }

  #drawWhereNeeded(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const isDrawn = scrollTop >= this.#drawnTop && scrollTop + clientHeight <= this.#drawnBottom;
    if (!isDrawn) this.#draw();
  }

  #draw(): void {
    const picture = this.#picture;
    if (picture === null) return;
    const { scrollTop, clientHeight } = this.#scroller;
    const [top, bottom] = [scrollTop - BEYOND, scrollTop + clientHeight + BEYOND];
    [this.#drawnTop, this.#drawnBottom] = [top <= 0 ? -1 : top, bottom];
    const window = { top, bottom };
    this.#layers.background.replaceChildren(...drawBackground(picture, window));
    this.#layers.arrows.replaceChildren(...drawArrows(picture, window, this.#kin));
    const rows = picture.layout.rowsBetween(top, bottom);
    this.#layers.rows.replaceChildren(...rows.map((row) => this.#row(picture, row)));
  }

  #row(picture: Picture, row: Row): SVGElement {
    switch (row.kind) {
      case "event":
        return this.#event(picture, row);
      case "fold":
        return fold(picture, row);
      case "silence":
        return silence(picture, row);
      case "broken":
        return broken(picture, row);
    }
  }

  #event(picture: Picture, { index, top, height }: Row): SVGElement {
    const { model, columns, zoom, selected } = picture;
    const event = model.events[index] as TimelineEvent;
    const x = columns.x(event.lane) ?? AXIS_WIDTH;
    const y = top + height / 2;
    const classes = [
      "event",
      `g-${event.group}`,
      `r-${event.relevance}`,
      ...(event.evidence === undefined ? [] : ["evidence"]),
      ...(event.isBad === true ? ["bad"] : []),
      ...(index === selected ? ["selected"] : []),
      ...(this.#kin.has(index) ? ["kin"] : []),
    ];
    const group = shape("g", {
      class: classes.join(" "),
      id: `event-${index}`,
      role: "option",
      "data-index": index,
      "aria-selected": String(index === selected),
      "aria-posinset": index + 1,
      "aria-setsize": model.events.length,
      "aria-label": `${milliseconds(event.at)}: ${sentenceOf(model, event)}${event.evidence === undefined ? "" : `, evidence ${event.evidence}`}`,
    });
    group.append(shape("rect", { class: "hit", x: 0, y: top, width: columns.width, height }));
    const isWritten = zoom >= WORDS_ZOOM_MIN;
    if (isWritten && isNewTime(picture, index)) {
      group.append(
        shape("text", { class: "time", x: AXIS_WIDTH - 14, y: y + 4 }, milliseconds(event.at)),
      );
    }
    group.append(...mark(event, x, y, zoom));
    if (isWritten) group.append(...words(picture, event, x, y));
    return group;
  }
}

/** Whether an event is at another time than the row before it. */
function isNewTime({ model, layout }: Picture, index: number): boolean {
  const before = layout.shownFrom(index - 1, -1);
  return before === null || model.events[before]?.at !== model.events[index]?.at;
}

function mark(event: TimelineEvent, x: number, y: number, zoom: number): readonly SVGElement[] {
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
function words(
  { model, columns }: Picture,
  event: TimelineEvent,
  x: number,
  y: number,
): readonly SVGElement[] {
  const gap = event.evidence === undefined ? 11 : 16;
  if (event.from !== undefined) {
    const origin = model.events[event.from];
    const delay = event.at - (origin?.at ?? event.at);
    const outward = origin === undefined || origin.lane < event.lane ? 1 : -1;
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

function beside(x: number, y: number, gap: number, side: 1 | -1) {
  return { x: x + side * gap, y: y + 4, "text-anchor": side > 0 ? "start" : "end" };
}

function fitted(text: string, room: number): string {
  const most = Math.max(6, Math.floor(room / CHARACTER_WIDTH));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function fold({ columns, zoom }: Picture, row: Extract<Row, { kind: "fold" }>): SVGElement {
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
function silence({ columns, zoom }: Picture, row: Extract<Row, { kind: "silence" }>): SVGElement {
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

function broken({ model, columns, zoom }: Picture, { index, top, height }: Row): SVGElement {
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

/** The pattern of what isn't there, and the heads of arrows. */
function definitions(): SVGElement {
  const hatch = shape("pattern", {
    ...{ id: "hatch", width: 7, height: 7 },
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  });
  hatch.append(shape("line", { class: "hatch", x1: 0, y1: 0, x2: 0, y2: 7 }));
  return shape("defs", {}, hatch);
}
