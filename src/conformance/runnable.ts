/**
 * What a target must be able to do for a plan to be run as it stands.
 *
 * @packageDocumentation
 */
import { profileOf } from "../../models/index.js";
import type { Plan } from "../plan/index.js";
import type { Target } from "../targets/target.js";

/** What of a target decides. */
export type Abilities = Pick<Target, "hasSecureMode" | "stores" | "profile">;

/** Why the plan can't be run as it stands; null where it can. */
export function whyNotRun(
  { security, server, clients }: Plan,
  { hasSecureMode, stores = ["memory"], profile }: Abilities,
): string | null {
  if (security !== undefined && hasSecureMode !== true) {
    return "it takes a server in secure mode, and nobody knows how to start this one so";
  }
  if (server !== undefined && !stores.includes(server.store)) {
    return "it takes a server that stores in a file, and nobody knows how to start this one so";
  }
  const spoken: readonly string[] = profileOf(profile).dialects.map(({ id }) => id);
  const foreign = clients.find(({ dialect }) => dialect !== undefined && !spoken.includes(dialect));
  if (foreign?.dialect === undefined) return null;
  return `it takes clients of ${foreign.dialect}, which servers of its generation do not speak`;
}
