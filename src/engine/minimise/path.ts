/**
 * Plainer paths and patterns, changed wherever they stand at once: what hears what must not depend
 * on which of them was made plainer first.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedAction } from "../../plan/index.js";
import {
  compareText,
  formatChannel,
  isJsonObject,
  isPattern,
  parseChannel,
} from "../../protocol/index.js";
import type { StepsPass } from "./pass.js";
import { isMeshName, jsonOf } from "./weight.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
/** Of a plan with more names than that, pairs of them aren't tried. */
const MERGED_NAMES_MAX = 6;

/** All paths and patterns of a plan, those of channels included, in the order in which they come first. */
export function pathsOf(plan: Plan): readonly string[] {
  const paths: string[] = [];
  withPaths(plan, (path) => {
    paths.push(path);
    return path;
  });
  return [...new Set(paths)];
}

/** The plan with every path and pattern changed. */
export function withPaths(plan: Plan, change: (path: string) => string): Plan {
  const { security } = plan;
  const operations = plan.operations.map((operation) => ({
    ...operation,
    action: withPath(operation.action, change),
  }));
  if (security === undefined) return { ...plan, operations };
  const groups = security.groups.map((group) => ({
    ...group,
    permissions: group.permissions.map((permission) => ({
      ...permission,
      path: change(permission.path),
    })),
  }));
  return { ...plan, operations, security: { ...security, groups } };
}

function withPath(action: PlannedAction, change: (path: string) => string): PlannedAction {
  switch (action.kind) {
    case "set":
    case "get":
    case "remove":
    case "count":
      return { ...action, path: change(action.path) };
    case "on":
    case "off":
      return { ...action, channel: withChannel(action.channel, change) };
    case "administer": {
      const { change: asked } = action;
      return "path" in asked
        ? { ...action, change: { ...asked, path: change(asked.path) } }
        : action;
    }
    case "raw": {
      const frame = jsonOf(action.frame);
      if (!isJsonObject(frame) || typeof frame["path"] !== "string") return action;
      const path = frame["path"];
      const changed = withChannel(path, change);
      const isChannel = parseChannel(path) !== null;
      return {
        ...action,
        frame: JSON.stringify({ ...frame, path: isChannel ? changed : change(path) }),
      };
    }
    default:
      return action;
  }
}

function withChannel(text: string, change: (path: string) => string): string {
  const channel = parseChannel(text);
  return channel === null ? text : formatChannel({ ...channel, path: change(channel.path) });
}

/**
 * Letters for the names in all paths, by their first appearance: `/orders/42` is `/a/b`, and
 * `/ORDERS` beside it `/A`.
 *
 * `segments`: a segment is a name. `parts`: so is what a segment has in common with a pattern or
 * with a longer segment (`/order*` beside `/orders`), and what stands between other characters.
 */
export function withLetters(plan: Plan, names: "segments" | "parts"): Plan {
  const segments = segmentsOf(pathsOf(plan));
  const shared = names === "parts" ? sharedParts(segments) : [];
  const letters = new Map<string, string>();
  const letterOf = (name: string) => {
    const key = name.toLowerCase();
    const letter = letters.get(key) ?? LETTERS[letters.size] ?? key;
    letters.set(key, letter);
    return isFirstSpelling(name, segments) ? letter : letter.toUpperCase();
  };
  return withPaths(plan, (path) =>
    bySegment(path, (segment) => {
      if (segment === "" || segment === "*" || isMeshName(segment, path)) return segment;
      if (names === "segments") return segment.includes("*") ? segment : letterOf(segment);
      return partsOf(segment, shared)
        .map((part) => (/^[\p{L}\p{N}_]+$/u.test(part) ? letterOf(part) : part))
        .join("");
    }),
  );
}

/** Of spellings that differ in case alone, the one that comes first. */
function isFirstSpelling(name: string, segments: readonly string[]): boolean {
  const key = name.toLowerCase();
  for (const segment of segments) {
    const start = segment.toLowerCase().indexOf(key);
    if (start >= 0) return segment.slice(start, start + name.length) === name;
  }
  return true;
}

/** What stands beside a `*`, and segments with which others begin; longer ones first. */
function sharedParts(segments: readonly string[]): readonly string[] {
  const beside = segments.flatMap((segment) => (segment.includes("*") ? segment.split("*") : []));
  const beginnings = segments.filter((segment) =>
    segments.some((other) => other !== segment && other.startsWith(segment)),
  );
  return [...new Set([...beside, ...beginnings])]
    .filter((part) => part !== "" && part !== "*")
    .sort((left, right) => right.length - left.length || compareText(left, right));
}

