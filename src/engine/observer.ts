/**
 * The client that is not of the plan: it looks in before the others come, reads what they left, and
 * looks in once more when they are gone.
 *
 * @packageDocumentation
 */
import { OBSERVER } from "../history/index.js";
import { ADMINISTRATOR } from "../protocol/index.js";
import { PLAN_FORMAT, type Plan, type PlannedAction, type PlannedClient } from "../plan/index.js";

const LINK = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;

/** So many paths are read, and fewer are written to: a case is to end some time. */
const READS_MAX = 200;
const PROBES_MAX = 20;

/** A path of its own, for looking in. */
const OWN_PATH = "/observer/visit";
const OWN_CHANNEL = `/SET@${OWN_PATH}`;

/** Publishes and doesn't store, and says to how many. */
const PROBE = { noStore: true, publishResults: true };

/** It sees everything, where who may do what is asked at all. */
export const OBSERVER_CLIENT: PlannedClient = {
  name: OBSERVER,
  link: { up: LINK, down: LINK },
  user: ADMINISTRATOR.name,
};

/** Sets in motion what a server sets up for its first client, so that it counts from the beginning. */
export const FIRST_VISIT: readonly PlannedAction[] = [
  { kind: "connect", handshake: "full" },
  { kind: "on", channel: OWN_CHANNEL, options: {} },
  { kind: "set", path: OWN_PATH, data: { visit: 1 }, options: PROBE },
  { kind: "off", channel: OWN_CHANNEL, options: {} },
  { kind: "close" },
];

/** Reads every path that the plan writes, and stays. */
export function readingVisit(plan: Plan): readonly PlannedAction[] {
  return [
    { kind: "connect", handshake: "full" },
    ...writtenPaths(plan)
      .slice(0, READS_MAX)
      .map((path) => ({ kind: "get" as const, path, options: {} })),
  ];
}

/** Publishes on paths of the plan: by now there is nobody to hear it. */
export function lastVisit(plan: Plan): readonly PlannedAction[] {
  return [
    { kind: "connect", handshake: "full" },
    ...[OWN_PATH, ...writtenPaths(plan)].slice(0, PROBES_MAX).map((path) => ({
      kind: "set" as const,
      path,
      data: { visit: 2 },
      options: PROBE,
    })),
    { kind: "close" },
  ];
}

/** It speaks as the first of the clients does. */
function observerOf({ clients: [first] }: Plan): PlannedClient {
  const dialect = first?.dialect;
  return dialect === undefined ? OBSERVER_CLIENT : { ...OBSERVER_CLIENT, dialect };
}

/** A plan of the observer alone, one action after the other. */
export function planOfVisit(
  plan: Plan,
  actions: readonly PlannedAction[],
  firstNumber: number,
): Plan {
  return {
    format: PLAN_FORMAT,
    generator: 0,
    seed: plan.seed,
    mode: "concurrent",
    ...(plan.security === undefined ? {} : { security: plan.security }),
    clients: [observerOf(plan)],
    operations: actions.map((action, index) => ({
      id: `${OBSERVER}/${firstNumber + index}`,
      client: OBSERVER,
      afterMs: 0,
      awaited: true,
      action,
    })),
  };
}

/** The single paths that the plan writes or removes, in the order in which they come. */
function writtenPaths({ operations }: Plan): readonly string[] {
  const paths = operations.flatMap(({ action }) =>
    (action.kind === "set" || action.kind === "remove") && !action.path.includes("*")
      ? [action.path]
      : [],
  );
  return [...new Set(paths)];
}
