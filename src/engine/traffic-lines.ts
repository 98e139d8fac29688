/**
 * Traffic as JSON lines, `{"t": …, "conn": …, "dir": …, "frame": …}`: what the proxy writes, and easy
 * to write for anybody.
 *
 * - `t`: milliseconds (a number, fractions allowed) or a date (`2026-05-01T12:00:00.123Z`);
 * - `conn`: a text or a number that tells connections apart;
 * - `dir`: `up` for what a client sends, `down` for what a server sends;
 * - `frame`: the text of the frame, or the JSON value in it.
 *
 * A line `{"t": …, "conn": …, "event": "close", "by": "client" | "server"}` says that a connection
 * ended; any other `event` is skipped.
 *
 * @packageDocumentation
 */
import { isJsonObject, type Json, type JsonObject } from "../protocol/index.js";
import { Result } from "./result.js";
import type { TrafficConnection, TrafficDirection, TrafficItem } from "./traffic.js";

/** Other tools' words for the two directions. */
const DIRECTIONS: Readonly<Record<string, TrafficDirection>> = {
  up: "up",
  send: "up",
  sent: "up",
  out: "up",
  "client -> server": "up",
  c2s: "up",
  down: "down",
  receive: "down",
  received: "down",
  in: "down",
  "server -> client": "down",
  s2c: "down",
};

/** Reads the lines; the failure names the line and what is wrong with it. Never throws. */
export function parseTrafficLines(text: string): Result<readonly TrafficConnection[]> {
  const lanes = new Map<string, TrafficItem[]>();
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (typeof read === "string") return Result.failure(`line ${index + 1} ${read}`);
    const { conn, item } = read;
    if (item === null) continue;
    const lane = lanes.get(conn);
    if (lane === undefined) lanes.set(conn, [item]);
    else if ((lane.at(-1)?.at ?? 0) > item.at) {
      return Result.failure(
        `line ${index + 1} goes back in time on connection ${JSON.stringify(conn)}; lines stand in the order in which things happened`,
      );
    } else lane.push(item);
  }
  if (lanes.size === 0) return Result.failure("holds no frame; there is nothing to judge");
  return Result.ok([...lanes].map(([name, items]) => ({ name, items })));
}

/** One line of the format. */
export function formatTrafficLine(conn: string, { at, what }: TrafficItem): string {
  const line =
    what.kind === "frame"
      ? { t: at, conn, dir: what.direction, frame: what.text }
      : { t: at, conn, event: "close", by: what.by };
  return `${JSON.stringify(line)}\n`;
}

interface Read {
  readonly conn: string;
  readonly item: TrafficItem | null;
}

/** What a line says, or what is wrong with it. */
function readLine(line: string): Read | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "is not JSON; the file is truncated, or no recording of {t, conn, dir, frame}";
  }
  if (!isJsonObject(value)) return "is no JSON object with t, conn, dir and frame";
  const at = timeOf(value["t"]);
  if (at === null) return `has no time "t" in milliseconds or as a date`;
  const { conn } = value;
  if (typeof conn !== "string" && typeof conn !== "number") {
    return `has no "conn" that tells its connection`;
  }
  const what = whatOf(value);
  if (typeof what === "string") return what;
  return { conn: String(conn), item: what === null ? null : { at, what } };
}

function whatOf(value: JsonObject): TrafficItem["what"] | string | null {
  const { event, dir, frame, by } = value;
  if (event === "close") return { kind: "close", by: by === "server" ? "server" : "client" };
  if (typeof event === "string") return null;
  const direction =
    typeof dir === "string" && Object.hasOwn(DIRECTIONS, dir) ? DIRECTIONS[dir] : undefined;
  if (direction === undefined) {
    return `has a "dir" that is neither "up" (from a client) nor "down" (from the server): ${JSON.stringify(dir ?? null)}`;
  }
  if (frame === undefined) return `has no "frame"`;
  return { kind: "frame", direction, text: textOf(frame) };
}

/** A text is the frame itself; another value is what stands in it. */
function textOf(frame: Json): string {
  return typeof frame === "string" ? frame : JSON.stringify(frame);
}

const DATE =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3})\d*)?(?:Z|([+-])(\d{2}):?(\d{2}))$/;

/** Whole milliseconds; null where it is no time. */
function timeOf(t: Json | undefined): number | null {
  if (typeof t === "number" && Number.isFinite(t) && t >= 0) return Math.floor(t);
  if (typeof t !== "string") return null;
  const found = DATE.exec(t);
  if (found === null) return null;
  const [, year, month, day, hour, minute, second, fraction = "0", sign, zoneHour, zoneMinute] =
    found;
  const days = daysSinceEpoch(Number(year), Number(month), Number(day));
  const seconds = ((days * 24 + Number(hour)) * 60 + Number(minute)) * 60 + Number(second);
  const zone = (Number(zoneHour ?? 0) * 60 + Number(zoneMinute ?? 0)) * 60;
  const utc = sign === "-" ? seconds + zone : seconds - zone;
  return utc * 1_000 + Number(fraction.padEnd(3, "0"));
}

/** Days from 1970-01-01, by the Gregorian calendar. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
