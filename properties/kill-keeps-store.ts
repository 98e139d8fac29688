/**
 * What was acknowledged before the server's process was killed is in the file that the next one
 * starts on.
 *
 * @packageDocumentation
 */
import { judgeKept } from "./kept-store.js";
import type { Property } from "./property.js";

export const killKeepsStore: Property = {
  id: "kill-keeps-store",
  promise: "A server that is killed and started on the same file has lost nothing it acknowledged.",
  clauses: ["STO-11"],
  severity: "should",
  check: (recording, profile) =>
    judgeKept(recording, profile, "killed", "after its process had ended without a stop"),
};
