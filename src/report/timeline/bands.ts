/**
 * What holds for a while across lanes: faults, and times without a server.
 *
 * @packageDocumentation
 */
import type { HistoryEvent, Recording } from "../../history/index.js";
import { printable } from "../printable.js";
import { faultText } from "../story.js";
import type { Lanes } from "./lanes.js";
import type { Band } from "./model.js";

type OpenBand = { -readonly [Key in keyof Band]: Band[Key] };

/** The bands of a history, in the order in which they begin. */
export function bandsOf(recording: Recording, lanes: Lanes): readonly Band[] {
  const bands: OpenBand[] = [];
  const faults = new Map<string, OpenBand>();
  let down: OpenBand | null = null;
  recording.events.forEach((event, index) => {
    const words = endOfServer(event);
    if (words !== null && down === null) {
      down = { kind: "down", label: words, from: index, to: null, lanes: [lanes.server] };
      bands.push(down);
    } else if (event.kind === "started" && down !== null) {
      down.to = index;
      down = null;
    } else if (event.kind === "fault") {
      const band: OpenBand = {
        kind: "fault",
        label: printable(faultText(event.what)),
        ...{ from: index, to: null },
        lanes: lanesOf(event.what["clients"], lanes),
      };
      faults.set(event.fault, band);
      bands.push(band);
    } else if (event.kind === "healed") {
      const band = faults.get(event.fault);
      if (band !== undefined) band.to = index;
    }
  });
  return bands;
}

/** How the server's process ends with an event; null where it goes on. */
function endOfServer({ kind }: HistoryEvent): string | null {
  switch (kind) {
    case "crash":
      return "no server: its process ended";
    case "killed":
      return "no server: it was killed";
    case "stopped":
      return "no server: it was stopped";
    default:
      return null;
  }
}

/** The lanes of a fault's clients; of one that names none, the server's. */
function lanesOf(clients: unknown, lanes: Lanes): readonly number[] {
  if (!Array.isArray(clients)) return [lanes.server];
  const named = (clients as readonly unknown[]).filter((client) => typeof client === "string");
  return [...new Set(named.map((client) => lanes.ofClient(client)))];
}
