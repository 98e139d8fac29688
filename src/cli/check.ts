/**
 * `happnstance check`: judges a recording that was made elsewhere.
 *
 * @packageDocumentation
 */
import { Option, type Command } from "commander";

import { PROFILE_IDS, type ProfileId } from "../../models/index.js";
import { PROPERTIES } from "../../properties/index.js";
import { knownBy, verdictOf, type FoundViolation, type Verdict } from "../engine/index.js";
import type { History } from "../history/index.js";
import { counted, paintOf, storyOf } from "../report/index.js";
import { EXIT, type ExitCode } from "./exit-code.js";
import { knownIssuesOf } from "./known-issues.js";
import { partialClientsOf, readRecording } from "./recording-file.js";

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
  const verdict = withPartial(verdictOf(history), history);
  const issues = knownIssuesOf(history.header.target);
  const fresh = verdict.violations.filter(
    (violation) => flags.strict === true || knownBy(issues, violation) === null,
  );
  const code = fresh.some(({ severity }) => severity !== "may")
    ? EXIT.violated
    : verdict.unknown.length > 0
      ? EXIT.unknown
      : EXIT.passed;
  const verdictWord =
    code === EXIT.passed ? "valid" : code === EXIT.violated ? "invalid" : "unknown";
  if (flags.json === true) {
    const known = verdict.violations.filter((violation) => !fresh.includes(violation));
    process.stdout.write(
      `${JSON.stringify({ file, verdict: verdictWord, traceHash: verdict.hash, violations: fresh, known, unknown: verdict.unknown, exercised: verdict.exercised }, null, 2)}\n`,
    );
  } else {
    print(file, history, verdict, fresh, verdictWord);
  }
  return code;
}

/** Where the beginning of a connection is missing, not everything is decided. */
function withPartial(verdict: Verdict, history: History): Verdict {
  const clients = partialClientsOf(history);
  if (clients.length === 0) return verdict;
  const reason = `the beginning of ${clients.join(", ")} is missing: what was asked and subscribed to before is not known`;
  return { ...verdict, unknown: [...verdict.unknown, { property: "recording", reason }] };
}

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
