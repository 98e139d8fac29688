/**
 * What is known of one moment: the event, and what the store holds then.
 *
 * @packageDocumentation
 */
import { printableLines } from "../../printable.js";
import { originOf, type TimelineEvent, type TimelineModel } from "../model.js";
import { element, groupedNumber, milliseconds } from "./dom.js";
import { storeAt, type StoredAt } from "./store-state.js";
import { decisionsAt, sentenceOf, wayOf } from "./words.js";

/** Paths listed of a store. */
const PATHS_MAX = 200;

export class MomentPanel {
  readonly #host: HTMLElement;
  readonly #model: TimelineModel;
  readonly #select: (index: number) => void;
  #shown: number | null = null;

  constructor(host: HTMLElement, model: TimelineModel, select: (index: number) => void) {
    this.#host = host;
    this.#model = model;
    this.#select = select;
  }

  /** Shows an event; null: says what to do. */
  show(index: number | null): void {
    if (index === this.#shown && this.#host.childNodes.length > 0) return;
    this.#shown = index;
    const event = index === null ? undefined : this.#model.events[index];
    if (index === null || event === undefined) {
      this.#host.replaceChildren(
        element("p", { class: "quiet" }, "Point at an event, or choose one with ↑ and ↓."),
      );
      return;
    }
    this.#host.replaceChildren(...this.#event(event, index), ...this.#store(index));
  }

  #event(event: TimelineEvent, index: number): readonly Node[] {
    const model = this.#model;
    const origin = originOf(model, event);
    const way = wayOf(model, event);
    const { detail, detailLength } = origin;
    const line = (event.from ?? index) + 2;
    return [
      element(
        "h3",
        {},
        `${milliseconds(event.at)} · event ${groupedNumber(index)}`,
        ...(event.evidence === undefined
          ? []
          : [element("span", { class: "badge evidence" }, `evidence ${event.evidence}`)]),
      ),
      element("p", { class: "sentence" }, sentenceOf(model, event)),
      ...(way === null ? [] : [element("p", { class: "quiet" }, way)]),
      ...decisionsAt(model, index).map(({ words }) =>
        element("p", {}, element("span", { class: "decision" }, "⇅ "), words),
      ),
      ...this.#links(event, origin),
      ...(detail === undefined
        ? []
        : [element("pre", { tabindex: 0, "aria-label": "the frame" }, pretty(detail))]),
      ...(detailLength === undefined
        ? []
        : [
            element(
              "p",
              { class: "quiet" },
              `Cut: the whole of its ${groupedNumber(detailLength)} characters is in line ${groupedNumber(line)} of history.jsonl.`,
            ),
          ]),
    ];
  }

  #links(event: TimelineEvent, origin: TimelineEvent): readonly Node[] {
    const links: Node[] = [];
    const link = (text: string, index: number) => {
      const button = element("button", { type: "button", class: "link" }, text);
      button.addEventListener("click", () => this.#select(index));
      links.push(button);
    };
    if (origin.operation !== undefined) {
      links.push(element("span", { class: "quiet" }, `operation ${origin.operation}`));
    }
    if (event.from !== undefined) link("where it set out", event.from);
    if (event.to !== undefined) link("where it came in", event.to);
    if (origin.request !== undefined) link("its request", origin.request);
    origin.answers?.forEach((answer, place) => {
      link(place === 0 ? "its answer" : `answer ${place + 1}`, answer);
    });
    const isUnanswered = origin.answers?.length === 0 && origin.group !== "malformed";
    if (isUnanswered) links.push(element("span", { class: "quiet" }, "never answered"));
    return links.length === 0 ? [] : [element("p", { class: "links" }, ...links)];
  }

  #store(index: number): readonly Node[] {
    const stored = storeAt(this.#model, index);
    const hasOrder = stored.some(({ by }) => by === "order");
    const explained = hasOrder
      ? "By the order of operations that goes furthest (●), else by the model, which takes requests as they arrive."
      : "By the model, which takes requests as they arrive.";
    const rows = stored.slice(0, PATHS_MAX).map(rowOf);
    return [
      element("h3", {}, "The store at this moment"),
      element("p", { class: "quiet" }, explained),
      ...(rows.length === 0
        ? [element("p", {}, "Nothing is stored.")]
        : [element("table", { class: "store" }, element("tbody", {}, ...rows))]),
      ...(stored.length > PATHS_MAX
        ? [element("p", { class: "quiet" }, `and ${groupedNumber(stored.length - PATHS_MAX)} more`)]
        : []),
    ];
  }
}

function rowOf({ path, value, isNew, by }: StoredAt): HTMLElement {
  const shown = value === undefined ? "not known" : (value ?? "removed");
  return element(
    "tr",
    { class: isNew ? "new" : undefined },
    element("th", { scope: "row" }, by === "order" ? `● ${path}` : path),
    element("td", value === undefined || value === null ? { class: "quiet" } : {}, shown),
  );
}

/** JSON on several lines; anything else as it is. What is invisible stays written out. */
function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return text;
    return printableLines(JSON.stringify(value, null, 2));
  } catch {
    return text;
  }
}
