/**
 * What a campaign ends as.
 *
 * @packageDocumentation
 */
import type { CampaignSummary, ConfirmedFinding } from "../campaign/index.js";
import { EXIT, type ExitCode } from "./exit-code.js";

/**
 * New violations first; what is unknown is never a pass.
 * @param isStrict known issues count as well
 */
export function exitCodeOf(summary: CampaignSummary, isStrict: boolean): ExitCode {
  const counting = summary.findingsList.filter(({ severity }) => severity !== "may");
  if (isStrict && summary.knownList.length > 0) return EXIT.violated;
  // What a history in real time shows is proof, whether or not another run shows it as well.
  const isProven = ({ confirmation, again }: ConfirmedFinding) =>
    confirmation === "confirmed" || again !== undefined;
  if (counting.some(isProven)) return EXIT.violated;
  if (summary.failures.length > 0) return EXIT.internal;
  const isDiverged = summary.findingsList.some(({ confirmation }) => confirmation === "diverged");
  if (isDiverged || summary.divergences.length > 0) return EXIT.diverged;
  const isDecided = summary.unknown.length === 0 && summary.cases > 0 && !summary.isInterrupted;
  return isDecided ? EXIT.passed : EXIT.unknown;
}
