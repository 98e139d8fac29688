/**
 * What clients did to the store: the requests that read or write it, as operations of the
 * linearizability checker.
 *
 * Left out are requests that leave the store alone (`noStore`, refused ones), that read it in part
 * (`fields`, `criteria` and the like), and the server's own paths (STO-6).
 *
 * @packageDocumentation
 */
import { gaugeOf, isOwn, type Dialect, type Gauge, type Profile } from "../models/index.js";
import type { Exchange, Recording, ResponseFrame } from "../src/history/index.js";
import { canonical, isJsonObject, isPattern, type Json } from "../src/protocol/index.js";
import type { StoreSpan } from "./circumstances/index.js";
import { isOn, optionsOf, saysWhatItWrites, settledExchanges } from "./hearing/exchange-outcome.js";
import { spokenIn } from "./hearing/spoken.js";
import type { Operation } from "./linearizability/index.js";
import { isPartialRead } from "./read-form.js";
import { isClear } from "./request-form.js";
import { shownIndices } from "./shown-index.js";
import { storedFormOf } from "./stored-form.js";
import { workedOutOnce } from "./worked-out.js";

/** A document as its canonical text, without `_meta` and `_id`; ABSENT where there is none. */
export type DocumentText = string;

export const ABSENT: DocumentText = "";

export type StoreInput =
  | { readonly kind: "set" | "merge"; readonly path: string; readonly text: DocumentText }
  /** Counts a gauge up or down (DIA-7). */
  | { readonly kind: "increment"; readonly path: string; readonly gauge: Gauge }
  /** A write whose options leave open what it stores. */
  | { readonly kind: "touch"; readonly path: string }
  /** `isOpen`: its options leave open which of the items on its path it removes. */
  | { readonly kind: "remove"; readonly path: string; readonly isOpen?: true }
  | { readonly kind: "get"; readonly path: string }
  /** A pattern `get`. */
  | { readonly kind: "list"; readonly path: string }
  /** How many items there are (DIA-8). */
  | { readonly kind: "count"; readonly path: string };

export type StoreOutput =
  /** What a write says is stored now; null where that is not held against it. */
  | { readonly kind: "written"; readonly text: DocumentText | null }
  | { readonly kind: "removed"; readonly count: number | null }
  /** The value of a gauge, or how many items there are. */
  | { readonly kind: "counted"; readonly value: number }
  | { readonly kind: "found"; readonly text: DocumentText }
  /** By path. */
  | { readonly kind: "listed"; readonly items: ReadonlyMap<string, DocumentText> };

export interface StoreOperation extends Operation<StoreInput, StoreOutput> {
  readonly exchange: Exchange;
}

/** Options of `set` with which the clauses leave open what is stored. */
const OPEN_WRITES = ["increment", "upsertType", "archiveId"];

export interface StoreOperations {
  /** In the order of their arrival. */
  readonly operations: readonly StoreOperation[];
  /** Whether something that nobody can name may be stored: siblings that were never answered (STO-9). */
  readonly isLoose: boolean;
}

/** What clients of a recording did to the store. */
export const storeOperationsOf = workedOutOnce(operationsOf);

function operationsOf(recording: Recording, profile: Profile): StoreOperations {
  const operations = allOperationsOf(recording, profile);
  const prefixes = loosePrefixesOf(recording);
  if (prefixes.length === 0) return { operations, isLoose: false };
  const written = new Set(operations.filter(isWrite).map(({ input }) => input.path));
  const isNameless = (path: string) =>
    !written.has(path) && prefixes.some((prefix) => path.startsWith(prefix));
  const named = operations.map((operation) => {
    const { output } = operation;
    if (output?.kind !== "listed") return operation;
    const items = [...output.items].filter(([path]) => !isNameless(path));
    return { ...operation, output: { ...output, items: new Map(items) } };
  });
  return { operations: named, isLoose: true };
}

/** The operations that one process took in. */
export function operationsIn(
  { fromIndex, untilIndex }: StoreSpan,
  operations: readonly StoreOperation[],
): readonly StoreOperation[] {
  return operations.filter(({ callIndex }) => callIndex >= fromIndex && callIndex < untilIndex);
}

/** Whether an operation writes one path. */
export function isWrite({ input: { kind } }: Pick<StoreOperation, "input">): boolean {
  return kind === "set" || kind === "merge" || kind === "increment" || kind === "touch";
}

/** Whether an operation changes nothing. */
export function isRead({ kind }: StoreInput): boolean {
  return kind === "get" || kind === "list" || kind === "count";
}

function allOperationsOf(recording: Recording, profile: Profile): readonly StoreOperation[] {
  const operations: StoreOperation[] = [];
  const spoken = spokenIn(recording, profile);
  const shown = shownIndices(recording, profile);
  for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
    if (outcome === "error") continue;
    const answer = outcome === "ok" ? exchange.answers[0]?.frame : undefined;
    const dialect = spoken.dialectAt(exchange.connection, startIndex);
    const input = inputOf(exchange, answer, { profile, dialect });
    if (input === null || isOwn(input.path)) continue;
    const output = answer === undefined ? undefined : outputOf(input, answer);
    // Something was answered that can't be read as an answer: it says nothing of the store.
    if (output === null) continue;
    const returnIndex = output === undefined ? null : answerIndex;
    const shownIndex = shown.get(exchange);
    operations.push({
      ...{ exchange, input, output, callIndex: startIndex, returnIndex },
      ...(shownIndex === undefined ? {} : { shownIndex }),
    });
  }
  return operations;
}

