/**
 * How verdicts are marked, and what they mean.
 *
 * @packageDocumentation
 */
import type { ClauseVerdict } from "../../conformance/index.js";

/** A sign for where there is no room for the word. */
export const VERDICT_SIGNS: Readonly<Record<ClauseVerdict, string>> = {
  FAILED: "✗",
  "NON-STRICT": "!",
  UNIMPLEMENTED: "∅",
  UNKNOWN: "?",
  UNEXERCISED: "·",
  INFORMATIONAL: "i",
  OK: "✓",
  CONVENTION: "–",
};

export const VERDICT_MEANINGS: Readonly<Record<ClauseVerdict, string>> = {
  FAILED: "a must is broken",
  "NON-STRICT": "a should is broken",
  UNIMPLEMENTED: "the server doesn't know what the clause is about",
  UNKNOWN: "tried, and not decided; never a pass",
  UNEXERCISED: "no case put it to the test; never a pass",
  INFORMATIONAL: "the server is free in it, and this is what it does",
  OK: "put to the test, and kept each time",
  CONVENTION: "binds clients, and no server",
};
