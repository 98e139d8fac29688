/**
 * The README.txt of an artifact: what happened and how to see it again.
 *
 * @packageDocumentation
 */
import type { History } from "../history/index.js";
import { counted } from "./quantity.js";
import { storyOf } from "./story.js";

export interface ArtifactStory {
  readonly target: string;
  readonly token: string;
  readonly property: string;
  readonly promise: string;
  readonly severity: string;
  readonly clause: string;
  readonly message: string;
  readonly expected: string;
  readonly evidence: readonly number[];
  readonly traceHash: string;
  readonly node: string;
  readonly version: string;
  /** Where the plan was minimised. */
  readonly minimised?: { readonly runs: number; readonly originalOperations: number };
}

/** Plain text, lines of at most some 100 columns where frames allow. */
export function artifactReadme(story: ArtifactStory, history: History | null): string {
  const events = history?.events ?? [];
  return [
    `${story.target} breaks ${story.clause} (${story.severity}): ${story.property}`,
    "",
    `  promise   ${story.promise}`,
    `  seen      ${story.message}`,
    `  expected  ${story.expected}`,
    "",
    history === null
      ? "The server never answered, so there is no history; plan.json holds what was done to it."
      : "The events that show it, at the server, in virtual time:",
    "",
    ...storyOf(story.evidence, events),
    "",
    "See it again, from this folder or from the token:",
    "",
    "  npx happnstance replay <this folder>",
    ...(story.token === "" ? [] : [`  npx happnstance replay ${story.token}`]),
    "",
    "Files: plan.json is what was done, history.jsonl what was seen (one event a line),",
    "finding.json the judgement as data.",
    ...originalLines(story),
    "",
    `trace hash ${story.traceHash}`,
    `found by happnstance ${story.version} on Node ${story.node}`,
    "",
  ].join("\n");
}

function originalLines({ minimised, token }: ArtifactStory): readonly string[] {
  if (minimised === undefined) return [];
  return [
    `original-plan.json is what was done before it was minimised (${counted(minimised.originalOperations, "operation")}, in ${counted(minimised.runs, "run")})${token === "" ? "." : ";"}`,
    ...(token === "" ? [] : ["the token stands for that one."]),
  ];
}
