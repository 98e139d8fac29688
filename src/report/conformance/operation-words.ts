/**
 * Planned operations in words, one line each.
 *
 * @packageDocumentation
 */
import type { PlannedAction, PlannedOperation } from "../../plan/index.js";
import type { Json, JsonObject } from "../../protocol/index.js";
import { shortened } from "../printable.js";

const WORDS_MAX = 200;

/** `c1  set /a {"x":1} (merge)`. */
export function operationWords({ client, action, afterMs, awaited }: PlannedOperation): string {
  const wait = afterMs === 0 ? "" : ` after ${afterMs} ms`;
  const words = `${client}${wait}: ${actionWords(action)}${awaited ? "" : " …"}`;
  return shortened(words.replaceAll("\n", "\\n"), WORDS_MAX);
}

function actionWords(action: PlannedAction): string {
  switch (action.kind) {
    case "connect":
      return action.handshake === "full" ? "connect" : `connect (handshake: ${action.handshake})`;
    case "configure-session":
      return `configure-session ${action.protocol}`;
    case "set":
      return `set ${action.path}${dataWords(action.data)}${optionWords(action.options)}`;
    case "get":
    case "remove":
    case "count":
      return `${action.kind} ${action.path}${optionWords(action.options)}`;
    case "on":
    case "off":
      return `${action.kind} ${action.channel}${optionWords(action.options)}`;
    case "call":
      return `call ${action.node}.${action.component}.${action.method} ${JSON.stringify(action.args)}`;
    case "emit":
      return `emit ${action.component} ${action.event}${dataWords(action.data)}`;
    case "raw":
      return `send ${action.frame}`;
    case "administer":
      return `administer ${JSON.stringify(action.change)}`;
    case "login":
      return action.credentials === undefined
        ? action.kind
        : `login ${JSON.stringify(action.credentials)}`;
    case "describe":
    case "revoke-session":
    case "disconnect":
    case "close":
    case "cut":
      return action.kind;
  }
}

function dataWords(data: Json | undefined): string {
  return data === undefined ? " (no data)" : ` ${JSON.stringify(data)}`;
}

function optionWords(options: JsonObject): string {
  const words = Object.entries(options).map(([name, value]) =>
    value === true ? name : `${name} ${JSON.stringify(value)}`,
  );
  return words.length === 0 ? "" : ` (${words.join(", ")})`;
}
