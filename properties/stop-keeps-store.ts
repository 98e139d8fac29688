/**
 * What was acknowledged before an orderly stop is in the file that the next process starts on.
 *
 * @packageDocumentation
 */
import { judgeKept } from "./kept-store.js";
import type { Property } from "./property.js";

export const stopKeepsStore: Property = {
  id: "stop-keeps-store",
  promise:
    "A server that is stopped in an orderly way and started on the same file has lost nothing.",
  clauses: ["STO-11"],
  severity: "must",
  check: (recording, profile) =>
    judgeKept(recording, profile, "stopped", "after it had been stopped in an orderly way"),
};
