/**
 * What a server may do while its disk fails (docs/FAULTS.md: `disk-full`, `disk-error`).
 *
 * @packageDocumentation
 */
import type { Recording } from "../../src/history/index.js";
import { FaultsInForce } from "./faults-in-force.js";

const DISK_KINDS: readonly unknown[] = ["disk-full", "disk-error"];

/** Whether the process gave up because of its disk, as it may: it is started again once that is mended. */
export function isExcusedCrash({ events }: Recording, crashIndex: number): boolean {
  const crash = events[crashIndex];
  if (crash?.kind !== "crash" || crash.cause === "hang") return false;
  const inForce = new FaultsInForce();
  for (const event of events.slice(0, crashIndex)) inForce.take(event);
  return inForce.has(({ what }) => DISK_KINDS.includes(what["kind"]));
}
