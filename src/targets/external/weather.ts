/**
 * Bad weather for a relay: what goes wrong on its connections, when and for how long, by chance.
 *
 * @packageDocumentation
 */
import type { Clock, LinkCondition, Prng, Streams } from "../../sim/index.js";
import type { Relay } from "./relay.js";

export interface WeatherOptions {
  /** Each frame is on its way for up to that much longer, in milliseconds; 0 for none. */
  readonly jitterMsMax: number;
  /** So many bytes a second each way; null for no limit. */
  readonly bytesPerSecond: number | null;
  /** How long a stall holds a connection's frames back, in milliseconds; null for none. */
  readonly stallMs: { readonly min: number; readonly max: number } | null;
  /** About how often a connection is stalled, in milliseconds. */
  readonly stallEveryMs: number;
  /** About how often a connection is cut, in milliseconds; null for never. */
  readonly cutEveryMs: number | null;
}

export interface WeatherObserver {
  stalled(connection: string, directions: readonly ("up" | "down")[], ms: number): void;
  cut(connection: string): void;
}

const WAYS: readonly (readonly ("up" | "down")[])[] = [["up"], ["down"], ["up", "down"]];

/** Begins; it goes on for as long as the clock runs. */
export function makeWeather(
  relay: Relay,
  options: WeatherOptions,
  { clock, streams }: { readonly clock: Clock; readonly streams: Streams },
  observer: WeatherObserver,
): void {
  const { jitterMsMax, bytesPerSecond, stallMs, stallEveryMs, cutEveryMs } = options;
  const conditions: LinkCondition[] = [];
  if (jitterMsMax > 0) conditions.push({ kind: "jitter", jitterMsMax });
  if (bytesPerSecond !== null) conditions.push({ kind: "bandwidth", bytesPerSecond });
  if (conditions.length > 0) {
    relay.under({ all: conditions, prng: streams.stream("weather/conditions") });
  }
  if (stallMs !== null) {
    again(clock, streams.stream("weather/stall"), stallEveryMs, (prng) => {
      const connection = chosen(relay, prng);
      if (connection === null) return;
      const directions = prng.pick(WAYS);
      const ms = prng.int(stallMs.min, stallMs.max);
      relay.hold(connection, directions, true);
      observer.stalled(connection, directions, ms);
      clock.after(ms, () => relay.hold(connection, directions, false));
    });
  }
  if (cutEveryMs !== null) {
    again(clock, streams.stream("weather/cut"), cutEveryMs, (prng) => {
      const connection = chosen(relay, prng);
      if (connection === null) return;
      observer.cut(connection);
      relay.cut(connection);
    });
  }
}

/** Again and again, from half to one and a half times `everyMs` apart. */
function again(clock: Clock, prng: Prng, everyMs: number, happen: (prng: Prng) => void): void {
  const waitMs = prng.int(Math.ceil(everyMs / 2), Math.ceil((everyMs * 3) / 2));
  clock.after(Math.max(1, waitMs), () => {
    happen(prng);
    again(clock, prng, everyMs, happen);
  });
}

function chosen({ connections }: Relay, prng: Prng): string | null {
  return connections.length === 0 ? null : prng.pick(connections);
}
