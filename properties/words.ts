/**
 * Words that properties use alike: in messages, and in the shapes of violations.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import {
  ACTIONS,
  isJsonObject,
  parseChannel,
  type Json,
  type Request,
} from "../src/protocol/index.js";
import { isTransactional, type Subscription, type Write } from "./hearing/index.js";

/** `the set of "/a/b" by c1`, with the options that matter: `the set (noStore) of …`. */
export function naming(write: Write): string {
  const { request, client } = write.exchange;
  const [action, ...options] = kindOfWrite(write);
  const how = options.length === 0 ? "" : ` (${options.join(", ")})`;
  return `the ${action}${how} of ${JSON.stringify(request.path ?? null)} by ${client}`;
}

/** `30 ms`: when an event happened. */
export function timeOf(recording: Recording, index: number): string {
  return `${recording.event(index).at} ms`;
}

/** Kind of a subscription's path, for shapes. */
export function kindOfPath(path: string): string {
  if (path === "*") return "catch-all";
  const star = path.indexOf("*");
  if (star < 0) return "exact";
  if (star === path.length - 1) return "pattern";
  return path.endsWith("**") && star === path.length - 2 ? "deep-pattern" : "inner-pattern";
}

/** `SET exact`: kind of a subscription, for shapes. */
export function kindOfSubscription({ channel }: Subscription): string {
  return channel === null ? "no-channel" : `${channel.action} ${kindOfPath(channel.path)}`;
}

/** What is special about a write, for shapes: the options that change what is done, and its path. */
export function kindOfWrite({ exchange, options, path }: Write): readonly string[] {
  const words: string[] = [exchange.request.action];
  for (const option of ["noStore", "merge", "noPublish", "targetClients", "tag"]) {
    const value = options[option];
    if (value !== undefined && value !== null && value !== false) words.push(option);
  }
  if (options["set_type"] === "sibling") words.push("sibling");
  if (!isTransactional(options)) words.push(`consistency ${kindOfValue(options["consistency"])}`);
  if (path !== null && path.includes("*")) words.push("on-pattern");
  return words;
}

/** Options of a write that change who hears of it and when, for shapes. */
export function routingOf({ options }: Write): readonly string[] {
  const words: string[] = [];
  if (options["targetClients"] !== undefined) words.push("targetClients");
  if (options["set_type"] === "sibling") words.push("sibling");
  if (!isTransactional(options)) words.push(`consistency ${kindOfValue(options["consistency"])}`);
  return words;
}

/** A small number as it is; of anything else its type. */
export function kindOfValue(value: Json | undefined): string {
  if (value === undefined) return "absent";
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isJsonObject(value)) return "object";
  if (typeof value === "number" && value >= 0 && value < 10) return String(value);
  return typeof value;
}

/** What JSON calls a value. */
export function typeName(value: Json | undefined): string {
  return typeof value === "number" ? "number" : kindOfValue(value);
}

/** What is special about a request, for shapes: its action, kind of path and of data. */
export function kindOfRequest({ action, path, data, options }: Request): readonly string[] {
  const words = [action];
  if (action === "on" || action === "off") words.push(kindOfChannelText(path));
  else if (typeof path === "string") words.push(kindOfPath(path));
  if (action === "set") words.push(typeName(data));
  if (options === undefined) words.push("no-options");
  return words;
}

/** A known action as it is; else its type. */
export function kindOfAction(action: Json | undefined): string {
  const known: readonly string[] = ACTIONS;
  return typeof action === "string" && known.includes(action) ? action : typeName(action);
}

/** `SET pattern` of a channel; else what it is. */
function kindOfChannelText(text: Json | undefined): string {
  if (typeof text !== "string") return typeName(text);
  const channel = parseChannel(text);
  if (channel !== null) return `${channel.action} ${kindOfPath(channel.path)}`;
  return text === "*" ? "everything" : "no-channel";
}
