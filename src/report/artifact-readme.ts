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
  /** Of a target in real time: how often its plan was run again, and showed it. */
  readonly live?: { readonly seen: number; readonly runs: number };
}

function againLines({ live, token, target }: ArtifactStory): readonly string[] {
  if (live === undefined) {
    return [
      "See it again, from this folder or from the token:",
      "",
      "  npx happnstance replay <this folder>",
      ...(token === "" ? [] : [`  npx happnstance replay ${token}`]),
    ];
  }
  return [
    `In real time no run is like another: the plan was run again ${live.runs} times, and showed it`,
    `${live.seen} times. What history.jsonl shows is proof by itself:`,
    "",
    "  npx happnstance check <this folder>/history.jsonl",
    "  npx happnstance replay <this folder> --runs 20",
    `  npx happnstance replay ${token} --target ${JSON.stringify(target)}`,
  ];
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
      : story.live === undefined
        ? "The events that show it, at the server, in virtual time:"
        : "The events that show it, at our end of the sockets, in real time:",
    "",
    ...storyOf(story.evidence, events),
    "",
    ...againLines(story),
    "",
    "Files: timeline.html is a picture of it (open it in a browser), plan.json what was done,",
    "history.jsonl what was seen (one event a line), finding.json the judgement as data.",
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
