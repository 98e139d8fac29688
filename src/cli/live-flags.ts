/**
 * Options of commands that run cases in real time: `ws://…` and `cmd:…`.
 *
 * @packageDocumentation
 */
import { InvalidArgumentError, Option, type Command } from "commander";

import { PROFILE_IDS, type ProfileId } from "../../models/index.js";
import { DEFAULT_SETTINGS, type ExternalSettings } from "../targets/external/index.js";
import type { Target } from "../targets/target.js";
import type { CatalogEntry } from "./catalog.js";
import { usageError } from "./exit-code.js";
import { durationMs, wholeNumber } from "./options.js";

export interface LiveFlags {
  readonly profile?: ProfileId;
  readonly speed?: number;
  readonly patience?: number;
  readonly startTimeout?: number;
  readonly reset?: string;
  readonly runs?: number;
}

/** A finding in real time is looked for again so often. */
const RUNS_DEFAULT = 3;
const SPEED_MAX = 1_000;

export function addLiveFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--profile <id>",
        "in real time: generation of servers to judge by (default: as the server describes itself)",
      ).choices(PROFILE_IDS),
    )
    .option("--speed <n>", "in real time: divides the plan's waits and delays (default: 1)", speed)
    .option(
      "--patience <duration>",
      "in real time: how long what is owed is waited for",
      durationMs,
    )
    .option("--start-timeout <duration>", "in real time: how long a command may start", durationMs)
    .option("--reset <command>", "in real time: shell command to run before each case")
    .option(
      "--runs <n>",
      `in real time: how often a finding is run again (default: ${RUNS_DEFAULT})`,
      wholeNumber(0, 1_000),
    );
}

function speed(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > SPEED_MAX) {
    throw new InvalidArgumentError(`it takes a number above 0, up to ${SPEED_MAX}.`);
  }
  return value;
}

const NAMES = {
  profile: "--profile",
  speed: "--speed",
  patience: "--patience",
  startTimeout: "--start-timeout",
  reset: "--reset",
  runs: "--runs",
} as const;

/**
 * The settings that flags ask for.
 * @throws CommandError (64) where the target does not live in real time
 */
export function settingsOf(
  { id, isLive }: Pick<CatalogEntry, "id" | "isLive">,
  flags: LiveFlags,
  base: Partial<ExternalSettings> = {},
): ExternalSettings {
  const given = Object.entries(NAMES).find(
    ([name]) => flags[name as keyof LiveFlags] !== undefined,
  );
  if (isLive !== true && given !== undefined) {
    throw usageError(`${given[1]} is for targets in real time (ws://…, cmd:…), not for ${id}`);
  }
  const { profile, speed, patience, startTimeout, reset } = flags;
  return {
    ...DEFAULT_SETTINGS,
    ...base,
    ...(profile === undefined ? {} : { profile }),
    ...(speed === undefined ? {} : { speed }),
    ...(patience === undefined ? {} : { patienceMs: patience }),
    ...(startTimeout === undefined ? {} : { startMsMax: startTimeout }),
    ...(reset === undefined ? {} : { reset }),
  };
}

/** The settings for runner processes, once the target was found to be there. */
export function checkedSettings(settings: ExternalSettings, { profile }: Target): ExternalSettings {
  return { ...settings, profile, isChecked: true };
}

export function runsOf({ runs }: LiveFlags): number {
  return runs ?? RUNS_DEFAULT;
}
