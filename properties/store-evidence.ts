/**
 * Why an answer about the store can't be, in words: what was possible instead, and what it was that
 * was lost, stale or made up.
 *
 * @packageDocumentation
 */
import type { Recording } from "../src/history/index.js";
import { canonical, isJsonObject, type Json } from "../src/protocol/index.js";
import { optionsOf, settledExchanges } from "./hearing/exchange-outcome.js";
import {
  check,
  linearizationEvidence,
  possibleOutputs,
  type CheckOptions,
  type Culprit,
  type LinearizationEvidence,
} from "./linearizability/index.js";
import type { Violation } from "./property.js";
import { mergesOf, type StoreModel } from "./store-model.js";
import {
  ABSENT,
  documentTextOf,
  isRead,
  type DocumentText,
  type StoreInput,
  type StoreOperation,
  type StoreOutput,
} from "./store-operation.js";
import { briefText, differenceOf, kindOfStorePath, oneOf, oddKeysOf } from "./store-words.js";

export type StoreCulprit = Culprit<StoreOperation>;

/** What an answer that shows a document was asked by. */
type DocumentCulprit = Exclude<StoreInput["kind"], "remove" | "increment" | "count">;

/** Relations that tell a race from a plain loss. */
const RACES = ["stale-value", "merge-lost"];

/** Relations of which the difference to what was possible tells more. */
const DIFFERENCES = ["value-never-written", "merge-lost"];

/** Values tried out as what might have been answered. */
const TRIED_MAX = 12;

export class StoreEvidence {
  readonly #recording: Recording;
  readonly #model: StoreModel;
  readonly #paths: readonly string[];
  readonly #options: CheckOptions;

  constructor(
    recording: Recording,
    model: StoreModel,
    paths: readonly string[],
    options: CheckOptions,
  ) {
    this.#recording = recording;
    this.#model = model;
    this.#paths = paths;
    this.#options = options;
  }

