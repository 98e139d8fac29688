/**
 * Directed cases as clients of a later dialect run them.
 *
 * @packageDocumentation
 */
import { asking } from "../plan/index.js";
import type { LaterDialect } from "../protocol/index.js";
import type { DirectedCase } from "./script.js";

/**
 * The case with every client asking for a later dialect; null where it says itself what its clients
 * speak, or is about users, who log in with happn_1.3.0 only.
 */
export function inDialect(directed: DirectedCase, dialect: LaterDialect): DirectedCase | null {
  const { id, says, plan } = directed;
  if (plan.security !== undefined) return null;
  if (plan.clients.some((client) => client.dialect !== undefined)) return null;
  return {
    ...directed,
    id: `${id} in ${dialect}`,
    says: `${says} They ask for ${dialect}.`,
    plan: asking({ ...plan, seed: `${id} in ${dialect}` }, dialect),
    formOf: id,
  };
}
