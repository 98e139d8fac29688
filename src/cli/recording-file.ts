/**
 * Recordings as files: which kind one is, and the history in it.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";

import type { ProfileId } from "../../models/index.js";
import {
  historyOfTraffic,
  historyOfTranscript,
  parseHar,
  parseTrafficLines,
  type Result,
  type TrafficConnection,
} from "../engine/index.js";
import { parseHistory, type History } from "../history/index.js";
import { isJsonObject, parseTranscript } from "../protocol/index.js";
import { usageError } from "./exit-code.js";

export interface RecordingOptions {
  /** Of traffic that others recorded; null: as its answers tell. */
  readonly profile: ProfileId | null;
  /** Whether everybody who used the server is in the recording. */
  readonly isAlone: boolean;
}

/**
 * Reads a transcript (.md), a history or traffic lines (.jsonl), or a HAR file (.har).
 * @throws CommandError (64) with one line that names the file, the place and what is wrong there
 */
export function readRecording(file: string, options: RecordingOptions): History {
  const text = readText(file);
  switch (extname(file).toLowerCase()) {
    case ".jsonl":
    case ".ndjson":
      return isHistory(text)
        ? historyIn(file, text)
        : trafficIn(file, parseTrafficLines(text), options);
    case ".har":
      return trafficIn(file, parseHar(text), options);
    case ".md":
      return transcriptIn(file, text);
    default:
      throw usageError(
        `${file}: a recording is a transcript (.md), a history or lines of {t, conn, dir, frame} (.jsonl), or a HAR file (.har)`,
      );
  }
}

/** The clients whose beginning the recording lacks. */
export function partialClientsOf({ events }: History): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "connect" && event.partial === true ? [event.client] : [],
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw usageError(`cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** A history of ours begins with its header; whatever else there is is for its reader to say. */
function isHistory(text: string): boolean {
  const first = text.slice(0, text.indexOf("\n") < 0 ? undefined : text.indexOf("\n"));
  if (first.trim() === "") return true;
  try {
    const value = JSON.parse(first) as unknown;
    return isJsonObject(value) && ("format" in value || "mode" in value);
  } catch {
    return first.includes('"format"');
  }
}

function historyIn(file: string, text: string): History {
  const parsed = parseHistory(text);
  if (!parsed.ok) throw usageError(`${file}: ${parsed.message}`);
  return parsed.history;
}

function trafficIn(
  file: string,
  parsed: Result<readonly TrafficConnection[]>,
  { profile, isAlone }: RecordingOptions,
): History {
  if (!parsed.ok) throw usageError(`${file}: ${parsed.message}`);
  return historyOfTraffic(parsed.value, { target: basename(file), profile, isAlone });
}

function transcriptIn(file: string, text: string): History {
  const parsed = parseTranscript(text);
  if (!parsed.ok) throw usageError(`${file}: ${parsed.message}`);
  const history = historyOfTranscript(parsed.transcript, basename(file, ".md"));
  if (!history.ok) throw usageError(`${file}: ${history.message}`);
  return history.value;
}
