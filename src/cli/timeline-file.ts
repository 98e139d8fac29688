/**
 * timeline.html, written beside the other files of an artifact.
 *
 * @packageDocumentation
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { writeArtifact, type Artifact, type FindingRecord } from "../engine/index.js";
import { artifactReadme, clauseTexts, timelinePage } from "../report/index.js";
import { packageRoot } from "./version.js";

export const TIMELINE = "timeline.html";

/**
 * Writes an artifact with its README and its timeline; what it replaces is gone.
 * @param shown the folder as users type it, for the commands in the page
 * @throws the file system's error (no space, not writable)
 */
export function writeFinding(folder: string, artifact: Artifact, shown = folder): void {
  writeArtifact(folder, artifact, artifactReadme({ ...artifact.finding }, artifact.history));
  writeTimeline(folder, artifact, shown);
}

/**
 * Writes the timeline alone, and returns its path.
 * @param shown the folder as users type it, for the commands in the page
 * @throws the file system's error (no space, not writable)
 */
export function writeTimeline(
  folder: string,
  { finding, plan, history }: Artifact,
  shown = folder,
): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, TIMELINE);
  const page = timelinePage({
    ...{ finding, plan, history },
    clauseText: finding.clauseText ?? clauseTextOf(finding.clause),
    replay: replayCommands(finding, shown),
    script: pageScript(),
  });
  writeFileSync(path, page);
  return path;
}

let texts: ReadonlyMap<string, string> | null = null;

/** The text of a clause in the specification that the package brings along, in Markdown; undefined where it has none. */
export function clauseTextOf(clause: string): string | undefined {
  texts ??= clauseTexts(readFileSync(join(packageRoot(), "docs", "PROTOCOL.md"), "utf8"));
  return texts.get(clause);
}

/** The token of a minimised finding stands for the plan that it was found with: the folder is what shows it. */
function replayCommands({ token, minimised }: FindingRecord, folder: string): readonly string[] {
  const quoted = /^[\w./@:-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
  return [
    ...(token === "" || minimised !== undefined ? [] : [`npx happnstance replay ${token}`]),
    `npx happnstance replay ${quoted}`,
  ];
}

let script: string | null = null;

/** The script of the page, as the build has made it. */
function pageScript(): string {
  script ??= readFileSync(
    join(packageRoot(), "dist", "src", "report", "timeline", "page-script.js"),
    "utf8",
  );
  return script;
}
