/**
 * Targets made ready for a command, and the runner processes that hold them.
 *
 * @packageDocumentation
 */
import { join } from "node:path";

import type { ExternalSettings } from "../targets/external/index.js";
import { TargetUnavailableError, type Target } from "../targets/target.js";
import { targetOf } from "./catalog.js";
import { CommandError, EXIT } from "./exit-code.js";
import { packageRoot } from "./version.js";

/** Script of a runner process, as the build has made it. */
export const RUNNER_PATH = join(packageRoot(), "dist", "src", "cli", "runner.js");

/** Wall time that a case may take where nothing else is said. */
export const WATCHDOG_MS = 30_000;

/** Wall time for making the plan of one new finding smaller, and for all of a campaign's. */
export const MINIMISE_EACH_MS = 20_000;
export const MINIMISE_TOTAL_MS = 120_000;

/** Wall time that a case in real time may take: it waits for what virtual time skips. */
export const LIVE_WATCHDOG_MS = 900_000;

/**
 * The target of an id, found to be there.
 * @throws CommandError (69) where it isn't
 */
export async function preparedTarget(
  targetId: string,
  settings: ExternalSettings,
  progress: (line: string) => void = () => undefined,
): Promise<Target> {
  try {
    const target = targetOf(targetId, { ...settings });
    await target.prepare(progress);
    return target;
  } catch (error) {
    if (error instanceof TargetUnavailableError) {
      throw new CommandError(EXIT.unavailable, error.message);
    }
    throw error;
  }
}
