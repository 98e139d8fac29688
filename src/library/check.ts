/**
 * A recording judged, called from a program.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../models/index.js";
import { judgedRecording } from "../cli/judged-recording.js";
import { readRecording } from "../cli/recording-file.js";
import type { FoundViolation } from "../engine/index.js";
import type { History } from "../history/index.js";
import { withLibraryErrors } from "./failure.js";

export interface CheckOptions {
  /** Of traffic and HAR files: generation of servers to judge by; as the answers tell by default. */
  readonly profile?: ProfileId;
  /** Of traffic and HAR files: everybody who used the server is in it. False by default. */
  readonly isAlone?: boolean;
}

export interface CheckResult {
  /** `unknown` where not everything was decided, for instance where the beginning is missing. */
  readonly status: "valid" | "invalid" | "unknown";
  /** What no known issue of the target explains; those of severity `may` don't make it invalid. */
  readonly violations: readonly FoundViolation[];
  /** What one explains. */
  readonly known: readonly FoundViolation[];
  readonly unknown: readonly { readonly property: string; readonly reason: string }[];
  /** How often each property was put to the test, by id. */
  readonly exercised: Readonly<Record<string, number>>;
  readonly traceHash: string;
  readonly history: History;
}

/**
 * Judges a recording that was made elsewhere. Prints nothing and writes nothing.
 * @param recording a file (a transcript .md, a history or traffic .jsonl, a HAR file), or a history
 * @throws HappnstanceError `E_USAGE` where the file can't be read, saying where it is wrong
 */
export function check(
  recording: string | History,
  options: CheckOptions = {},
): Promise<CheckResult> {
  return withLibraryErrors(async () => {
    const { profile = null, isAlone = false } = options;
    const history =
      typeof recording === "string" ? readRecording(recording, { profile, isAlone }) : recording;
    const { status, fresh, known, verdict } = judgedRecording(history, false);
    const { unknown, exercised, hash } = verdict;
    return Promise.resolve({
      ...{ status, known, unknown, exercised, history },
      violations: fresh,
      traceHash: hash,
    });
  });
}
