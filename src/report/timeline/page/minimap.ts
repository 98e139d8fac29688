/**
 * The whole history at a glance, beside the picture: where the evidence is, where faults are, and
 * which part is in the window. A click or a drag goes there.
 *
 * @packageDocumentation
 */
import type { TimelineEvent } from "../model.js";
import type { Picture } from "./picture.js";

export class Minimap {
  readonly #canvas: HTMLCanvasElement;
  readonly #scroller: HTMLElement;
  #picture: Picture | null = null;

  constructor(canvas: HTMLCanvasElement, scroller: HTMLElement) {
    this.#canvas = canvas;
    this.#scroller = scroller;
    scroller.addEventListener("scroll", () => this.#draw(), { passive: true });
    const goTo = (event: PointerEvent) => {
      const { top, height } = canvas.getBoundingClientRect();
      const share = (event.clientY - top) / Math.max(1, height);
      scroller.scrollTop = share * scroller.scrollHeight - scroller.clientHeight / 2;
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      goTo(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) goTo(event);
    });
  }

  show(picture: Picture): void {
    this.#picture = picture;
    this.#draw();
  }

  #draw(): void {
    const picture = this.#picture;
    const context = this.#canvas.getContext("2d");
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (picture === null || context === null || width === 0 || height === 0) return;
    const density = window.devicePixelRatio || 1;
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    context.scale(density, density);
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const { model, layout } = picture;
    const scale = height / Math.max(1, layout.height);

    context.fillStyle = colour("--band");
    for (const { from, to } of model.bands) {
      const top = layout.yOf(from) * scale;
      const bottom = (to === null ? layout.height : layout.yOf(to)) * scale;
      context.fillRect(0, top, width, Math.max(2, bottom - top));
    }
    const step = width / (model.lanes.length + 1);
    for (const row of layout.rows) {
      const y = (row.top + row.height / 2) * scale;
      if (row.kind === "fold") {
        context.fillStyle = colour("--edge");
        context.fillRect(2, y, width - 4, 1);
      } else if (row.kind === "event") {
        const event = model.events[row.index] as TimelineEvent;
        context.fillStyle = colour(event.isBad === true ? "--bad" : `--${event.group}`);
        context.fillRect(step * (event.lane + 1) - 2, y - 0.5, 4, Math.max(1, row.height * scale));
      } else if (row.kind === "broken") {
        context.fillStyle = colour("--broken");
        context.fillRect(0, y - 1.5, width, 3);
      }
    }
    context.fillStyle = colour("--broken");
    for (const index of model.broken.evidence) {
      const y = layout.yOf(index) * scale;
      context.beginPath();
      context.moveTo(width, y - 4);
      context.lineTo(width - 7, y);
      context.lineTo(width, y + 4);
      context.fill();
    }
    const { scrollTop, clientHeight, scrollHeight } = this.#scroller;
    const seen = height / Math.max(1, scrollHeight);
    context.strokeStyle = colour("--ink");
    context.lineWidth = 1;
    context.fillStyle = colour("--veil");
    const [top, extent] = [scrollTop * seen, Math.min(height, clientHeight * seen)];
    context.fillRect(0, top, width, extent);
    context.strokeRect(0.5, top + 0.5, width - 1, Math.max(4, extent - 1));
  }
}
