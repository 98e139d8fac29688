/**
 * Mutants that are right as long as nothing goes wrong around them: each shows under one kind of
 * fault, or a few.
 *
 * @packageDocumentation
 */
import type { ServerInput, ServerState } from "../../../../models/index.js";
import { canonical } from "../../../protocol/index.js";
import { askedBy, withListeners } from "./deviation.js";
import type { Mutant, Step } from "./mutant.js";

const unchanged = (step: Step) => step;

export const slowReaderStarved: Mutant = {
  id: "slow-reader-starved",
  clause: "SUB-2",
  properties: ["no-missed-publication", "answered-once", "publish-results", "pipelined-order"],
  description: "Drops what it would publish to a client that does not read.",
  faults: ["slow-reader"],
  habits: { writesBehind: () => false },
  create: unchanged,
};

/** Longer than its own work ever takes, however busy it is. */
const STALE_MS = 150;

export const staleRequestDropped: Mutant = {
  id: "stale-request-dropped",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Takes a request for given up whose turn comes too late, and does not answer it.",
  faults: ["pause"],
  habits: { handlesLate: (lateMs) => lateMs < STALE_MS },
  create: unchanged,
};

export const halfCloseUnnoticed: Mutant = {
  id: "half-close-unnoticed",
  clause: "SES-5",
  properties: ["silence-after-end", "nothing-left-behind"],
  description: "Does not notice that a client sends no more, and keeps its session.",
  faults: ["cut"],
  habits: { noticesHalfClose: false },
  create: unchanged,
};

/** What is new is not in its books yet. */
const BOOKED_MS = 25;

export const stormLeaks: Mutant = {
  id: "storm-leaks-sockets",
  clause: "SES-5",
  properties: ["nothing-left-behind"],
  description: "Keeps the socket of a connection that was reset as soon as it was open.",
  habits: { keepsReset: (ageMs) => ageMs < BOOKED_MS },
  create: unchanged,
};

/** How long a client may be silent; they say something every 25 seconds. */
const SILENCE_MS_MAX = 28_000;

export const silentForgotten: Mutant = {
  id: "silent-forgotten",
  clause: "SUB-2",
  properties: ["no-missed-publication"],
  description: "Ends the subscriptions of a client of whom nothing came for 28 seconds.",
  create(step) {
    const heardAt = new Map<string, number>();
    return (state, input) => {
      const next = step(forgetting(state, input, heardAt), input);
      if ("connection" in input) heardAt.set(input.connection, input.at);
      return next;
    };
  },
};

function forgetting(
  state: ServerState,
  input: ServerInput,
  heardAt: ReadonlyMap<string, number>,
): ServerState {
  const subscriptions = withListeners(state.subscriptions, ({ connection, subscription }) =>
    input.at - (heardAt.get(connection) ?? input.at) > SILENCE_MS_MAX ? null : subscription,
  );
  return { ...state, subscriptions };
}

export const lateWriteLoses: Mutant = {
  id: "late-write-loses",
  clause: "STO-10",
  properties: ["store-linearizable"],
  description: "Keeps what bears the later time, where its clock was set back between two writes.",
  faults: ["clock-jump"],
  create: (step) => (state, input) => {
    const next = step(state, input);
    const kept = new Map(next.state.store);
    let isLost = false;
    for (const [path, item] of state.store) {
      const written = kept.get(path);
      if (written === undefined || written.modified >= item.modified) continue;
      kept.set(path, item);
      isLost = true;
    }
    return isLost ? { ...next, state: { ...next.state, store: kept } } : next;
  },
};

/** Whoever sets a clock right step by step does so in steps of less than that. */
const DRIFT_MS_MAX = 5_000;
const DRIFTS = 3;

export const driftStampedLate: Mutant = {
  id: "drift-stamped-late",
  clause: "STO-2",
  properties: ["write-times"],
  description: "Stamps writes with the time two seconds ago while its clock drifts.",
  faults: ["clock-skew"],
  create(step) {
    let [epochMs, drifts] = [NaN, 0];
    return (state, input) => {
      const drift = Math.abs(state.epochMs - epochMs);
      epochMs = state.epochMs;
      drifts = drift > 0 && drift < DRIFT_MS_MAX ? drifts + 1 : 0;
      if (drifts < DRIFTS) return step(state, input);
      const next = step({ ...state, epochMs: epochMs - 2_000 }, input);
      return { ...next, state: { ...next.state, epochMs } };
    };
  },
};

export const repeatUnanswered: Mutant = {
  id: "repeat-unanswered",
  clause: "COR-2",
  properties: ["answered-once"],
  description: "Takes the same request under the same eventId for one that it has answered.",
  faults: ["relay"],
  create(step) {
    const seen = new Map<string, string>();
    return (state, input) => {
      const asked = askedBy(input);
      if (asked === null || input.kind !== "frame") return step(state, input);
      const key = `${asked.connection} ${canonical(asked.request.eventId)}`;
      if (seen.get(key) === input.text) return { state, outputs: [] };
      seen.set(key, input.text);
      return step(state, input);
    };
  },
};

export const overtakenRefused: Mutant = {
  id: "overtaken-unanswered",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Expects the eventIds of a connection to count up, and ignores a request that lags.",
  create(step) {
    const latest = new Map<string, number>();
    return (state, input) => {
      const asked = askedBy(input);
      const eventId = asked?.request.eventId;
      if (asked === null || typeof eventId !== "number") return step(state, input);
      const before = latest.get(asked.connection) ?? -Infinity;
      // Two at most may have changed places on their way through its own queues.
      if (eventId < before - 2) return { state, outputs: [] };
      latest.set(asked.connection, Math.max(before, eventId));
      return step(state, input);
    };
  },
};