/** A segment in parts: those that are shared, runs of letters and digits, and single other characters. */
function partsOf(segment: string, shared: readonly string[]): readonly string[] {
  const parts: string[] = [];
  let rest = segment;
  while (rest !== "") {
    const part = shared.find((one) => rest.startsWith(one)) ?? ownPart(rest, shared);
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return parts;
}

function ownPart(text: string, shared: readonly string[]): string {
  const [first = ""] = text;
  const run = /^[\p{L}\p{N}_]+/u.exec(text)?.[0] ?? first;
  const ends = shared.map((part) => run.indexOf(part, 1)).filter((index) => index > 0);
  return run.slice(0, Math.min(run.length, ...ends));
}

function bySegment(path: string, change: (segment: string) => string): string {
  return path.split("/").map(change).join("/");
}

export const PLAINER_PATHS: StepsPass = {
  kind: "steps",
  name: "plainer paths",
  *steps(plan) {
    yield withPaths(plan, () => "/a");
    yield withPaths(plan, (path) => (isPattern(path) ? "/*" : "/a"));
    yield* flattened(plan);
    yield withPaths(withLetters(plan, "segments"), withFirstSlash);
    yield withPaths(withLetters(plan, "parts"), withFirstSlash);
    yield withPaths(plan, withFirstSlash);
    yield* fewerSegments(plan);
    yield* fewerNames(plan);
    yield* plainerSegments(plan);
    yield* plainerChannels(plan);
  },
};

function withFirstSlash(path: string): string {
  return path.startsWith("/") || path === "*" ? path : `/${path}`;
}

/** One segment for each path. */
function* flattened(plan: Plan): Iterable<Plan> {
  const exact = pathsOf(plan).filter((path) => !isPattern(path));
  yield withPaths(plan, (path) =>
    isPattern(path) ? "/*" : `/${LETTERS[exact.indexOf(path)] ?? path}`,
  );
}

/** A segment less: a name in every path, what stands in one place of every path, or in one path wherever it is used. */
function* fewerSegments(plan: Plan): Iterable<Plan> {
  const paths = pathsOf(plan);
  const names = segmentsOf(paths).map((segment) => segment.toLowerCase());
  for (const name of new Set(names)) {
    yield withPaths(plan, (path) => withoutSegments(path, (other) => other.toLowerCase() === name));
  }
  const depth = Math.max(0, ...paths.map((path) => path.split("/").length));
  for (let place = depth - 1; place >= 0; place -= 1) {
    yield withPaths(plan, (path) => withoutSegments(path, (_, index) => index === place));
  }
  for (const path of paths) {
    const count = path.split("/").length;
    for (let place = count - 1; place >= 0 && count > 1; place -= 1) {
      const shorter = withoutSegments(path, (_, index) => index === place);
      yield withPaths(plan, (other) => (other === path ? shorter : other));
    }
  }
}

function withoutSegments(
  path: string,
  isGone: (segment: string, index: number) => boolean,
): string {
  const first = path.startsWith("/") ? 1 : 0;
  const left = path.split("/").filter((segment, index) => index < first || !isGone(segment, index));
  return left.length <= first ? path : left.join("/");
}

/** One path in the place of another, one segment in the place of another. */
function* fewerNames(plan: Plan): Iterable<Plan> {
  const paths = pathsOf(plan);
  for (const [to, from] of pairsOf(paths)) {
    yield withPaths(plan, (path) => (path === from ? to : path));
    yield withPaths(plan, (path) => (path === to ? from : path));
  }
  for (const [to, from] of pairsOf(segmentsOf(paths))) {
    yield withPaths(plan, (path) =>
      bySegment(path, (segment) => (segment === from ? to : segment)),
    );
  }
}

function* pairsOf(names: readonly string[]): Iterable<readonly [string, string]> {
  if (names.length > MERGED_NAMES_MAX) return;
  for (const [index, name] of names.entries()) {
    for (const later of names.slice(index + 1)) yield [name, later];
  }
}

/** A letter in the place of a longer name; odd names without their letters, and without what isn't one. */
function* plainerSegments(plan: Plan): Iterable<Plan> {
  const paths = pathsOf(plan);
  const segments = segmentsOf(paths);
  const free = [...LETTERS].find((letter) => !segments.includes(letter)) ?? "a";
  const odd = segments.filter(
    (name) =>
      !/^([a-z]|\*)$/.test(name) &&
      !paths.every((path) => !path.split("/").includes(name) || isMeshName(name, path)),
  );
  for (const name of odd) {
    for (const plainer of [free, name.includes("*") ? "*" : free.toUpperCase()]) {
      yield withPaths(plan, (path) =>
        bySegment(path, (segment) => (segment === name ? plainer : segment)),
      );
    }
  }
  for (const letters of [/[\p{L}\p{N}_]+/gu, /^[\p{L}\p{N}_]+/u, /[\p{L}\p{N}_]+$/u]) {
    yield withPaths(plan, (path) =>
      bySegment(path, (segment) =>
        isMeshName(segment, path) ? segment : segment.replace(letters, "") || segment,
      ),
    );
  }
  for (const character of new Set(odd.join("").match(/[^\p{L}\p{N}_*]/gu))) {
    yield withPaths(plan, (path) =>
      bySegment(path, (segment) => segment.replaceAll(character, "") || segment),
    );
  }
}

/** What a subscription listens to: `SET` is the ordinary. */
function* plainerChannels(plan: Plan): Iterable<Plan> {
  const channels = plan.operations.flatMap(({ action }) =>
    "channel" in action ? [action.channel] : [],
  );
  for (const text of new Set(channels)) {
    const channel = parseChannel(text);
    if (channel === null) continue;
    for (const action of ["SET", "REMOVE"] as const) {
      const plainer = formatChannel({ ...channel, action });
      yield {
        ...plan,
        operations: plan.operations.map((operation) => ({
          ...operation,
          action:
            "channel" in operation.action && operation.action.channel === text
              ? { ...operation.action, channel: plainer }
              : operation.action,
        })),
      };
    }
  }
}

function segmentsOf(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => path.split("/")))].filter((text) => text !== "");
}
