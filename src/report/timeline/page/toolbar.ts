/**
 * What is shown and how large: the controls above the picture.
 *
 * @packageDocumentation
 */
import type { EventGroup, Relevance, TimelineModel } from "../model.js";
import { element, groupedNumber } from "./dom.js";
import { countsByLevel, LEVELS, type View } from "./view.js";

export interface ToolbarEvents {
  readonly change: (view: View) => void;
  readonly zoom: (by: "in" | "out" | "fit") => void;
  readonly evidence: (step: 1 | -1) => void;
}

const LEVEL_WORDS: Readonly<Record<Relevance, readonly [string, string]>> = {
  essential: ["Essential", "the evidence, with all of its requests and what they caused"],
  related: ["Related", "also what else was done at the same paths, and to connections and server"],
  other: ["All", "everything that happened"],
};

const GROUP_WORDS: Readonly<Record<EventGroup, string>> = {
  write: "set, remove",
  read: "get",
  subscription: "on, off",
  publication: "publications",
  handshake: "handshakes",
  heartbeat: "heartbeats",
  malformed: "malformed",
  connection: "connections",
  server: "server",
  fault: "faults",
};

export class Toolbar {
  readonly #host: HTMLElement;
  readonly #model: TimelineModel;
  readonly #events: ToolbarEvents;
  readonly #levels = new Map<Relevance, HTMLButtonElement>();
  readonly #path: HTMLInputElement;
  readonly #absent = element("span", { class: "absent", "aria-live": "polite" });
  #view: View;

  constructor(host: HTMLElement, model: TimelineModel, view: View, events: ToolbarEvents) {
    this.#host = host;
    this.#model = model;
    this.#view = view;
    this.#events = events;
    this.#path = element("input", {
      ...{ type: "search", class: "path", placeholder: "path or pattern" },
      ...{ "aria-label": "show only events at paths with", spellcheck: "false" },
    });
    this.#path.addEventListener("input", () => this.#change({ path: this.#path.value.trim() }));
    this.#host.append(
      this.#levelButtons(),
      this.#choices("Clients", this.#clients()),
      this.#choices("Kinds", this.#groups()),
      this.#path,
      this.#evidenceButtons(),
      this.#zoomButtons(),
      this.#absent,
    );
    this.show(view);
  }

  /** Takes over a view that was changed elsewhere. */
  show(view: View): void {
    this.#view = view;
    for (const [level, button] of this.#levels) {
      button.setAttribute("aria-pressed", String(level === view.level));
    }
  }

  /** Says whose lanes are left out, because nothing of them is shown. */
  showAbsent(names: readonly string[]): void {
    const shown = names.length > 4 ? `${names.slice(0, 4).join(", ")} …` : names.join(", ");
    this.#absent.textContent = names.length === 0 ? "" : `nothing shown of ${shown}`;
  }

  focusPath(): void {
    this.#path.focus();
    this.#path.select();
  }

  #change(part: Partial<View>): void {
    this.show({ ...this.#view, ...part, opened: new Set() });
    this.#events.change(this.#view);
  }

  #levelButtons(): HTMLElement {
    const counts = countsByLevel(this.#model.events);
    const group = element("div", { class: "segments", role: "group", "aria-label": "how much" });
    for (const level of LEVELS) {
      const [word, title] = LEVEL_WORDS[level];
      const count = element("small", {}, groupedNumber(counts[level]));
      const button = element("button", { type: "button", title }, word, " ", count);
      button.addEventListener("click", () => this.#change({ level }));
      this.#levels.set(level, button);
      group.append(button);
    }
    return group;
  }

  #clients(): readonly HTMLElement[] {
    return [...this.#model.lanes.entries()]
      .filter(([, { role }]) => role !== "server")
      .map(([lane, { name, role }]) =>
        checkbox(role === "node" ? `${name} (node)` : name, (isOn) =>
          this.#change({ hiddenLanes: toggled(this.#view.hiddenLanes, lane, isOn) }),
        ),
      );
  }

  #groups(): readonly HTMLElement[] {
    const present = new Set(this.#model.events.map(({ group }) => group));
    return (Object.keys(GROUP_WORDS) as EventGroup[])
      .filter((group) => present.has(group))
      .map((group) =>
        checkbox(
          GROUP_WORDS[group],
          (isOn) => this.#change({ hiddenGroups: toggled(this.#view.hiddenGroups, group, isOn) }),
          group,
        ),
      );
  }

  #choices(name: string, boxes: readonly HTMLElement[]): HTMLElement {
    const panel = element("div", { class: "choices" }, ...boxes);
    const details = element("details", { class: "menu" }, element("summary", {}, name), panel);
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      details.open = false;
      details.querySelector("summary")?.focus();
      event.stopPropagation();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Node && !details.contains(target)) details.open = false;
    });
    return details;
  }

  #evidenceButtons(): HTMLElement {
    return element(
      "div",
      { class: "segments", role: "group", "aria-label": "evidence" },
      button("◀", "previous evidence (p)", () => this.#events.evidence(-1)),
      button("evidence ▶", "next evidence (n)", () => this.#events.evidence(1)),
    );
  }

  #zoomButtons(): HTMLElement {
    return element(
      "div",
      { class: "segments", role: "group", "aria-label": "zoom" },
      button("−", "smaller (-)", () => this.#events.zoom("out")),
      button("fit", "all of it in the window (0)", () => this.#events.zoom("fit")),
      button("+", "larger (+)", () => this.#events.zoom("in")),
    );
  }
}

function button(text: string, title: string, act: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", title, "aria-label": title }, text);
  made.addEventListener("click", act);
  return made;
}

function checkbox(name: string, change: (isOn: boolean) => void, group?: EventGroup): HTMLElement {
  const box = element("input", { type: "checkbox", checked: true });
  box.addEventListener("change", () => change(box.checked));
  const swatch =
    group === undefined
      ? []
      : [element("span", { class: `swatch g-${group}`, "aria-hidden": "true" })];
  return element("label", {}, box, ...swatch, name);
}

function toggled<Item>(hidden: ReadonlySet<Item>, item: Item, isOn: boolean): ReadonlySet<Item> {
  const next = new Set(hidden);
  if (isOn) next.delete(item);
  else next.add(item);
  return next;
}
