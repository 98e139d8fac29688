/**
 * What a server may do while its disk fails (docs/FAULTS.md: `disk-full`, `disk-error`).
 *
 * @packageDocumentation
 */
import type { Recording } from "../../src/history/index.js";
import { FaultsInForce } from "./faults-in-force.js";

const DISK_KINDS: readonly unknown[] = ["disk-full", "disk-error"];

/** What the system says where a call to a disk fails. */
const DISK_WORDS = /\b(?:EIO|ENOSPC)\b/;

/** Whether an error that ended a process tells of a disk that failed. */
export function tellsOfDisk(message: string): boolean {
  return DISK_WORDS.test(message);
}

/**
 * Whether the process gave up because of its disk, as it may: it is started again once that is mended.
 * What failed may come to it a little later, when that is mended already: then it says so.
 */
export function isExcusedCrash({ events }: Recording, crashIndex: number): boolean {
  const crash = events[crashIndex];
  if (crash?.kind !== "crash" || crash.cause === "hang") return false;
  const inForce = new FaultsInForce();
  let hasFailed = false;
  for (const event of events.slice(0, crashIndex)) {
    inForce.take(event);
    if (event.kind === "started") hasFailed = false;
    hasFailed ||= inForce.has(({ what }) => DISK_KINDS.includes(what["kind"]));
  }
  if (inForce.has(({ what }) => DISK_KINDS.includes(what["kind"]))) return true;
  return hasFailed && tellsOfDisk(crash.message);
}
