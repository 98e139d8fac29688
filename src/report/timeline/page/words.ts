/**
 * Sentences about events.
 *
 * @packageDocumentation
 */
import {
  labelOf,
  originOf,
  type ScheduleMark,
  type TimelineEvent,
  type TimelineModel,
} from "../model.js";
import { milliseconds } from "./dom.js";

/** Who does what: `c1#1 sends #4 get /a`. */
export function sentenceOf(model: TimelineModel, event: TimelineEvent): string {
  const { connection, kind } = event;
  const label = labelOf(model, event);
  switch (kind) {
    case "send":
      return `${connection ?? ""} sends ${label}`;
    case "relay":
      return `a relay sends on once more, from ${connection ?? ""}: ${label}`;
    case "arrive":
      return `the server gets from ${connection ?? ""}: ${label}`;
    case "write":
      return `the server writes to ${connection ?? ""}: ${label}`;
    case "receive":
      return `${connection ?? ""} receives ${label}`;
    default:
      return connection === undefined || label.startsWith(connection)
        ? label
        : `${connection} ${label}`;
  }
}

/** How long a frame was on its way, seen from either end; null for what is no frame. */
export function wayOf(model: TimelineModel, event: TimelineEvent): string | null {
  const origin = originOf(model, event);
  if (origin.towards === undefined) return null;
  const end = origin.to === undefined ? undefined : model.events[origin.to];
  if (end === undefined) return "It never got there.";
  const name = (lane: number) => model.lanes[lane]?.name ?? "";
  return `From ${name(origin.lane)} at ${milliseconds(origin.at)} to ${name(end.lane)} at ${milliseconds(end.at)}: ${milliseconds(end.at - origin.at)} on the way.`;
}

/** What the schedule decided about an event. */
export function decisionsAt(model: TimelineModel, index: number): readonly ScheduleMark[] {
  return model.schedule.filter((mark) => mark.index === index);
}

/** The events that belong to one: both ends of its frame, its request, the answers to that. */
export function kinOf(model: TimelineModel, index: number): ReadonlySet<number> {
  const kin = new Set<number>();
  const add = (start: number | undefined) => {
    const event = start === undefined ? undefined : model.events[start];
    if (start === undefined || event === undefined) return;
    kin.add(start);
    if (event.to !== undefined) kin.add(event.to);
  };
  const event = model.events[index];
  if (event === undefined) return kin;
  const start = event.from ?? index;
  add(start);
  const origin = originOf(model, event);
  const request = origin.request ?? start;
  add(request);
  for (const answer of model.events[request]?.answers ?? []) add(answer);
  return kin;
}
