/**
 * `happnstance diff`: where two histories of one plan part.
 *
 * @packageDocumentation
 */
import type { Command } from "commander";

import type { Reply } from "../campaign/index.js";
import type { Artifact } from "../engine/index.js";
import type { History, HistoryEvent } from "../history/index.js";
import { formatPlan, type Plan } from "../plan/index.js";
import {
  counted,
  differenceOf,
  diffLines,
  duration,
  paintOf,
  type DiffSide,
  type HistoryDifference,
} from "../report/index.js";
import { issueIds } from "./avoid.js";
import { faultChoice } from "./fault-choice.js";
import { entryOf, isTargetId } from "./catalog.js";
import { EXIT, usageError, type ExitCode } from "./exit-code.js";
import { isDifference } from "./kept-difference.js";
import { durationMs, wholeNumber } from "./options.js";
import {
  answered,
  artifactAt,
  caseOf,
  folderOf,
  rerun,
  type CaseFlags,
  type ReplayedCase,
} from "./replayed-case.js";
import { columnsOf } from "./terminal.js";

interface DiffFlags extends CaseFlags {
  readonly raw?: boolean;
  readonly normalise?: boolean;
  readonly context: number;
  readonly watchdog: number;
  readonly json?: boolean;
}

/** One of the two: a history, or how its server was lost; and the plan it is of. */
interface Side {
  readonly name: string;
  readonly target: string;
  readonly plan: Plan;
  readonly history: History | null;
  /** How the server was lost; null where there is a history. */
  readonly lost: string | null;
}

export function addDiff(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("diff")
    .description("find the first event in which two histories of one plan differ")
    .argument("<artifact>", "an artifact's folder, a corpus entry, or a token")
    .argument("<other>", "another one of the same plan, or a target to run the plan against")
    .option("--raw", "compare event by event as they stand (default: for one and the same target)")
    .option("--normalise", "leave ids, times and what profiles differ in aside (default: else)")
    .option("--context <n>", "events shown before and behind", wholeNumber(0, 100), 3)
    .option("--target <id>", "the target, where a token does not tell it")
    .option("--avoid <issues>", "what the campaign that printed the token avoided", issueIds, [])
    .option("--faults <kinds>", "what that campaign was told of faults", faultChoice)
    .option(
      "--watchdog <duration>",
      "wall time a server may be busy with a case",
      durationMs,
      30_000,
    )
    .option("--json", "print the difference as JSON")
    .action(async (left: string, right: string, flags: DiffFlags) =>
      end(await diff(left, right, flags)),
    );
}

async function diff(leftName: string, rightName: string, flags: DiffFlags): Promise<ExitCode> {
  if (flags.raw === true && flags.normalise === true) {
    throw usageError("--raw and --normalise exclude one another");
  }
  const left = await sideOf(leftName, flags);
  const right = isTarget(rightName)
    ? await sideOfTarget(left, rightName, flags)
    : await sideOf(rightName, flags);
  requireSamePlan(left, right);
  const isRaw = flags.raw ?? (flags.normalise !== true && left.target === right.target);
  return told(left, right, isRaw ? "raw" : "normalised", flags);
}

/**
 * Whether the second word names a target; a folder of that name is `./<name>`.
 * @throws CommandError (64) where it is none, nor anything else that could be meant
 */
function isTarget(name: string): boolean {
  if (isTargetId(name)) return true;
  if (folderOf(name) !== null || /^hs\d+-/.test(name)) return false;
  if (/[/\\]/.test(name)) throw usageError(`there is no folder ${name}`);
  throw usageError(`${name} is neither a folder, a token nor a target (see happnstance targets)`);
}

async function sideOf(what: string, flags: DiffFlags): Promise<Side> {
  const folder = folderOf(what);
  const kept = folder === null || isDifference(folder) ? null : artifactAt(folder);
  if (kept !== null && kept.history !== null) return sideOfArtifact(what, kept, kept.history);
  const found = caseOf(what, {
    ...flags,
    ...(kept === null ? {} : { target: kept.finding.target }),
  });
  return sideOfReply(what, found, await rerun(found, flags.watchdog));
}