  /** At least one; of a pattern `get`, one for each path that is wrong by itself. */
  violationsOf(culprit: StoreCulprit): readonly Violation[] {
    const { input } = culprit.operation;
    switch (input.kind) {
      case "remove":
        return [this.#ofRemove(culprit)];
      case "list":
        return this.#ofList(culprit);
      case "increment":
      case "count":
        return [this.#ofNumber(culprit, input.kind)];
      case "get":
      case "set":
      case "merge":
      case "touch":
        return [this.#ofDocument(culprit, input.kind)];
    }
  }

  /** The paths of a pattern `get` of which it alone is wrong already; the path of anything else. */
  blamedPaths({ operation, history }: StoreCulprit): readonly string[] {
    const { input, output } = operation;
    if (input.kind !== "list" || output?.kind !== "listed") return [input.path];
    const place = history.indexOf(operation);
    return this.#paths.filter((path) => {
      const single = singleRead(operation, path);
      if (this.#model.isBeyond(input.path, path) && !output.items.has(path)) return false;
      const { verdict } = check(this.#model, history.with(place, single), this.#options);
      return verdict === "invalid";
    });
  }

  #ofList(culprit: StoreCulprit): readonly Violation[] {
    const { operation, history } = culprit;
    const place = history.indexOf(operation);
    const blamed = this.blamedPaths(culprit);
    if (blamed.length > 0) {
      return blamed.map((path) => {
        const single = singleRead(operation, path);
        return this.#ofDocument(
          { operation: single, history: history.with(place, single) },
          "list",
        );
      });
    }
    const { client, answers } = operation.exchange;
    const { story, ...order } = this.#order(culprit);
    return [
      {
        clause: "STO-6",
        message: `${client} got items at ${quoted(operation)} at ${answers[0]?.at} ms that never were there all at once`,
        expected: `One consistent snapshot: each of its items alone was possible, all together never (STO-6, STO-10). ${story}`,
        shape: ["list", "torn-snapshot", this.#concurrencyOf(culprit)],
        evidence: evidenceOf(operation, ...this.#lastWrites(culprit, 2)),
        ...order,
      },
    ];
  }

  #ofDocument(culprit: StoreCulprit, kind: DocumentCulprit): Violation {
    const { operation } = culprit;
    const { input, output, exchange } = operation;
    const actual = textOf(output) ?? ABSENT;
    const possible = this.#possibleTexts(culprit);
    const { relation, clause, origin } = this.#relation(culprit, kind, actual, possible);
    const odd = oddKeysOf(possible[0] ?? ABSENT);
    const at = exchange.answers[0]?.at;
    const where = JSON.stringify(input.path);
    const got =
      kind === "merge"
        ? `${exchange.client}'s merge at ${where} was answered with ${briefText(actual)} at ${at} ms`
        : `${exchange.client} got ${briefText(actual)} at ${where} at ${at} ms${kind === "list" ? `, by ${quoted(operation)}` : ""}`;
    const among = oneOf(possible.map(briefText));
    const alternatives =
      possible.length === 1 ? `the only value possible was ${among}` : `possible were ${among}`;
    const [last] = this.#lastWrites(culprit, 1);
    const { story, ...order } = this.#order(culprit);
    return {
      clause: odd.length > 0 ? "STO-12" : clause,
      message: `${got}, but ${possible.length === 0 ? "nothing that was done explains it" : alternatives}`,
      expected: `What fits one order of all that was done at ${where} (STO-10). ${story}`,
      shape:
        odd.length > 0
          ? [kind, "odd-keys-lost", ...odd]
          : [
              kind,
              relation,
              last === undefined ? "no-write" : kindOfWrite(last),
              ...(RACES.includes(relation) ? [this.#concurrencyOf(culprit)] : []),
              kindOfStorePath(input.path),
              ...(DIFFERENCES.includes(relation)
                ? differenceOf(possible[0] ?? ABSENT, actual)
                : []),
            ],
      evidence: evidenceOf(operation, last, origin),
      ...order,
    };
  }

  #ofRemove(culprit: StoreCulprit): Violation {
    const { operation } = culprit;
    const { output, exchange, input } = operation;
    const actual = output?.kind === "removed" ? (output.count ?? 0) : 0;
    const counts = Array.from({ length: this.#paths.length + 1 }, (_, count) => count);
    const tried = counts.map((count): StoreOutput => ({ kind: "removed", count }));
    const possible = possibleOutputs(this.#model, culprit, tried, this.#options).flatMap((one) =>
      one.kind === "removed" ? [one.count ?? 0] : [],
    );
    const relation = possible.every((count) => count > actual)
      ? "removed-too-few"
      : possible.every((count) => count < actual)
        ? "removed-too-many"
        : "removed-other-count";
    const [last] = this.#lastWrites(culprit, 1);
    const odd = last !== undefined && "text" in last.input ? oddKeysOf(last.input.text) : [];
    const { story, ...order } = this.#order(culprit);
    return {
      clause: odd.length > 0 ? "STO-12" : "STO-8",
      message: `${exchange.client}'s remove of ${quoted(operation)} was answered {"removed":${actual}} at ${exchange.answers[0]?.at} ms, but ${oneOf(possible.map(String))} was possible`,
      expected: `The number of items that it removed (STO-8). ${story}`,
      shape:
        odd.length > 0
          ? ["remove", "odd-keys-lost", ...odd]
          : [
              "remove",
              relation,
              last === undefined ? "no-write" : kindOfWrite(last),
              kindOfStorePath(input.path),
            ],
      evidence: evidenceOf(operation, last),
      ...order,
    };
  }

  /** The value of a gauge, or how many items there are. */
  #ofNumber(culprit: StoreCulprit, kind: "increment" | "count"): Violation {
    const { operation, history } = culprit;
    const { output, exchange, input } = operation;
    const actual = output?.kind === "counted" ? output.value : 0;
    const tried = numbersFor(operation, history, this.#paths.length).map((value): StoreOutput => ({
      kind: "counted",
      value,
    }));
    const possible = possibleOutputs(this.#model, culprit, tried, this.#options).flatMap((one) =>
      one.kind === "counted" ? [one.value] : [],
    );
    const clause = kind === "count" ? "DIA-8" : "DIA-7";
    const [last] = this.#lastWrites(culprit, 1);
    const { story, ...order } = this.#order(culprit);
    const among =
      possible.length === 0 ? "nothing that was done explains it" : oneOf(possible.map(String));
    return {
      clause,
      message: `${exchange.client}'s ${kind} of ${quoted(operation)} was answered ${actual} at ${exchange.answers[0]?.at} ms, but possible was ${among}`,
      expected: `A number that fits one order of all that was done there (${clause}). ${story}`,
      shape: [
        kind,
        "other-number",
        last === undefined ? "no-write" : kindOfWrite(last),
        this.#concurrencyOf(culprit),
        kindOfStorePath(input.path),
      ],
      evidence: evidenceOf(operation, last),
      ...order,
    };
  }

  #possibleTexts(culprit: StoreCulprit): readonly DocumentText[] {
    const { operation, history } = culprit;
    const { kind, path } = operation.input;
    const texts = new Set<DocumentText>(kind === "merge" ? [] : [ABSENT]);
    // The latest come first: what is possible is most likely among them.
    for (const { input, output } of history.toReversed()) {
      if (input.path === path && "text" in input) texts.add(input.text);
      if (input.path === path && input.kind !== "list") {
        const text = textOf(output);
        if (text !== null) texts.add(text);
      }
      if (output?.kind === "listed") texts.add(output.items.get(path) ?? ABSENT);
    }
    if (operation.input.kind === "merge") {
      const { text: added } = operation.input;
      for (const text of [...texts, ABSENT]) {
        for (const merged of mergesOf(text, added)) texts.add(merged);
      }
    } else addMerges(texts, history, path);
    const tried = [...texts]
      .slice(0, TRIED_MAX)
      .map((text): StoreOutput =>
        kind === "merge" ? { kind: "written", text } : { kind: "found", text },
      );
    return possibleOutputs(this.#model, culprit, tried, this.#options).map(
      (output) => textOf(output) ?? ABSENT,
    );
  }

  #relation(
    { operation, history }: StoreCulprit,
    kind: DocumentCulprit,
    actual: DocumentText,
    possible: readonly DocumentText[],
  ): { relation: string; clause: string; origin?: StoreOperation } {
    const { path } = operation.input;
    const origin = history.find(
      (other) =>
        other !== operation &&
        other.input.path === path &&
        (("text" in other.input && other.input.kind === "set" && other.input.text === actual) ||
          (other.input.kind === "merge" && textOf(other.output) === actual)),
    );
    if (actual === ABSENT) {
      return kind === "list"
        ? { relation: "misses-item", clause: "STO-6" }
        : { relation: "lost-write", clause: "STO-1" };
    }
    if (origin !== undefined) {
      const isGone = possible.length > 0 && possible.every((text) => text === ABSENT);
      return isGone
        ? { relation: "value-after-remove", clause: "STO-8", origin }
        : { relation: "stale-value", clause: "STO-10", origin };
    }
    const unkept = this.#unkept(path, actual);
    if (unkept !== null) return unkept;
    if (history.some(({ input }) => input.kind === "increment" && input.path === path)) {
      return { relation: "gauge-miscounted", clause: "DIA-7" };
    }
    const isMerge = kind === "merge" || history.some((other) => isMergeAt(other, path));
    if (isMerge && possible.some((text) => isWithin(actual, text))) {
      return { relation: "merge-lost", clause: "STO-4" };
    }
    return { relation: "value-never-written", clause: isMerge ? "STO-4" : "STO-1" };
  }

