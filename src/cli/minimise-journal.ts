/**
 * The journal of an artifact that is being minimised.
 *
 * @packageDocumentation
 */
import { join } from "node:path";

import { Journal, planHash } from "../engine/index.js";
import type { Plan } from "../plan/index.js";
import { packageVersion } from "./version.js";

/** What is known from an interrupted time, in the artifact's folder. */
const JOURNAL = "minimise.journal";

/** Opens it, or begins one where it is about another plan. */
export function journalIn(
  folder: string,
  { target, fingerprint }: { readonly target: string; readonly fingerprint: string },
  plan: Plan,
): Journal {
  return Journal.open(join(folder, JOURNAL), {
    planHash: planHash(plan),
    ...{ target, fingerprint },
    version: packageVersion(),
    node: process.version,
  });
}
