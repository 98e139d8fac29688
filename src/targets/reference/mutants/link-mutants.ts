/**
 * Mutants that treat clients by what their links seem to be like: each guesses that from when their
 * frames come, and is wrong about what follows from it.
 *
 * @packageDocumentation
 */
import type { ServerInput, ServerOutput } from "../../../../models/index.js";
import { isJsonObject } from "../../../protocol/index.js";
import { askedBy } from "./deviation.js";
import { every, type Mutant, type Step } from "./mutant.js";

/** How long it took from one frame of a client to the next, and how long that one was. */
interface Gap {
  readonly ms: number;
  readonly bytes: number;
  /** What it asked for; nothing where it is no request. */
  readonly action: string | undefined;
}

/** The requests of a handshake: in between a client does not think. */
const HANDSHAKE = ["configure-session", "describe", "login"];

function areHandshake(gaps: readonly Gap[]): boolean {
  return (
    gaps.length === HANDSHAKE.length &&
    gaps.every(({ action }, index) => action === HANDSHAKE[index])
  );
}

/** What a server believes of a client's link by what came in so far; it never changes its mind. */
type Guess = (gaps: readonly Gap[]) => boolean;

/** All of the handshake delayed, and by the same: no waves, no queue. */
function isFar(gaps: readonly Gap[]): boolean {
  if (!areHandshake(gaps)) return false;
  const waits = gaps.map(({ ms }) => ms);
  const least = Math.min(...waits);
  return least >= 900 && Math.max(...waits) - least <= 130;
}

/** More than what links differ by where nothing is amiss. */
const UNEVEN_MS = 1_500;

/** All of the handshake delayed, by very different times that have nothing to do with the sizes. */
function isUneven(gaps: readonly Gap[]): boolean {
  if (!areHandshake(gaps)) return false;
  const byTime = [...gaps].sort((left, right) => left.ms - right.ms).map(({ bytes }) => bytes);
  const waits = gaps.map(({ ms }) => ms);
  const [least, most] = [Math.min(...waits), Math.max(...waits)];
  return least >= 300 && most - least > UNEVEN_MS && byTime[0] !== Math.min(...byTime);
}

/** Frames that come the later the bigger they are, as out of a queue. */
const QUEUED = 4;

function isNarrow(gaps: readonly Gap[]): boolean {
  const last = gaps.slice(-QUEUED);
  if (last.length < QUEUED || last.some(({ ms }) => ms < 100)) return false;
  const sizes = last.map(({ bytes }) => bytes);
  const rates = last.map(({ ms, bytes }) => ms / bytes);
  return (
    Math.max(...sizes) >= Math.min(...sizes) * 1.5 &&
    Math.max(...rates) <= Math.min(...rates) * 1.04
  );
}

/** A step by which some of what is published to such clients gets lost. */
function starving(guess: Guess, loses: () => boolean) {
  return (step: Step): Step => {
    const heard = new Map<string, { readonly gaps: Gap[]; at: number }>();
    const guessed = new Set<string>();
    const watch = (input: ServerInput): void => {
      if (input.kind === "open") heard.set(input.connection, { gaps: [], at: input.at });
      const before = input.kind === "frame" ? heard.get(input.connection) : undefined;
      if (input.kind !== "frame" || before === undefined) return;
      const action = askedBy(input)?.request.action;
      before.gaps.push({ ms: input.at - before.at, bytes: input.text.length, action });
      before.at = input.at;
      if (guess(before.gaps)) guessed.add(input.connection);
    };
    return (state, input) => {
      watch(input);
      const next = step(state, input);
      const outputs = next.outputs.filter(
        (output) => !isPublication(output) || !guessed.has(output.connection) || !loses(),
      );
      return { ...next, outputs };
    };
  };
}

function isPublication(output: ServerOutput): boolean {
  if (output.kind !== "frame" || !isJsonObject(output.frame)) return false;
  const meta = output.frame["_meta"];
  return isJsonObject(meta) && meta["type"] === "data";
}

export const farClientStarved: Mutant = {
  id: "far-client-starved",
  clause: "PUB-1",
  properties: ["no-missed-publication", "publish-results"],
  description:
    "Loses every second publication to a client that is far away by all its round trips.",
  faults: ["latency"],
  create: (step) => starving(isFar, every(2))(step),
};

export const unevenClientStarved: Mutant = {
  id: "uneven-client-starved",
  clause: "PUB-1",
  properties: ["no-missed-publication", "publish-results"],
  description: "Loses every second publication to a client whose round trips differ a lot.",
  // A latency with far bounds is the same to a server.
  faults: ["jitter", "latency"],
  create: (step) => starving(isUneven, every(2))(step),
};

export const narrowClientStarved: Mutant = {
  id: "narrow-client-starved",
  clause: "PUB-1",
  properties: ["no-missed-publication", "publish-results"],
  description: "Loses every second publication to a client whose link has little bandwidth.",
  faults: ["bandwidth"],
  create: (step) => starving(isNarrow, every(2))(step),
};

/** So long must clients have been silent that vanish together for a network to have failed. */
const SILENT_MS = 7_500;

export const splitKeepsSubscribed: Mutant = {
  id: "split-keeps-subscribed",
  clause: "SES-5",
  properties: ["silence-after-end", "publish-results", "nothing-left-behind"],
  description:
    "Takes clients that vanish together after a silence to come back, and keeps what they had.",
  faults: ["partition"],
  create(step) {
    const heardAt = new Map<string, number>();
    /** When anybody was heard at all: if nobody was, it is the server that was away. */
    const moments: number[] = [];
    let vanishedAt = -1;
    return (state, input) => {
      if (!("connection" in input)) return step(state, input);
      const { at, connection } = input;
      const lastAt = heardAt.get(connection) ?? at;
      if (input.kind !== "end") {
        heardAt.set(connection, at);
        moments.push(at);
        return step(state, input);
      }
      heardAt.delete(connection);
      const isAway = !moments.some((each) => each > at - 3_000 && each < at - 1_000);
      if (at - lastAt < SILENT_MS || isAway) return step(state, input);
      const isTogether = vanishedAt === at;
      vanishedAt = at;
      return isTogether ? { state, outputs: [] } : step(state, input);
    };
  },
};

/** Blasts by which it takes a storm for one. */
const BLASTS = 3;

/** Moments at which several connections ended, as far as they are as far apart as the last two. */
function isStorm(moments: readonly number[]): boolean {
  const last = moments.slice(-BLASTS);
  const [first = 0, second = 0] = last;
  return (
    last.length === BLASTS &&
    last.every((at, index) => index === 0 || at - (last[index - 1] ?? at) === second - first)
  );
}

export const stormKeepsSubscribed: Mutant = {
  id: "storm-keeps-subscribed",
  clause: "SES-5",
  properties: ["silence-after-end", "publish-results", "nothing-left-behind"],
  description:
    "Takes clients that vanish together a third time, at regular intervals, to be back at once, and keeps what they had.",
  faults: ["reconnect-storm"],
  create(step) {
    const moments: number[] = [];
    let vanishedAt = -1;
    return (state, input) => {
      if (input.kind !== "end") return step(state, input);
      const isTogether = vanishedAt === input.at;
      vanishedAt = input.at;
      if (isTogether && moments.at(-1) !== input.at) moments.push(input.at);
      return isTogether && isStorm(moments) ? { state, outputs: [] } : step(state, input);
    };
  },
};