  /** Where the value was sent with a request that was not to be stored. */
  #unkept(path: string, actual: DocumentText): { relation: string; clause: string } | null {
    for (const { exchange, outcome } of settledExchanges(this.#recording)) {
      const { request } = exchange;
      if (request.action !== "set" || request.path !== path) continue;
      if (documentTextOf(request.data) !== actual) continue;
      if (outcome === "error") return { relation: "refused-write-visible", clause: "COR-4" };
      if (optionsOf(exchange)["noStore"] === true) {
        return { relation: "noStore-write-visible", clause: "STO-3" };
      }
    }
    return null;
  }

  /** Answered writes that reach the culprit's paths and arrived before it, the latest first. */
  #lastWrites({ operation, history }: StoreCulprit, count: number): readonly StoreOperation[] {
    const reached = this.#paths.filter((path) => this.#model.reaches(operation.input.path, path));
    return history
      .filter(
        ({ input, callIndex }) =>
          callIndex < operation.callIndex &&
          !isRead(input) &&
          reached.some((path) => this.#model.reaches(input.path, path)),
      )
      .sort((left, right) => right.callIndex - left.callIndex)
      .slice(0, count);
  }

  /** Whether anything overlapped the culprit or the last write before it. */
  #concurrencyOf(culprit: StoreCulprit): string {
    const { operation, history } = culprit;
    const isOverlapping = [operation, ...this.#lastWrites(culprit, 1)].some((one) =>
      history.some(
        (other) =>
          other.exchange !== one.exchange &&
          other.callIndex < (one.returnIndex ?? Infinity) &&
          one.callIndex < (other.returnIndex ?? Infinity),
      ),
    );
    return isOverlapping ? "overlapping" : "in-turn";
  }

  /** How far an order goes, and what was there then: in words, and as data. */
  #order({ history, operation }: StoreCulprit): {
    story: string;
    linearization?: LinearizationEvidence;
  } {
    const { input } = operation;
    const [refutation] = check(this.#model, history, this.#options).refutations;
    if (refutation === undefined) return { story: "" };
    const placed = refutation.prefix as readonly StoreOperation[];
    const told = placed.filter((one) => !isRead(one.input)).slice(-3);
    const steps = told.map(({ exchange, input: { kind, path } }) => {
      const at = exchange.arriveAt;
      return `${exchange.client}'s ${kind} at ${JSON.stringify(path)} (${at} ms)`;
    });
    const before = steps.length === 0 ? "Before it" : `After ${steps.join(", ")}`;
    const there = this.#model.explain(refutation.state, input);
    return {
      story: `${before}, ${there}.`,
      linearization: linearizationEvidence(this.#model, refutation, operation, {
        clientOf: ({ exchange }: StoreOperation) => exchange.client,
        entriesOf: (state) => this.#model.entriesOf(state),
      }),
    };
  }
}

