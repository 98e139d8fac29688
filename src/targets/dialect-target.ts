/**
 * A target whose plans are drawn in a later dialect.
 *
 * It is the same server: what its clients speak is in the plan.
 *
 * @packageDocumentation
 */
import {
  DRAWN_DIALECTS,
  LATER_DIALECTS,
  type DrawnDialect,
  type LaterDialect,
} from "../protocol/index.js";
import type { Target } from "./target.js";
import { variantOf } from "./variant.js";

/** The target under another id, and with plans whose clients ask for that dialect, or for different ones. */
export function speaking(
  target: Target,
  dialect: DrawnDialect,
  id = dialectId(target.id, dialect),
): Target {
  return variantOf(target, { id, drawsDialect: dialect });
}

/** What the id of such a target is: `happn-3@9.0.1+happn_4`. */
export function dialectId(id: string, dialect: DrawnDialect): string {
  return `${id}+${dialect}`;
}

/** The id of the target itself. */
export function withoutDialect(id: string): string {
  const dialect = DRAWN_DIALECTS.find((name) => id.endsWith(`+${name}`));
  return dialect === undefined ? id : id.slice(0, -(dialect.length + 1));
}

/** The one later dialect of an id; null where it has none, or different ones. */
export function laterDialectIn(id: string): LaterDialect | null {
  return LATER_DIALECTS.find((name) => id.endsWith(`+${name}`)) ?? null;
}
