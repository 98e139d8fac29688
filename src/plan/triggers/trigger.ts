/**
 * Triggers: what in a plan brings a known defect about, as a way to take it out.
 *
 * A trigger changes as little as it can: it renames a key, drops an option, or puts a harmless request
 * in the place of the one that matters, so that everything else happens as before, at the same time.
 * Two things need that: a campaign that is told to avoid an issue, so that the issue does not hide what
 * lies behind it; and the question whether a violation is the known one: it is, where it is gone
 * once the trigger is (src/engine/attribution.ts).
 *
 * @packageDocumentation
 */
import {
  isJsonObject,
  parseClientFrame,
  type Json,
  type JsonObject,
} from "../../protocol/index.js";
import type { PlannedFault } from "../fault.js";
import type { Plan, PlannedAction, PlannedOperation } from "../plan.js";

export interface Trigger {
  /** What it is, in 1 to 4 words; known issues name it. */
  readonly id: string;
  /** One sentence: what a plan has that contains it. */
  readonly sentence: string;
  /** The plan without it; the same object where it isn't there. */
  without(plan: Plan): Plan;
}

/** The fields of a request, planned or written out in a raw frame, that triggers look at. */
export interface RequestFields {
  readonly action: string;
  readonly path?: Json;
  readonly data?: Json;
  readonly options?: Json;
}

/** Does nothing, in any generation of servers, and takes the time of a request. */
export const HARMLESS: PlannedAction = { kind: "describe" };

/** What stands for "in place of this request, one that does nothing". */
export const NOTHING = null;

/** The plan with other operations; the same object where none is another. */
export function mapOperations(
  plan: Plan,
  change: (operation: PlannedOperation) => PlannedAction,
): Plan {
  let isSame = true;
  const operations = plan.operations.map((operation) => {
    const action = change(operation);
    if (action === operation.action) return operation;
    isSame = false;
    return { ...operation, action };
  });
  return isSame ? plan : { ...plan, operations };
}

/** The plan with other faults, null for none; the same object where none is another. */
export function mapFaults(
  plan: Plan,
  change: (planned: PlannedFault) => PlannedFault | null,
): Plan {
  const { faults } = plan;
  if (faults === undefined) return plan;
  const changed = faults.map(change);
  if (changed.every((each, index) => each === faults[index])) return plan;
  return { ...plan, faults: changed.filter((each) => each !== null) };
}

/**
 * The plan with other requests, those written out in raw frames included; `change` answers what it
 * was given where there is nothing to change.
 */
export function mapRequests(
  plan: Plan,
  change: (request: RequestFields, operation: PlannedOperation) => RequestFields | typeof NOTHING,
): Plan {
  return mapOperations(plan, (operation) => {
    const { action } = operation;
    const request = requestOf(action);
    if (request === null) return action;
    const changed = change(request, operation);
    if (changed === request) return action;
    return changed === NOTHING ? HARMLESS : actionOf(action, changed);
  });
}

/** A trigger that is one option of some actions, or that option with some values. */
export function droppedOption(
  actions: readonly string[],
  name: string,
  isMeant: (value: Json) => boolean = () => true,
): Trigger["without"] {
  return (plan) =>
    mapRequests(plan, (request) => {
      if (!actions.includes(request.action)) return request;
      const options = withoutOption(request.options, name, isMeant);
      return options === request.options ? request : { ...request, options };
    });
}

function withoutOption(
  options: Json | undefined,
  name: string,
  isMeant: (value: Json) => boolean,
): Json {
  if (!isJsonObject(options) || !Object.hasOwn(options, name)) return options as Json;
  if (!isMeant(options[name] as Json)) return options;
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name));
}

/** The request that a planned action sends, or null where it sends none of its own. */
export function requestOf(action: PlannedAction): RequestFields | null {
  switch (action.kind) {
    case "set":
      return {
        action: "set",
        path: action.path,
        ...(action.data === undefined ? {} : { data: action.data }),
        options: action.options,
      };
    case "get":
    case "remove":
    case "count":
      return { action: action.kind, path: action.path, options: action.options };
    case "on":
    case "off":
      return { action: action.kind, path: action.channel, options: action.options };
    case "configure-session":
      return { action: action.kind, data: { protocol: action.protocol } };
    case "raw":
      return requestInFrame(action.frame);
    default:
      return null;
  }
}

function requestInFrame(frame: string): RequestFields | null {
  const parsed = parseClientFrame(frame);
  return parsed.kind === "request" ? parsed.request : null;
}

function actionOf(action: PlannedAction, request: RequestFields): PlannedAction {
  switch (action.kind) {
    case "set": {
      const { path, data } = request;
      const options = request.options as JsonObject;
      const written = { kind: "set", path: path as string, options } as const;
      return data === undefined ? written : { ...written, data };
    }
    case "get":
    case "remove":
    case "count":
      return {
        kind: action.kind,
        path: request.path as string,
        options: request.options as JsonObject,
      };
    case "on":
    case "off":
      return {
        ...action,
        channel: request.path as string,
        options: request.options as JsonObject,
      };
    case "configure-session": {
      const { protocol } = request.data as { protocol: string };
      return { kind: "configure-session", protocol };
    }
    case "raw":
      return { ...action, frame: frameWith(action.frame, request) };
    default:
      return action;
  }
}

const CHANGED = ["path", "data", "options"] as const;

/** The frame with other fields; what it had besides, and its order, stays. */
function frameWith(frame: string, request: RequestFields): string {
  const fields = new Map(Object.entries(JSON.parse(frame) as JsonObject));
  for (const key of CHANGED) {
    const changed = request[key];
    if (changed === undefined) fields.delete(key);
    else fields.set(key, changed);
  }
  return JSON.stringify(Object.fromEntries(fields));
}