/** Numbers that may be the right ones: as many as there are paths, or what a gauge may have come to. */
function numbersFor(
  { input }: StoreOperation,
  history: readonly StoreOperation[],
  pathCount: number,
): readonly number[] {
  if (input.kind !== "increment") return Array.from({ length: pathCount + 1 }, (_, n) => n);
  const numbers = new Set<number>([input.gauge.amount]);
  let sum = 0;
  for (const other of history.slice(-TRIED_MAX)) {
    if (other.input.kind !== "increment" || other.input.path !== input.path) continue;
    if (other.input.gauge.name !== input.gauge.name) continue;
    sum += other.input.gauge.amount;
    numbers.add(sum);
    if (other.output?.kind === "counted") numbers.add(other.output.value + input.gauge.amount);
  }
  return [...numbers];
}

function singleRead(operation: StoreOperation, path: string): StoreOperation {
  const { output } = operation;
  const text = output?.kind === "listed" ? (output.items.get(path) ?? ABSENT) : ABSENT;
  return { ...operation, input: { kind: "get", path }, output: { kind: "found", text } };
}

function addMerges(
  texts: Set<DocumentText>,
  history: readonly StoreOperation[],
  path: string,
): void {
  const before = [...texts];
  for (const { input } of history) {
    if (input.kind !== "merge" || input.path !== path) continue;
    for (const text of before) for (const merged of mergesOf(text, input.text)) texts.add(merged);
  }
}

function isMergeAt({ input }: StoreOperation, path: string): boolean {
  return input.kind === "merge" && input.path === path;
}

/** Whether a document is what is left of another one that lost something. */
function isWithin(actual: DocumentText, whole: DocumentText): boolean {
  if (actual === ABSENT || whole === ABSENT) return false;
  const [part, all] = [JSON.parse(actual) as Json, JSON.parse(whole) as Json];
  if (!isJsonObject(part) || !isJsonObject(all)) return false;
  return Object.keys(part).every((key) => Object.hasOwn(all, key));
}

function textOf(output: StoreOutput | undefined): DocumentText | null {
  return output?.kind === "found" || output?.kind === "written" ? output.text : null;
}

function kindOfWrite({ input, exchange }: StoreOperation): string {
  const { set_type: setType, tag } = optionsOf(exchange);
  if (setType === "sibling") return "set-sibling";
  const kind = input.kind === "remove" ? `remove-${kindOfStorePath(input.path)}` : input.kind;
  return tag === undefined ? kind : `${kind}-tag`;
}

function quoted({ exchange }: StoreOperation): string {
  return canonical(exchange.request.path);
}

function evidenceOf(...operations: readonly (StoreOperation | undefined)[]): readonly number[] {
  const indices = operations.flatMap((operation) => {
    if (operation === undefined) return [];
    const { arriveIndex, answers } = operation.exchange;
    return [arriveIndex, answers[0]?.writeIndex].filter((index) => typeof index === "number");
  });
  return [...new Set(indices)].sort((left, right) => left - right);
}
