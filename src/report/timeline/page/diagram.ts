/**
 * The picture: lanes, what lasts on them, and what goes between them.
 *
 * Of a long history only what is near the window is drawn.
 *
 * @packageDocumentation
 */
import type { TimelineEvent } from "../model.js";
import { drawArrows } from "./arrows.js";
import { drawBackground } from "./background.js";
import { AXIS_WIDTH } from "./columns.js";
import { element, milliseconds, shape } from "./dom.js";
import { fork, isNewTime, mark, words } from "./event-marks.js";
import { WORDS_ZOOM_MIN, type Row } from "./layout.js";
import { broken, fold, silence } from "./other-rows.js";
import type { Picture } from "./picture.js";
import { decisionsAt, kinOf, sentenceOf } from "./words.js";

export interface DiagramEvents {
  readonly select: (index: number) => void;
  /** Null: nothing is pointed at any more. */
  readonly hover: (index: number | null) => void;
  /** Shows the events of a fold. */
  readonly open: (from: number, last: number) => void;
}

/** Drawn beyond the window on either side, so that scrolling a little draws nothing. */
const BEYOND = 500;

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

  /** Draws anew, from a height on where one is given; call it whenever anything of the picture changes. */
  show(picture: Picture, scrollTop?: number): void {
    this.#picture = picture;
    const { layout, columns, model, selected } = picture;
    this.#kin = selected === null ? new Set() : kinOf(model, selected);
    this.#canvas.setAttribute("width", String(columns.width));
    this.#canvas.setAttribute("height", String(layout.height));
    if (scrollTop !== undefined) this.#scroller.scrollTop = scrollTop;
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
    const decided = decisionsAt(model, index).map(({ short }) => short);
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
      "aria-label": `${milliseconds(event.at)}: ${sentenceOf(model, event)}${event.evidence === undefined ? "" : `, evidence ${event.evidence}`}${decided.map((words) => `, ${words}`).join("")}`,
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
    if (decided.length > 0) group.append(...fork(picture, event, decided, x, y));
    return group;
  }
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
