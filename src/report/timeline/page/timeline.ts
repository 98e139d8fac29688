/**
 * The timeline: joins the picture, the overview, the controls and what is said of a moment.
 *
 * @packageDocumentation
 */
import type { TimelineEvent, TimelineModel } from "../model.js";
import { Columns } from "./columns.js";
import { Diagram } from "./diagram.js";
import { byId } from "./dom.js";
import { Layout } from "./layout.js";
import { Minimap } from "./minimap.js";
import { MomentPanel } from "./moment.js";
import { brokenHeight } from "./other-rows.js";
import { Toolbar } from "./toolbar.js";
import { firstLevel, Viewer, type View } from "./view.js";

const ZOOM_MIN = 0.004;
const ZOOM_MAX = 2.2;
const ZOOM_STEP = 1.35;

export class Timeline {
  readonly #model: TimelineModel;
  readonly #scroller = byId("viewport");
  readonly #viewer: Viewer;
  readonly #diagram: Diagram;
  readonly #minimap: Minimap;
  readonly #moment: MomentPanel;
  readonly #toolbar: Toolbar;
  #view: View;
  #layout: Layout;
  #zoom = 1;
  #selected: number | null = null;

  constructor(model: TimelineModel) {
    this.#model = model;
    this.#viewer = new Viewer(model);
    this.#view = {
      level: firstLevel(model),
      hiddenLanes: new Set(),
      hiddenGroups: new Set(),
      path: "",
      opened: new Set(),
    };
    this.#layout = this.#laidOut();
    this.#moment = new MomentPanel(byId("moment"), model, (index) => this.select(index));
    this.#diagram = new Diagram(this.#scroller, {
      select: (index) => this.select(index),
      hover: (index) => this.#moment.show(index ?? this.#selected),
      open: (from, last) => this.#open(from, last),
    });
    this.#minimap = new Minimap(byId("minimap") as HTMLCanvasElement, this.#scroller);
    this.#toolbar = new Toolbar(byId("toolbar"), model, this.#view, {
      change: (view) => this.#change(view),
      zoom: (by) => this.zoom(by),
      evidence: (step) => this.evidence(step),
    });
    this.#scroller.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const { top } = this.#scroller.getBoundingClientRect();
        this.#zoomTo(this.#zoom * Math.pow(1.0015, -event.deltaY), event.clientY - top);
      },
      { passive: false },
    );
    new ResizeObserver(() => {
      this.#layout = this.#laidOut();
      this.#draw();
    }).observe(this.#scroller);
  }

  /** Chooses an event, shows it where it is hidden, and goes there. */
  select(index: number): void {
    const event = this.#model.events[index];
    if (event === undefined) return;
    if (!this.#layout.hasRow(index)) this.#reveal(event, index);
    this.#selected = index;
    this.#draw();
    this.#moment.show(index);
    this.#diagram.reveal(this.#layout.yOf(index));
    history.replaceState(null, "", `#e${index}`);
    for (const link of document.querySelectorAll("[data-event]")) {
      const isCurrent = link.getAttribute("data-event") === String(index);
      if (isCurrent) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** The next or the previous event that is shown. */
  move(step: 1 | -1): void {
    const from =
      this.#selected === null
        ? step > 0
          ? 0
          : this.#model.events.length - 1
        : this.#selected + step;
    const next = this.#layout.shownFrom(from, step);
    if (next !== null) this.select(next);
  }

  /** The first or the last event that is shown. */
  jump(to: "first" | "last"): void {
    const index =
      to === "first"
        ? this.#layout.shownFrom(0, 1)
        : this.#layout.shownFrom(this.#model.events.length - 1, -1);
    if (index !== null) this.select(index);
  }

  /** The next or the previous piece of evidence; behind the last comes the first again. */
  evidence(step: 1 | -1): void {
    this.#goAlong(this.#model.broken.evidence, step);
  }

  /** The next or the previous event about which the schedule decided. */
  decision(step: 1 | -1): void {
    const indices = this.#model.schedule.flatMap(({ index }) => index ?? []);
    this.#goAlong(
      [...new Set(indices)].sort((left, right) => left - right),
      step,
    );
  }

  #goAlong(indices: readonly number[], step: 1 | -1): void {
    const at = this.#selected ?? (step > 0 ? -1 : Infinity);
    const next =
      step > 0
        ? (indices.find((index) => index > at) ?? indices[0])
        : (indices.findLast((index) => index < at) ?? indices.at(-1));
    if (next !== undefined) this.select(next);
  }

  /** The piece of evidence with a number, from 1. */
  evidenceNumber(number: number): void {
    const index = this.#model.broken.evidence[number - 1];
    if (index !== undefined) this.select(index);
  }

  /** Shows the next more of the history; behind all comes the essential again. */
  cycleLevel(): void {
    const next = { essential: "related", related: "other", other: "essential" } as const;
    this.#change({ ...this.#view, level: next[this.#view.level], opened: new Set() });
  }

  zoom(by: "in" | "out" | "fit"): void {
    if (by !== "fit") {
      this.#zoomTo(this.#zoom * (by === "in" ? ZOOM_STEP : 1 / ZOOM_STEP));
      return;
    }
    const room = this.#scroller.clientHeight - 40;
    // Some rows have a least height: so it is tried, and tried again from there.
    this.#zoom *= room / this.#layout.height;
    this.#zoom *= room / this.#laidOut().height;
    this.#zoomTo(Math.min(1, this.#zoom));
  }

  focusPath(): void {
    this.#toolbar.focusPath();
  }

  /** Colours that are not a style's business have changed. */
  redraw(): void {
    this.#draw();
  }

  /** Opens where an address names an event, else at the evidence. */
  begin(fragment: string): void {
    const named = /^#e(\d+)$/.exec(fragment)?.[1];
    const first = this.#model.broken.evidence[0];
    if (named !== undefined && this.#model.events[Number(named)] !== undefined) {
      this.select(Number(named));
    } else if (first !== undefined) {
      this.#selected = first;
      this.#moment.show(first);
      this.#draw();
      const last = this.#model.broken.evidence.at(-1) ?? first;
      this.#diagram.reveal(this.#layout.yOf(first), this.#layout.yOf(last) + 110);
    } else {
      this.#draw();
      this.#moment.show(null);
    }
  }

  #change(view: View): void {
    this.#view = view;
    this.#toolbar.show(view);
    this.#layout = this.#laidOut();
    this.#draw();
    if (this.#selected !== null) this.#diagram.reveal(this.#layout.yOf(this.#selected));
  }

  #open(from: number, last: number): void {
    const opened = new Set(this.#view.opened);
    for (let index = from; index <= last; index += 1) opened.add(index);
    this.#view = { ...this.#view, opened };
    this.#layout = this.#laidOut();
    this.#draw();
  }

  /** Opens what hides an event: its frame with both ends. */
  #reveal(event: TimelineEvent, index: number): void {
    const start = event.from ?? index;
    const end = this.#model.events[start]?.to ?? start;
    const opened = new Set(this.#view.opened).add(index).add(start).add(end);
    const hiddenLanes = new Set(this.#view.hiddenLanes);
    hiddenLanes.delete(this.#viewer.clientLaneOf(event));
    this.#view = { ...this.#view, opened, hiddenLanes };
    this.#layout = this.#laidOut();
  }

  /** Zooms, and keeps what is at a height of the window where it is. */
  #zoomTo(zoom: number, height = this.#scroller.clientHeight / 2): void {
    const { scrollTop } = this.#scroller;
    const row = this.#layout.rowAt(scrollTop + height);
    this.#zoom = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, zoom));
    this.#layout = this.#laidOut();
    this.#draw(row === undefined ? undefined : this.#layout.yOf(row.index) - height);
  }

  #laidOut(): Layout {
    return new Layout(this.#model, {
      zoom: this.#zoom,
      brokenHeight: brokenHeight(this.#model, this.#scroller.clientWidth),
      isShown: (event, index) => this.#viewer.isShown(this.#view, event, index),
    });
  }

  /** Clients' lanes of which nothing is shown. */
  #emptyLanes(): ReadonlySet<number> {
    const { lanes, events } = this.#model;
    const empty = new Set([...lanes.keys()].filter((lane) => lanes[lane]?.role !== "server"));
    for (const [index, { lane }] of events.entries()) {
      if (empty.has(lane) && this.#layout.hasRow(index)) empty.delete(lane);
    }
    return empty;
  }

  #draw(scrollTop?: number): void {
    const empty = this.#emptyLanes();
    this.#toolbar.showAbsent([...empty].map((lane) => this.#model.lanes[lane]?.name ?? ""));
    const picture = {
      model: this.#model,
      layout: this.#layout,
      columns: new Columns(this.#model, empty, this.#scroller.clientWidth),
      zoom: this.#zoom,
      selected: this.#selected,
    };
    this.#diagram.show(picture, scrollTop);
    this.#minimap.show(picture);
  }
}
