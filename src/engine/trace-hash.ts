/**
 * The trace hash: sha256 over the canonical history.
 *
 * Same plan, same target build, same tool: same hash, in any process, on any machine of the same
 * Node major (docs/ARCHITECTURE.md).
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";

import { canonicalHistory, type History } from "../history/index.js";

/** 64 lower-case hexadecimal digits. */
export function traceHash(history: History): string {
  return createHash("sha256").update(canonicalHistory(history)).digest("hex");
}
