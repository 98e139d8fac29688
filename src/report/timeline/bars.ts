/**
 * What lasts on a client's lane: connections and subscriptions.
 *
 * @packageDocumentation
 */
import type { Exchange, Recording } from "../../history/index.js";
import { isJsonObject } from "../../protocol/index.js";
import { printable } from "../printable.js";
import type { Lanes } from "./lanes.js";
import type { ConnectionBar, SubscriptionBar } from "./model.js";

/** Every connection from `connect` to the last that is seen of its end. */
export function connectionBars(recording: Recording, lanes: Lanes): readonly ConnectionBar[] {
  const opened = new Map<string, number>();
  const closed = new Map<string, number>();
  recording.events.forEach((event, index) => {
    if (event.kind === "connect") opened.set(event.connection, index);
    if (event.kind === "closed" || event.kind === "leave") closed.set(event.connection, index);
  });
  return [...recording.connections.values()].map(({ connection, endIndex }) => ({
    connection: printable(connection),
    lane: lanes.ofConnection(connection),
    from: opened.get(connection) ?? 0,
    to: closed.get(connection) ?? endIndex,
  }));
}

type OpenBar = { -readonly [Key in keyof Omit<SubscriptionBar, "track">]: SubscriptionBar[Key] };

/** Every time that a connection holds a channel, by the counts of SUB-4, requests taken as they arrive. */
export function subscriptionBars(recording: Recording, lanes: Lanes): readonly SubscriptionBar[] {
  const bars: OpenBar[] = [];
  const held = new Map<string, { count: number; readonly bar: OpenBar }>();
  const release = (key: string, certainTo: number, to: number | null) => {
    const present = held.get(key);
    if (present === undefined) return;
    present.bar.certainTo = certainTo;
    present.bar.to = to;
    held.delete(key);
  };
  const listening = recording.exchanges
    .filter(({ arriveIndex, request }) => arriveIndex !== null && LISTENING.has(request.action))
    .filter((exchange) => statusOf(exchange) !== "error");
  const moments = [
    ...listening.map((exchange) => ({ index: exchange.arriveIndex as number, exchange })),
    ...[...recording.connections.values()].flatMap(({ connection, endIndex }) =>
      endIndex === null ? [] : [{ index: endIndex, connection }],
    ),
  ].sort((left, right) => left.index - right.index);

  for (const moment of moments) {
    const { index } = moment;
    if ("connection" in moment) {
      for (const key of keysOf(held, moment.connection)) release(key, index, index);
      continue;
    }
    const { connection, request, answers } = moment.exchange;
    const { action, path } = request;
    const answeredAt = answers[0]?.writeIndex ?? null;
    if (action === "disconnect" || (action === "off" && path === "*")) {
      for (const key of keysOf(held, connection)) release(key, index, answeredAt);
      continue;
    }
    if (typeof path !== "string") continue;
    const key = `${connection}\n${path}`;
    const present = held.get(key);
    const amount = amountOf(moment.exchange);
    if (action === "on" && present !== undefined) present.count += amount;
    else if (action === "on") {
      const bar: OpenBar = {
        channel: printable(path),
        connection: printable(connection),
        lane: lanes.ofConnection(connection),
        ...{ from: index, certainFrom: answeredAt, certainTo: null, to: null },
      };
      bars.push(bar);
      held.set(key, { count: amount, bar });
    } else if (present !== undefined) {
      present.count -= amount;
      if (present.count <= 0) release(key, index, answeredAt);
    }
  }
  return withTracks(bars);
}

const LISTENING: ReadonlySet<string> = new Set(["on", "off", "disconnect"]);

function keysOf(held: ReadonlyMap<string, unknown>, connection: string): readonly string[] {
  return [...held.keys()].filter((key) => key.startsWith(`${connection}\n`));
}

function statusOf({ answers }: Exchange): unknown {
  return answers[0]?.frame.meta["status"];
}

function amountOf({ request: { options } }: Exchange): number {
  const count = isJsonObject(options) ? options["refCount"] : undefined;
  return typeof count === "number" && Number.isSafeInteger(count) && count > 0 ? count : 1;
}

/** Gives every bar the first place beside its lane that is free for as long as it lasts. */
function withTracks(bars: readonly OpenBar[]): readonly SubscriptionBar[] {
  const ends = new Map<number, number[]>();
  return bars.map((bar) => {
    const tracks = ends.get(bar.lane) ?? [];
    ends.set(bar.lane, tracks);
    const free = tracks.findIndex((end) => end < bar.from);
    const track = free >= 0 ? free : tracks.length;
    tracks[track] = bar.to ?? Infinity;
    return { ...bar, track };
  });
}
