/**
 * A target whose plans are drawn in secure mode.
 *
 * It is the same server: what starts it in secure mode is the plan, which says who may do what.
 *
 * @packageDocumentation
 */
import type { Target } from "./target.js";
import { variantOf } from "./variant.js";

/** What the id of such a target ends in. */
export const SECURE_SUFFIX = "+secure";

/** The target under another id, and with plans in secure mode. */
export function securely(target: Target, id = `${target.id}${SECURE_SUFFIX}`): Target {
  return variantOf(target, { id, hasSecureMode: true, drawsSecure: true });
}

/** The id of the target itself. */
export function withoutSecurity(id: string): string {
  return id.endsWith(SECURE_SUFFIX) ? id.slice(0, -SECURE_SUFFIX.length) : id;
}