function sideOfArtifact(what: string, { finding, plan }: Artifact, history: History): Side {
  return { name: `${what} (${finding.target})`, target: finding.target, plan, history, lost: null };
}

async function sideOfTarget(left: Side, id: string, flags: DiffFlags): Promise<Side> {
  const target = entryOf(id).id;
  const { plan } = left;
  const found: ReplayedCase = {
    ...{ target, plan, planSeed: plan.seed },
    ...{ avoid: [], isSame: null, finding: null },
  };
  return sideOfReply(target, found, await rerun(found, flags.watchdog));
}

function sideOfReply(what: string, { target, plan }: ReplayedCase, reply: Reply): Side {
  const name = what === target ? target : `${what} (${target})`;
  const seen = answered(reply);
  if (seen.kind === "verdict" && seen.outcome !== undefined) {
    return { name, target, plan: seen.outcome.plan, history: seen.outcome.history, lost: null };
  }
  const lost =
    seen.kind === "hung"
      ? `the server is busy for ever (${duration(seen.afterMs)} of wall time)`
      : seen.kind === "died"
        ? `the process that holds the server ends: ${seen.how}`
        : "no history came back";
  if (plan === undefined) {
    throw usageError(
      `${what}: ${lost}, and a token alone does not tell the plan; take the artifact`,
    );
  }
  return { name, target, plan, history: null, lost };
}

/** Two histories of different plans differ for a reason that is no server's. */
function requireSamePlan(left: Side, right: Side): void {
  const [one, other] = [left, right].map(({ plan }) => formatPlan(plan).split("\n"));
  const line = one?.findIndex((text, place) => text !== other?.[place]) ?? -1;
  if (line < 0 && one?.length === other?.length) return;
  const [own, their] = [one?.[line], other?.[line]].map((text) =>
    (text ?? "").trim().slice(0, 120),
  );
  throw usageError(
    `${left.name} and ${right.name} are histories of different plans: plan.json differs in line ${line + 1}, ${own} against ${their}; give one of them and a target to run its plan against that`,
  );
}

function told(
  left: Side,
  right: Side,
  compared: HistoryDifference["compared"],
  flags: DiffFlags,
): ExitCode {
  if (left.history === null || right.history === null) return toldLost(left, right, flags);
  const sides: readonly [DiffSide, DiffSide] = [
    { name: left.name, history: left.history },
    { name: right.name, history: right.history },
  ];
  const difference = differenceOf(left.history, right.history, compared);
  if (flags.json === true) {
    print(difference, compared, sides);
  } else if (difference === null) {
    const how = compared === "raw" ? "event for event" : "ids, times and profiles aside";
    say(`  equal, ${how}: ${counted(left.history.events.length, "event")}`);
  } else {
    for (const line of diffLines(difference, sides, {
      plan: left.plan,
      context: flags.context,
      columns: columnsOf(process.stdout),
      paint: paintOf(process.stdout.isTTY),
    })) {
      say(line);
    }
  }
  return difference === null ? EXIT.passed : EXIT.violated;
}

/** Where a server was lost with its history: equal if both were, in the same way. */
function toldLost(left: Side, right: Side, flags: DiffFlags): ExitCode {
  const isEqual = left.lost !== null && left.lost === right.lost;
  if (flags.json === true) {
    const status = isEqual ? "equal" : "different";
    say(JSON.stringify({ status, left: left.lost, right: right.lost }, null, 2));
  } else {
    for (const { name, lost } of [left, right]) say(`  ${name}: ${lost ?? "it lives on"}`);
  }
  return isEqual ? EXIT.passed : EXIT.violated;
}

function print(
  difference: HistoryDifference | null,
  compared: HistoryDifference["compared"],
  sides: readonly [DiffSide, DiffSide],
): void {
  const event = ({ history }: DiffSide, index: number | null): HistoryEvent | null =>
    index === null ? null : (history.events[index] ?? null);
  const [left, right] = sides;
  const found =
    difference === null
      ? { status: "equal", compared }
      : {
          ...{ status: "different", compared },
          left: { name: left.name, index: difference.left, event: event(left, difference.left) },
          right: {
            name: right.name,
            index: difference.right,
            event: event(right, difference.right),
          },
          fields: difference.fields,
        };
  say(JSON.stringify(found, null, 2));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
