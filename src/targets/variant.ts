/**
 * The same server under another id, for which other plans are drawn.
 *
 * @packageDocumentation
 */
import type { Target } from "./target.js";

/** What a variant has of its own. */
export type Variation = Pick<Target, "id" | "hasSecureMode" | "drawsSecure" | "drawsDialect">;

export function variantOf(target: Target, own: Variation): Target {
  const { profile, time, stores, hasSecureMode } = target;
  return {
    ...{ profile, time },
    ...(stores === undefined ? {} : { stores }),
    ...(hasSecureMode === undefined ? {} : { hasSecureMode }),
    ...own,
    prepare: (progress) => target.prepare(progress),
    enter: (body) => target.enter(body),
    start: (environment, observer) => target.start(environment, observer),
  };
}
