/**
 * `happnstance check`: judges a recording that was made elsewhere.
 *
 * @packageDocumentation
 */
import { Option, type Command } from "commander";

import { PROFILE_IDS, type ProfileId } from "../../models/index.js";
import { PROPERTIES } from "../../properties/index.js";
import { knownBy, type FoundViolation, type Verdict } from "../engine/index.js";
import type { History } from "../history/index.js";
import { counted, paintOf, storyOf } from "../report/index.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { judgedRecording } from "./judged-recording.js";
import { knownIssuesOf } from "./known-issues.js";
import { readRecording } from "./recording-file.js";

interface CheckFlags {
  readonly profile?: ProfileId;
  readonly alone?: boolean;
  readonly json?: boolean;
  readonly strict?: boolean;
}

export function addCheck(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("check")
    .description(
      "judge a recording: a transcript (.md), a history or traffic (.jsonl), a HAR file (.har)",
    )
    .argument("<recording>", "the file")
    .addOption(
      new Option(
        "--profile <id>",
        "of traffic and HAR files: generation of servers to judge by (default: as the answers tell)",
      ).choices(PROFILE_IDS),
    )
    .option("--alone", "of traffic and HAR files: everybody who used the server is in it")
    .option("--strict", "let known issues count for the exit code as well")
    .option("--json", "print the verdict as JSON")
    .action((file: string, flags: CheckFlags) => end(check(file, flags)));
}

function check(file: string, flags: CheckFlags): ExitCode {
  const history = readRecording(file, {
    profile: flags.profile ?? null,
    isAlone: flags.alone === true,
  });
  const { verdict, fresh, known, status } = judgedRecording(history, flags.strict === true);
  if (flags.json === true) {
    process.stdout.write(
      `${JSON.stringify({ file, verdict: status, traceHash: verdict.hash, violations: fresh, known, unknown: verdict.unknown, exercised: verdict.exercised }, null, 2)}\n`,
    );
  } else {
    print(file, history, verdict, fresh, status);
  }
  return EXIT_OF[status];
}

const EXIT_OF = { valid: EXIT.passed, invalid: EXIT.violated, unknown: EXIT.unknown } as const;

function print(
  file: string,
  history: History,
  verdict: Verdict,
  fresh: readonly FoundViolation[],
  verdictWord: string,
): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const paint = paintOf(process.stdout.isTTY);
  const colour = verdictWord === "valid" ? paint.green : paint.red;
  const known = verdict.violations.filter((violation) => !fresh.includes(violation));
  const issues = knownIssuesOf(history.header.target);
  const ids = new Set(known.map((violation) => knownBy(issues, violation)?.id ?? ""));
  const knownText = ids.size === 0 ? "" : `, ${counted(ids.size, "known issue")}`;
  say(
    `${file}: ${colour(verdictWord)}${knownText} · ${counted(verdict.operations, "request")} · ${counted(history.events.length, "event")}`,
  );
  for (const violation of verdict.violations) {
    const issue = knownBy(issues, violation);
    const isKnown = !fresh.includes(violation);
    say("");
    say(
      `  ${isKnown ? paint.dim("known") : paint.red(violation.severity)}  ${paint.bold(violation.property)}  ${violation.clause}`,
    );
    say(`  ${violation.message}`);
    say(`  expected: ${violation.expected}`);
    if (issue !== null) say(`  known as ${issue.id}: ${issue.sentence}`);
    for (const line of storyOf(violation.evidence, history.events)) say(line);
  }
  for (const { property, reason } of verdict.unknown) say(`  unknown  ${property}: ${reason}`);
  say("");
  say("  exercised  property");
  for (const { id } of PROPERTIES) {
    say(`  ${String(verdict.exercised[id] ?? 0).padStart(9)}  ${id}`);
  }
}
