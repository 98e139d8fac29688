/**
 * What the clients of a plan speak.
 *
 * @packageDocumentation
 */
import {
  DIALECT_IDS,
  FIRST_DIALECT,
  isJsonObject,
  type DialectId,
  type LaterDialect,
} from "../protocol/index.js";
import type { Plan } from "./plan.js";
import { requestOf } from "./triggers/trigger.js";

/**
 * Every dialect that some client speaks at some time: its own, the first where it skips the handshake, and
 * those that it asks for besides.
 */
export function dialectsIn({ clients, operations }: Plan): ReadonlySet<DialectId> {
  const spoken = new Set<DialectId>(clients.map(({ dialect }) => dialect ?? FIRST_DIALECT));
  for (const { action } of operations) {
    if (action.kind === "connect" && action.handshake === "none") spoken.add(FIRST_DIALECT);
    const request = requestOf(action);
    if (request?.action !== "configure-session" || !isJsonObject(request.data)) continue;
    const asked = request.data["protocol"];
    const id = DIALECT_IDS.find((dialect) => dialect === asked);
    if (id !== undefined) spoken.add(id);
  }
  return spoken;
}

/** The plan with every client asking for a later dialect. */
export function asking(plan: Plan, dialect: LaterDialect): Plan {
  return { ...plan, clients: plan.clients.map((client) => ({ ...client, dialect })) };
}
