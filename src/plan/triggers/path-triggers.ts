/**
 * Triggers in the paths and patterns of requests.
 *
 * @packageDocumentation
 */
import { formatChannel, isPattern, parseChannel, type Json } from "../../protocol/index.js";
import type { Plan } from "../plan.js";
import { mapRequests, NOTHING, requestOf, type Trigger } from "./trigger.js";

/** The plan with other paths; those inside channels included. */
function mapPaths(plan: Plan, change: (path: string) => string): Plan {
  return mapRequests(plan, (request) => {
    const { path } = request;
    if (typeof path !== "string") return request;
    const changed = changedPath(path, change);
    return changed === path ? request : { ...request, path: changed };
  });
}

function changedPath(text: string, change: (path: string) => string): string {
  const channel = parseChannel(text);
  if (channel === null) return change(text);
  return formatChannel({ ...channel, path: change(channel.path) });
}

function pathsOf(plan: Plan): readonly string[] {
  return plan.operations.flatMap(({ action }) => {
    const path: Json | undefined = requestOf(action)?.path;
    if (typeof path !== "string") return [];
    return [parseChannel(path)?.path ?? path];
  });
}

/** Names that the plan's own nodes have are used by what they do by themselves. */
function namesOfNodes(plan: Plan): readonly string[] {
  return plan.clients.flatMap(({ node }) =>
    node === undefined
      ? []
      : [
          node.name,
          ...node.components.flatMap(({ name, methods }) => [
            name,
            ...methods.map((method) => method.name),
          ]),
        ],
  );
}

/** One spelling for all segments that differ in capitals only: the first that the plan has. */
function inOneCase(plan: Plan): Plan {
  const spelling = new Map<string, string>();
  const segments = [...namesOfNodes(plan), ...pathsOf(plan).flatMap((path) => path.split("/"))];
  for (const segment of segments) {
    const key = segment.toLowerCase();
    if (!spelling.has(key)) spelling.set(key, segment);
  }
  return mapPaths(plan, (path) =>
    path
      .split("/")
      .map((segment) => spelling.get(segment.toLowerCase()) ?? segment)
      .join("/"),
  );
}

/** Names in capitals that clients of the mesh put into paths by themselves, in small letters. */
function capitalsOfMesh(plan: Plan): ReadonlySet<string> {
  const names = [...namesOfNodes(plan)];
  for (const { action } of plan.operations) {
    if (action.kind === "emit") names.push(action.component, ...action.event.split("/"));
    if (action.kind === "call") names.push(action.node, action.component, action.method);
  }
  const components = plan.clients.flatMap(({ node }) => node?.components ?? []);
  for (const { emits = "" } of components.flatMap(({ methods }) => methods)) {
    names.push(...emits.split("/"));
  }
  return new Set(names.filter((name) => /[A-Z]/.test(name)).map((name) => name.toLowerCase()));
}

/**
 * Small letters everywhere; who would listen to what clients of the mesh spell with capitals, does
 * not.
 */
function withoutCapitals(plan: Plan): Plan {
  const ofMesh = capitalsOfMesh(plan);
  return mapRequests(plan, (request) => {
    const { action, path } = request;
    if (typeof path !== "string") return request;
    const changed = changedPath(path, (one) => one.toLowerCase());
    if (changed === path) return request;
    const isListening = action === "on" || action === "off";
    const segments = (parseChannel(changed)?.path ?? changed).split("/");
    if (isListening && segments.some((segment) => ofMesh.has(segment))) return NOTHING;
    return { ...request, path: changed };
  });
}

/** What means something in a regular expression, `*` aside. */
const REGULAR = /[.+?^$()[\]{}|\\]/g;

export const PATH_TRIGGERS: readonly Trigger[] = [
  {
    id: "paths-of-other-case",
    sentence: "Paths that differ in capitals only (STO-14).",
    without: inOneCase,
  },
  {
    id: "capitals",
    sentence: "A path with capitals.",
    without: withoutCapitals,
  },
  {
    id: "white-space",
    sentence: "A path with white space.",
    without: (plan) => mapPaths(plan, (path) => path.replaceAll(/\s/g, "-")),
  },
  {
    id: "regular-characters",
    sentence: "A path or pattern with characters that mean something in regular expressions.",
    without: (plan) => mapPaths(plan, (path) => path.replaceAll(REGULAR, "-")),
  },
  {
    id: "slashes-at-the-end",
    sentence: "A path that ends in a slash (STO-14).",
    without: (plan) => mapPaths(plan, (path) => path.replace(/(?<=[^/])\/+$/, "")),
  },
  {
    id: "empty-paths",
    sentence: "A path without any characters.",
    without: (plan) => mapPaths(plan, (path) => (path === "" ? "/empty" : path)),
  },
  {
    id: "long-paths",
    sentence: "A path of more than a thousand characters.",
    without: (plan) => mapPaths(plan, (path) => path.slice(0, 1_000)),
  },
  {
    id: "relative-paths",
    sentence: "A path or pattern that does not begin with a slash (STO-14).",
    without: (plan) => mapPaths(plan, (path) => (/^[/*]/.test(path) ? path : `/${path}`)),
  },
  {
    id: "at-signs",
    sentence: "A path or pattern with an `@`, which stands before the path in a channel (SUB-1).",
    without: (plan) => mapPaths(plan, (path) => path.replaceAll("@", "at")),
  },
  {
    id: "stars-at-the-start",
    sentence: "A pattern, other than `*`, that begins with a star (SUB-5).",
    without: (plan) =>
      mapPaths(plan, (path) => (/^\*./.test(path) ? `/${path.replace(/^\*+\/?/, "")}` : path)),
  },
  {
    id: "inner-stars",
    sentence: "A pattern with a star that is not its last character (SUB-5).",
    without: (plan) =>
      mapPaths(plan, (path) => (/\*./.test(path) ? path.replace(/\*.*$/s, "*") : path)),
  },
  {
    id: "stars-inside-segments",
    sentence: "A pattern with a star that is not a whole segment (SUB-5).",
    without: (plan) =>
      mapPaths(plan, (path) =>
        isPattern(path)
          ? path
              .split("/")
              .map((segment) => (/^\*{1,2}$/.test(segment) ? segment : segment.replaceAll("*", "")))
              .join("/")
          : path,
      ),
  },
  {
    id: "writes-on-patterns",
    sentence: "A `set` on a path with a star (STO-13).",
    without: (plan) =>
      mapRequests(plan, (request) =>
        request.action === "set" && typeof request.path === "string" && isPattern(request.path)
          ? { ...request, path: request.path.replaceAll("*", "star") }
          : request,
      ),
  },
  {
    id: "removes-by-pattern",
    sentence: "A `remove` of a pattern (STO-8).",
    without: (plan) =>
      mapRequests(plan, (request) =>
        request.action === "remove" && typeof request.path === "string" && isPattern(request.path)
          ? { ...request, path: request.path.replaceAll("*", "star") }
          : request,
      ),
  },
];
