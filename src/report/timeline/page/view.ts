/**
 * What of a timeline is shown: how much of it, of whom, of what kind, at which paths.
 *
 * @packageDocumentation
 */
import {
  originOf,
  type EventGroup,
  type Relevance,
  type TimelineEvent,
  type TimelineModel,
} from "../model.js";

export interface View {
  readonly level: Relevance;
  /** Places of clients' lanes that are left out. */
  readonly hiddenLanes: ReadonlySet<number>;
  readonly hiddenGroups: ReadonlySet<EventGroup>;
  /** Part of a path, or a pattern with `*`; empty: any. */
  readonly path: string;
  /** Events that are shown whatever else holds: those of folds that were opened. */
  readonly opened: ReadonlySet<number>;
}

/** Events up to which what is related is shown at first, and all there is. */
const RELATED_MAX = 90;
const WHOLE_MAX = 30;

export const LEVELS: readonly Relevance[] = ["essential", "related", "other"];

/** The level to begin with: the one that tells the story best (as on the terminal). */
export function firstLevel({ events }: TimelineModel): Relevance {
  if (events.length <= WHOLE_MAX) return "other";
  return countsByLevel(events).related <= RELATED_MAX ? "related" : "essential";
}

/** How many events each level shows. */
export function countsByLevel(
  events: readonly TimelineEvent[],
): Readonly<Record<Relevance, number>> {
  const count = (level: Relevance) =>
    events.filter(({ relevance }) => LEVELS.indexOf(relevance) <= LEVELS.indexOf(level)).length;
  return { essential: count("essential"), related: count("related"), other: count("other") };
}

export class Viewer {
  readonly #model: TimelineModel;
  readonly #laneOfConnection: ReadonlyMap<string, number>;

  constructor(model: TimelineModel) {
    this.#model = model;
    this.#laneOfConnection = new Map(
      model.connections.map(({ connection, lane }) => [connection, lane]),
    );
  }

  isShown(view: View, event: TimelineEvent, index: number): boolean {
    if (view.opened.has(index)) return true;
    if (view.hiddenLanes.has(this.clientLaneOf(event))) return false;
    if (event.evidence !== undefined) return true;
    if (LEVELS.indexOf(event.relevance) > LEVELS.indexOf(view.level)) return false;
    if (view.hiddenGroups.has(event.group)) return false;
    return view.path === "" || this.#isAt(view.path, event);
  }

  /** The lane of the client that an event has to do with; else its own. */
  clientLaneOf({ lane, connection }: TimelineEvent): number {
    return (connection === undefined ? undefined : this.#laneOfConnection.get(connection)) ?? lane;
  }

  #isAt(path: string, event: TimelineEvent): boolean {
    const { paths = [] } = originOf(this.#model, event);
    const wanted = path.toLowerCase();
    if (!wanted.includes("*")) return paths.some((text) => text.toLowerCase().includes(wanted));
    const parts = wanted.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    const pattern = new RegExp(parts.join(".*"));
    return paths.some((text) => pattern.test(text.toLowerCase()));
  }
}