/** How data is compared: `_meta` is never stored (STO-1), an `_id` is the store's own (STO-6). */
export function documentTextOf(data: Json | undefined): DocumentText {
  const stored = storedFormOf(data);
  if (!isJsonObject(stored) || !Object.hasOwn(stored, "_id")) return canonical(stored);
  return canonical(Object.fromEntries(Object.entries(stored).filter(([key]) => key !== "_id")));
}

/** What the meaning of a request depends on. */
interface Server {
  readonly profile: Profile;
  /** What the session speaks. */
  readonly dialect: Dialect;
}

function inputOf(
  exchange: Exchange,
  answer: ResponseFrame | undefined,
  server: Server,
): StoreInput | null {
  const { action, path } = exchange.request;
  if (typeof path !== "string") return null;
  const options = optionsOf(exchange);
  switch (action) {
    case "count":
      // What else chooses among the items is nobody's promise.
      return server.dialect.knowsCount && Object.keys(options).every((name) => name === "timeout")
        ? { kind: "count", path }
        : null;
    case "get":
      if (isPartialRead(options)) return null;
      return { kind: isPattern(path) ? "list" : "get", path };
    case "remove":
      return { kind: "remove", path, ...(isClear(exchange.request) ? {} : { isOpen: true }) };
    case "set":
      return setInputOf(exchange, path, answer, server);
    default:
      return null;
  }
}

function setInputOf(
  exchange: Exchange,
  path: string,
  answer: ResponseFrame | undefined,
  { profile, dialect }: Server,
): StoreInput | null {
  const options = optionsOf(exchange);
  const { noStore, merge } = options;
  const gauge = gaugeOf(exchange.request, dialect);
  if (gauge !== null) return { kind: "increment", path, gauge };
  if (noStore === true) return null;
  const isTag = options["tag"] !== undefined && profile.tag === "snapshot";
  if (isTag && isOn(options["tag"])) return null;
  const target = options["set_type"] === "sibling" ? answer?.meta["path"] : path;
  // An unanswered sibling is at a path that nobody can name.
  if (typeof target !== "string") return null;
  const isOpen =
    isTag ||
    !saysWhatItWrites(exchange) ||
    isOn(noStore) ||
    (isOn(merge) && merge !== true) ||
    OPEN_WRITES.some((option) => isOn(options[option]));
  if (isOpen) return { kind: "touch", path: target };
  const text = documentTextOf(exchange.request.data);
  return { kind: merge === true ? "merge" : "set", path: target, text };
}

/** Null for an answer of another shape than the action's. */
function outputOf(input: StoreInput, { data, isList }: ResponseFrame): StoreOutput | null {
  switch (input.kind) {
    case "set":
    case "touch":
      return { kind: "written", text: null };
    case "merge":
      return { kind: "written", text: isJsonObject(data) ? documentTextOf(data) : null };
    case "increment": {
      const value = isJsonObject(data) ? data["value"] : undefined;
      return typeof value === "number"
        ? { kind: "counted", value }
        : { kind: "written", text: null };
    }
    case "count": {
      const value = isJsonObject(data) ? data["value"] : undefined;
      return typeof value === "number" ? { kind: "counted", value } : null;
    }
    case "remove": {
      const count = isJsonObject(data) && input.isOpen !== true ? data["removed"] : undefined;
      return { kind: "removed", count: typeof count === "number" ? count : null };
    }
    case "get": {
      const isAbsent = data === null || data === undefined;
      return { kind: "found", text: isAbsent ? ABSENT : documentTextOf(data) };
    }
    case "list":
      return isList ? listedOf(data as readonly Json[]) : null;
  }
}

function listedOf(items: readonly Json[]): StoreOutput {
  const byPath = new Map<string, DocumentText>();
  for (const item of items) {
    const path = pathOfItem(item);
    if (path !== null && !isOwn(path)) byPath.set(path, documentTextOf(item));
  }
  return { kind: "listed", items: byPath };
}

/** The path that an item of a pattern `get` says it has; null where it says none. */
export function pathOfItem(item: Json): string | null {
  const meta = isJsonObject(item) ? item["_meta"] : undefined;
  const path = isJsonObject(meta) ? meta["path"] : undefined;
  return typeof path === "string" ? path : null;
}

/** What the paths of unanswered siblings begin with. */
function loosePrefixesOf(recording: Recording): readonly string[] {
  return settledExchanges(recording).flatMap(({ exchange, outcome }) => {
    const { action, path } = exchange.request;
    const isSibling = action === "set" && optionsOf(exchange)["set_type"] === "sibling";
    return isSibling && outcome === "unknown" && typeof path === "string" ? [`${path}/`] : [];
  });
}
