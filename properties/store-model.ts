/**
 * The happn store as a model of the linearizability checker (STO-1, STO-4 to STO-6, STO-8).
 *
 * A state says of each path of a group: a document, nothing, or not known yet. Not known is a path
 * of a server that was in use before (what is first seen there reveals it), and one written in a
 * way that the clauses leave open.
 *
 * @packageDocumentation
 */
import {
  counted,
  match,
  mayReachOwn,
  type Gauge,
  type Match,
  type Profile,
} from "../models/index.js";
import { canonical, isPattern, type JsonObject } from "../src/protocol/index.js";
import { needOf, type Cells, type Model, type Need } from "./linearizability/index.js";
import { briefText } from "./store-words.js";
import {
  ABSENT,
  isRead,
  type DocumentText,
  type StoreInput,
  type StoreOutput,
} from "./store-operation.js";

/** By the place of the path in the group: a document's text, ABSENT, or UNKNOWN. */
export type StoreState = readonly string[];

export const UNKNOWN = "?";

export interface StoreModelOptions {
  readonly paths: readonly string[];
  readonly profile: Profile;
  /** Whether nothing was stored to begin with, at a path or at any path of a pattern. */
  readonly isFresh: (path: string) => boolean;
  /** Whether something may be stored at paths that are not among these. */
  readonly isLoose: boolean;
}

/** Paths shown in the words for a state. */
const SHOWN_MAX = 4;

/** Sets of `may` items of one remove beyond which it is left open which of them went. */
const CHOICES_MAX = 6;

export class StoreModel implements Model<StoreState, StoreInput, StoreOutput> {
  readonly initial: readonly StoreState[];
  readonly #paths: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #profile: Profile;
  readonly #isLoose: boolean;
  readonly #isFresh: StoreModelOptions["isFresh"];
  /** For each pattern, what it makes of each path. */
  readonly #matches = new Map<string, readonly Match[]>();

  constructor({ paths, profile, isFresh, isLoose }: StoreModelOptions) {
    this.#paths = paths;
    this.#places = new Map(paths.map((path, place) => [path, place]));
    this.#profile = profile;
    this.#isLoose = isLoose;
    this.#isFresh = isFresh;
    this.initial = [paths.map((path) => (isFresh(path) ? ABSENT : UNKNOWN))];
  }

  keyOf(state: StoreState): string {
    return state.join("\n");
  }

  isRead(input: StoreInput): boolean {
    return isRead(input);
  }

