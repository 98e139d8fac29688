/**
 * `--faults`: what goes wrong in the plans of a campaign.
 *
 * @packageDocumentation
 */
import { InvalidArgumentError } from "commander";

import { FAULT_KINDS, type FaultChoice, type FaultKind } from "../plan/index.js";

export const FAULTS_HELP = `what goes wrong: "swarm" (in half of the plans), "all", "none", or kinds as in docs/FAULTS.md: stop,kill`;

/** `swarm`, `all`, `none`, or kinds with commas between them. */
export function faultChoice(text: string): FaultChoice {
  if (text === "swarm") return "swarm";
  if (text === "all") return FAULT_KINDS;
  if (text === "none") return [];
  const names = text.split(",").filter((name) => name !== "");
  const odd = names.find((name) => !FAULT_KINDS.some((kind) => kind === name));
  if (odd !== undefined || names.length === 0) {
    throw new InvalidArgumentError(
      `there is no fault "${odd ?? text}"; there are ${FAULT_KINDS.join(", ")}, and "swarm", "all" and "none".`,
    );
  }
  return FAULT_KINDS.filter((kind: FaultKind) => names.includes(kind));
}

/** What has to be said again for a token of such a campaign; nothing for the default. */
export function faultsFlag(choice: FaultChoice): string {
  if (choice === "swarm") return "";
  if (choice.length === 0) return " --faults none";
  return ` --faults ${choice.length === FAULT_KINDS.length ? "all" : choice.join(",")}`;
}
