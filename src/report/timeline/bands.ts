/**
 * What holds for a while across lanes: faults, and times without a server.
 *
 * @packageDocumentation
 */
import type { Recording } from "../../history/index.js";
import type { Lanes } from "./lanes.js";
import type { Band } from "./model.js";

/** The bands of a history, in the order in which they begin. */
export function bandsOf(recording: Recording, lanes: Lanes): readonly Band[] {
  const bands: { -readonly [Key in keyof Band]: Band[Key] }[] = [];
  let down: (typeof bands)[number] | null = null;
  recording.events.forEach((event, index) => {
    if (event.kind === "crash" || event.kind === "stopped") {
      down ??= {
        kind: "down",
        label:
          event.kind === "crash" ? "no server: its process ended" : "no server: it was stopped",
        from: index,
        to: null,
        lanes: [lanes.server],
      };
      if (!bands.includes(down)) bands.push(down);
    }
    if (event.kind === "started" && down !== null) {
      down.to = index;
      down = null;
    }
  });
  return bands;
}