  step(
    state: StoreState,
    input: StoreInput,
    output: StoreOutput | undefined,
  ): readonly StoreState[] {
    switch (input.kind) {
      case "set":
        return [this.#with(state, input.path, input.text)];
      case "touch":
        return [this.#with(state, input.path, UNKNOWN)];
      case "merge":
        return this.#merged(state, input.path, input.text, output);
      case "increment":
        return this.#incremented(state, input.path, input.gauge, output);
      case "count":
        return this.#counts(state, input.path, output) ? [state] : [];
      case "remove":
        return input.isOpen === true
          ? [this.#disturbed(state, input.path)]
          : this.#removed(state, input.path, output);
      case "get": {
        if (output?.kind !== "found") return [state];
        const there = this.#at(state, input.path);
        if (there === output.text) return [state];
        return there === UNKNOWN ? [this.#with(state, input.path, output.text)] : [];
      }
      case "list":
        return output?.kind === "listed" ? this.#listed(state, input.path, output.items) : [state];
    }
  }

  /** What a `set` stored is shown by the same text; the rest may show in many ways. */
  shows(output: StoreOutput, input: StoreInput): boolean {
    if (input.kind !== "set") return true;
    switch (output.kind) {
      case "found":
        return output.text === input.text;
      case "listed":
        return output.items.get(input.path) === input.text;
      case "written":
        return output.text !== null;
      case "removed":
      case "counted":
        return false;
    }
  }

  /** By path. */
  readonly cells: Cells<StoreState, StoreInput, StoreOutput> = {
    needs: (input, output) => this.#needsOf(input, output),
    leaves: (input, output) => new Map(this.#leavingsOf(input, output)),
    at: (state, path) => {
      const there = this.#at(state, path);
      return there === UNKNOWN ? null : there;
    },
  };

  describeOperation(input: StoreInput, output: StoreOutput | undefined): string {
    const added = addedText(input);
    const answered = output === undefined ? "no answer" : answerText(output);
    return `${input.kind} ${JSON.stringify(input.path)}${added}${answered === null ? "" : ` → ${answered}`}`;
  }

  /** What is known to be there, or not known, by path. */
  entriesOf(state: StoreState): ReadonlyMap<string, string> {
    const entries = state.map((text, place) => [this.#paths[place] as string, text] as const);
    return new Map(entries.filter(([, text]) => text !== ABSENT));
  }

  describeState(state: StoreState): string {
    const found = state.flatMap((text, place) =>
      text === ABSENT ? [] : [`${JSON.stringify(this.#paths[place])}: ${briefText(text)}`],
    );
    const shown = found.slice(0, SHOWN_MAX).join(", ");
    const others = found.length - SHOWN_MAX;
    if (found.length === 0) return "nothing";
    return others > 0 ? `${shown} and ${others} more` : shown;
  }

  explain(state: StoreState, { kind, path }: StoreInput): string {
    if (kind === "list" || kind === "count" || isPattern(path))
      return `stored was ${this.describeState(state)}`;
    return `there was ${briefText(this.#at(state, path))}`;
  }

  /** Whether an operation on a path or pattern may have to do with the path. */
  reaches(pattern: string, path: string): boolean {
    return pattern === path || match(pattern, path, this.#profile.storeRule) !== "never";
  }

  /** Whether a pattern may leave the path out. */
  isBeyond(pattern: string, path: string): boolean {
    return match(pattern, path, this.#profile.storeRule) !== "must";
  }

  /** What must have been there for that answer. */
  #needsOf(input: StoreInput, output: StoreOutput): readonly Need[] {
    const { kind, path } = input;
    if (output.kind === "found") return [needOf(path, output.text)];
    if (kind === "merge" && output.kind === "written" && output.text !== null) {
      return [needOfMerge(path, input.text, output.text)];
    }
    const isNothing = kind === "remove" && output.kind === "removed" && output.count === 0;
    if (output.kind !== "listed" && !isNothing) return [];
    const items = output.kind === "listed" ? output.items : new Map<string, DocumentText>();
    const matches = this.#matchesOf(path);
    return this.#paths.flatMap((candidate, place) => {
      const found = items.get(candidate);
      if (found !== undefined) return [needOf(candidate, found)];
      return matches[place] === "must" ? [needOf(candidate, ABSENT)] : [];
    });
  }

  #leavingsOf(
    input: StoreInput,
    output: StoreOutput | undefined,
  ): readonly (readonly [string, DocumentText | null])[] {
    switch (input.kind) {
      case "set":
        return [[input.path, input.text]];
      case "touch":
      case "increment":
        return [[input.path, null]];
      case "merge":
        return [[input.path, output?.kind === "written" ? output.text : null]];
      case "remove": {
        const matches = this.#matchesOf(input.path);
        return this.#paths.flatMap((candidate, place) => {
          if (matches[place] === "never") return [];
          const isSure = matches[place] === "must" && input.isOpen !== true;
          return [[candidate, isSure ? ABSENT : null] as const];
        });
      }
      case "get":
      case "list":
      case "count":
        return [];
    }
  }

  #merged(
    state: StoreState,
    path: string,
    added: DocumentText,
    output: StoreOutput | undefined,
  ): readonly StoreState[] {
    const answered = output?.kind === "written" ? output.text : null;
    const there = this.#at(state, path);
    if (there === UNKNOWN) return [this.#with(state, path, answered ?? UNKNOWN)];
    const outcomes = mergesOf(there, added);
    return outcomes
      .filter((text) => answered === null || text === answered)
      .map((text) => this.#with(state, path, text));
  }

  #incremented(
    state: StoreState,
    path: string,
    gauge: Gauge,
    output: StoreOutput | undefined,
  ): readonly StoreState[] {
    const there = this.#at(state, path);
    if (there === UNKNOWN) return [this.#with(state, path, UNKNOWN)];
    const present = there === ABSENT ? {} : (JSON.parse(there) as JsonObject);
    const after = counted(present, gauge);
    // What becomes of something else in the place of the gauge is open.
    if (after === null) return [this.#with(state, path, UNKNOWN)];
    if (output?.kind === "counted" && output.value !== after.value) return [];
    return [this.#with(state, path, canonical(after.document))];
  }

  #counts(state: StoreState, path: string, output: StoreOutput | undefined): boolean {
    if (output?.kind !== "counted") return true;
    let [sure, open] = [0, 0];
    this.#matchesOf(path).forEach((matched, place) => {
      const there = state[place] as string;
      if (matched === "never" || there === ABSENT) return;
      if (matched === "must" && there !== UNKNOWN) sure += 1;
      else open += 1;
    });
    return fits(output.value, sure, this.#mayReachMore(path) ? Infinity : open);
  }

  #removed(
    state: StoreState,
    path: string,
    output: StoreOutput | undefined,
  ): readonly StoreState[] {
    const count = output?.kind === "removed" ? output.count : null;
    const next = [...state];
    let [removed, unknown] = [0, 0];
    const open: number[] = [];
    this.#matchesOf(path).forEach((matched, place) => {
      const there = state[place] as string;
      if (matched === "never" || there === ABSENT) return;
      if (there === UNKNOWN) unknown += 1;
      if (matched === "must") {
        next[place] = ABSENT;
        if (there !== UNKNOWN) removed += 1;
      } else if (there !== UNKNOWN) open.push(place);
    });
    if (this.#mayReachMore(path)) unknown = Infinity;
    if (open.length === 0) return fits(count, removed, unknown) ? [next] : [];
    if (open.length > CHOICES_MAX || unknown > 0 || count === null) {
      for (const place of open) next[place] = UNKNOWN;
      return fits(count, removed, unknown + open.length) ? [next] : [];
    }
    return subsetsOf(open, count - removed).map((chosen) =>
      next.map((text, place) => (chosen.includes(place) ? ABSENT : text)),
    );
  }

  /** Whether a pattern may take in items that no state tells of. */
  #mayReachMore(path: string): boolean {
    return isPattern(path) && (this.#isLoose || !this.#isFresh(path) || mayReachOwn(path));
  }

  /** Whatever may match may be gone, or not. */
  #disturbed(state: StoreState, path: string): StoreState {
    const matches = this.#matchesOf(path);
    return state.map((text, place) =>
      text === ABSENT || matches[place] === "never" ? text : UNKNOWN,
    );
  }

  #listed(
    state: StoreState,
    pattern: string,
    items: ReadonlyMap<string, DocumentText>,
  ): readonly StoreState[] {
    const next = [...state];
    const matches = this.#matchesOf(pattern);
    for (const [place, matched] of matches.entries()) {
      const found = items.get(this.#paths[place] as string);
      const there = state[place] as string;
      if (found === undefined) {
        if (matched !== "must" || there === ABSENT) continue;
        if (there !== UNKNOWN) return [];
        next[place] = ABSENT;
      } else if (there === UNKNOWN) next[place] = found;
      else if (there !== found) return [];
    }
    return [next];
  }

  #at(state: StoreState, path: string): string {
    return state[this.#places.get(path) as number] as string;
  }

  #with(state: StoreState, path: string, text: string): StoreState {
    return state.with(this.#places.get(path) as number, text);
  }

  /** An operation on an exact path reaches that path only, whatever the rule. */
  #matchesOf(path: string): readonly Match[] {
    let matches = this.#matches.get(path);
    if (matches === undefined) {
      const { storeRule } = this.#profile;
      matches = this.#paths.map((candidate) => match(path, candidate, storeRule));
      this.#matches.set(path, matches);
    }
    return matches;
  }
}

