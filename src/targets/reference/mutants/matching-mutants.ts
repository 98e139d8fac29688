/**
 * Mutants whose patterns and paths match something else (SUB-5, STO-6, STO-14).
 *
 * @packageDocumentation
 */
import { mishearing, misremembering, onPath, type Listening } from "./deviation.js";
import type { Mutant, Step } from "./mutant.js";

export const caseInsensitivePath: Mutant = {
  id: "case-insensitive-path",
  clause: "SUB-5",
  properties: ["no-unwanted-publication"],
  description: "Compares the paths of exact subscriptions without regard to case.",
  create: (step) => exactMatching(step, (own, path) => own.toLowerCase() === path.toLowerCase()),
};

export const slashInsensitivePath: Mutant = {
  id: "slash-insensitive-path",
  clause: "STO-14",
  properties: ["no-unwanted-publication"],
  description: "Compares the paths of exact subscriptions without slashes around them.",
  create: (step) => exactMatching(step, (own, path) => trimmed(own) === trimmed(path)),
};

export const exactAsPrefix: Mutant = {
  id: "exact-as-prefix",
  clause: "SUB-5",
  properties: ["no-unwanted-publication"],
  description: "Tells an exact subscription of writes below its path.",
  create: (step) => exactMatching(step, (own, path) => path.startsWith(`${own}/`)),
};

export const exactHeardByLast: Mutant = {
  id: "exact-heard-by-last",
  clause: "SUB-5",
  properties: ["no-missed-publication"],
  description: "Keeps one session for each exact path, the one that subscribed to it last.",
  create: (step) =>
    mishearing(step, ({ connection, channel, subscription }, _asked, { subscriptions }) => {
      if (channel.includes("*")) return subscription;
      const all = [...subscriptions].filter(([, own]) => own.has(channel));
      return all.at(-1)?.[0] === connection ? subscription : null;
    }),
};

export const starIsOneSegment: Mutant = {
  id: "star-is-one-segment",
  clause: "SUB-5",
  properties: ["no-missed-publication"],
  description: "Lets the star of a subscription stand for what has no slash in it.",
  create: (step) =>
    patternMatching(step, (pattern, path) => expressionOf(pattern, "[^/]*").test(path)),
};

export const starIsNotEmpty: Mutant = {
  id: "star-is-not-empty",
  clause: "SUB-5",
  properties: ["no-missed-publication"],
  description: "Lets the star of a subscription stand for one character at least.",
  create: (step) =>
    patternMatching(step, (pattern, path) => expressionOf(pattern, ".+").test(path)),
};

export const patternWithoutPrefix: Mutant = {
  id: "pattern-without-prefix",
  clause: "SUB-5",
  properties: ["no-unwanted-publication"],
  description: "Looks for a subscribed pattern anywhere in the path, not from its beginning.",
  create: (step) =>
    mishearing(step, ({ subscription }, asked) => {
      const { path: pattern } = subscription.channel;
      const isFound = pattern.includes("*") && expressionOf(`*${pattern}`, ".*").test(asked.path);
      return isFound ? onPath(subscription, asked.path) : subscription;
    }),
};

export const caseInsensitivePattern: Mutant = {
  id: "case-insensitive-pattern",
  clause: "SUB-5",
  properties: ["no-unwanted-publication"],
  description: "Compares subscribed patterns without regard to case.",
  create: (step) =>
    mishearing(step, ({ subscription }, asked) => {
      const { path: pattern } = subscription.channel;
      const isFound =
        pattern.includes("*") &&
        expressionOf(pattern.toLowerCase(), ".*").test(asked.path.toLowerCase());
      return isFound ? onPath(subscription, asked.path) : subscription;
    }),
};

export const patternReadShallow: Mutant = {
  id: "pattern-read-shallow",
  clause: "STO-6",
  properties: ["store-linearizable"],
  description: "Lets the star of a pattern get stand for what has no slash in it.",
  create: (step) =>
    misremembering(step, ({ request, path }, { store }) => {
      if (request.action !== "get" || !path.includes("*")) return null;
      const expression = expressionOf(path, "[^/]*");
      return new Map([...store].filter(([stored]) => expression.test(stored)));
    }),
};

export const doubleStarIsOne: Mutant = {
  id: "double-star-is-one",
  clause: "SUB-5",
  properties: ["no-missed-publication"],
  description: "Reads two stars at the end of a subscription as one segment.",
  profile: "13.x",
  create: (step) =>
    mishearing(step, ({ subscription }, asked) => {
      const { path: pattern } = subscription.channel;
      const isDeep = asked.path.split("/").length > pattern.split("/").length;
      return pattern.endsWith("/**") && isDeep ? null : subscription;
    }),
};

/** A step that also tells exact subscriptions of paths that `matches` takes for theirs. */
function exactMatching(step: Step, matches: (own: string, path: string) => boolean): Step {
  return mishearing(step, ({ subscription }, asked) => {
    const { path } = subscription.channel;
    if (path.includes("*") || !matches(path, asked.path)) return subscription;
    return onPath(subscription, asked.path);
  });
}

/** A step that tells patterns only of paths that `matches` lets through as well. */
function patternMatching(step: Step, matches: (pattern: string, path: string) => boolean): Step {
  const changed = ({ subscription }: Listening, path: string) => {
    const { path: pattern } = subscription.channel;
    const isPattern = pattern.includes("*") && pattern !== "*";
    return isPattern && !matches(pattern, path) ? null : subscription;
  };
  return mishearing(step, (listening, asked) => changed(listening, asked.path));
}

/** A pattern as an expression, its stars as `star`. */
function expressionOf(pattern: string, star: string): RegExp {
  const literals = pattern.split("*").map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${literals.join(star)}$`, "s");
}

function trimmed(path: string): string {
  return path.replace(/^\/|\/$/g, "");
}