/** What a merge must find, to leave what it answered. */
function needOfMerge(path: string, added: DocumentText, merged: DocumentText): Need {
  return {
    place: path,
    name: `${added} makes ${merged}`,
    isMetBy: (there) => mergesOf(there, added).includes(merged),
  };
}

/** What a merge may leave: an explicit null takes the place of the old value, leaves it, or counts as absent (STO-4). */
export function mergesOf(there: DocumentText, added: DocumentText): readonly DocumentText[] {
  const changes = Object.entries(JSON.parse(added) as JsonObject);
  const present = there === ABSENT ? {} : (JSON.parse(there) as JsonObject);
  const asIs = { ...present, ...Object.fromEntries(changes) };
  if (changes.every(([, value]) => value !== null)) return [canonical(asIs)];
  const kept = changes.filter(([key, value]) => value !== null || !Object.hasOwn(present, key));
  const given = changes.filter(([, value]) => value !== null);
  const outcomes = [
    asIs,
    { ...present, ...Object.fromEntries(kept) },
    { ...present, ...Object.fromEntries(given) },
  ];
  return [...new Set(outcomes.map(canonical))];
}

/** What was asked beside the path, in words. */
function addedText(input: StoreInput): string {
  if (input.kind !== "increment") return "text" in input ? ` ${input.text}` : "";
  return ` ${JSON.stringify(input.gauge.name)} by ${input.gauge.amount}`;
}

/** What was answered, in words; null where it says nothing that was not asked. */
function answerText(output: StoreOutput): string | null {
  switch (output.kind) {
    case "written":
      return output.text;
    case "counted":
      return String(output.value);
    case "removed":
      return output.count === null ? null : `${output.count} removed`;
    case "found":
      return output.text === ABSENT ? "nothing" : output.text;
    case "listed": {
      const items = [...output.items].map(([path, text]) => `${JSON.stringify(path)}: ${text}`);
      return items.length === 0 ? "nothing" : items.join(", ");
    }
  }
}

/** Whether a count is what was surely removed, and at most `unknown` more. */
function fits(count: number | null, removed: number, unknown: number): boolean {
  return count === null || (count >= removed && count <= removed + unknown);
}

function subsetsOf(members: readonly number[], size: number): readonly (readonly number[])[] {
  if (size < 0 || size > members.length) return [];
  if (size === 0) return [[]];
  const [first, ...rest] = members as [number, ...number[]];
  const withFirst = subsetsOf(rest, size - 1).map((subset) => [first, ...subset]);
  return [...withFirst, ...subsetsOf(rest, size)];
}
