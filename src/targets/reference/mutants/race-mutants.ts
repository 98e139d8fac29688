/**
 * Mutants with a race: right as long as nothing comes in between.
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../../models/index.js";
import { answerMeta, askedFor, publicationMeta } from "./deviation.js";
import type { Mutant, Step } from "./mutant.js";
import type { Turns } from "./race.js";

const unchanged = (step: Step) => step;

type Store = ServerState["store"];

/** Does the step on another store than there is by then, and keeps what is stored. */
function onStore(step: Step, store: Store): Step {
  return (state, input) => {
    const next = step({ ...state, store }, input);
    return { ...next, state: { ...next.state, store: state.store } };
  };
}

export const mergeAcrossTurns: Mutant = {
  id: "merge-across-turns",
  clause: "STO-4",
  properties: ["store-linearizable"],
  description: "Reads what a merge is merged into, and stores it merged a turn later.",
  create: unchanged,
  race: () => ({
    takeUp(before, input, step) {
      const asked = askedFor(input, "set");
      if (asked?.options["merge"] !== true) return { later: step };
      const old = before.store.get(asked.path);
      return {
        later(state, later) {
          const store = new Map(state.store);
          if (old === undefined) store.delete(asked.path);
          else store.set(asked.path, old);
          return step({ ...state, store }, later);
        },
      };
    },
  }),
};

export const removeInTwoTurns: Mutant = {
  id: "remove-in-two-turns",
  clause: "STO-10",
  properties: ["store-linearizable"],
  description: "Removes half of what matches in one turn and the rest of it in the next.",
  create: unchanged,
  race: () => ({
    takeUp(before, input, step) {
      if (askedFor(input, "remove") === null) return { later: step };
      const left = step(before, input).state.store;
      const matching = [...before.store].filter(([path]) => !left.has(path));
      const first = matching.slice(0, Math.floor(matching.length / 2));
      const store = new Map(before.store);
      for (const [path] of first) store.delete(path);
      return {
        state: { ...before, store },
        // It counts all of them, and tells everybody.
        later: (state, later) =>
          step({ ...state, store: new Map([...first, ...state.store]) }, later),
      };
    },
  }),
};

export const removedCountedTwice: Mutant = {
  id: "removed-counted-twice",
  clause: "STO-8",
  properties: ["store-linearizable"],
  description: "Counts what a remove will remove, and removes what is left of it a turn later.",
  create: unchanged,
  race: () => ({
    takeUp(before, input, step) {
      if (askedFor(input, "remove") === null) return { later: step };
      const left = step(before, input).state.store;
      const counted = [...before.store].filter(([path]) => !left.has(path));
      // Everything that it counted is gone by its own doing, in its own eyes.
      return {
        later: (state, later) =>
          step({ ...state, store: new Map([...counted, ...state.store]) }, later),
      };
    },
  }),
};

export const initialMissesWrite: Mutant = {
  id: "initial-misses-write",
  clause: "SUB-6",
  properties: ["initial-values"],
  description: "Looks up the initial values of a subscription a turn before it listens.",
  create: unchanged,
  race: () => ({
    takeUp(before, input, step) {
      const asked = askedFor(input, "on");
      const { initialCallback, initialEmit } = asked?.options ?? {};
      const isInitial = initialCallback === true || initialEmit === true;
      return { later: isInitial ? onStore(step, before.store) : step };
    },
  }),
};

export const onLostToOff: Mutant = {
  id: "on-lost-to-off",
  clause: "SUB-4",
  properties: ["no-missed-publication"],
  description: "Stores the table of subscriptions after an off as it was when the off came.",
  create: unchanged,
  race: () => ({
    takeUp(before, input, step) {
      if (askedFor(input, "off") === null) return { later: step };
      return {
        later(state, later) {
          const subscriptions = new Map(
            [...state.subscriptions].map(([connection, own]) => [
              connection,
              before.subscriptions.get(connection) ?? own,
            ]),
          );
          return step({ ...state, subscriptions }, later);
        },
      };
    },
  }),
};

export const offLostInSet: Mutant = {
  id: "off-lost-in-set",
  clause: "SUB-2",
  properties: ["no-unwanted-publication"],
  description: "Answers an off, and forgets it where a set is being worked on.",
  create: unchanged,
  race: () => {
    let sets = 0;
    return {
      takeUp(_before, input, step) {
        if (askedFor(input, "set") !== null) {
          sets += 1;
          return {
            later(state, later) {
              sets -= 1;
              return step(state, later);
            },
          };
        }
        if (askedFor(input, "off") === null) return { later: step };
        return {
          later(state, later) {
            const next = step(state, later);
            if (sets === 0) return next;
            return { ...next, state: { ...next.state, subscriptions: state.subscriptions } };
          },
        };
      },
    };
  },
};

export const answerToLatest: Mutant = {
  id: "answer-to-latest-sender",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Answers whoever sent the last request before the answer, by a global variable.",
  create: unchanged,
  race: () => {
    let latest = "";
    return {
      takeUp(_before, taken, step) {
        if (taken.kind === "frame") latest = taken.connection;
        return {
          later(state, later) {
            const next = step(state, later);
            const outputs = next.outputs.map((output) =>
              output.kind === "frame" && answerMeta(output) !== null
                ? { ...output, connection: latest }
                : output,
            );
            return { ...next, outputs };
          },
        };
      },
    };
  },
};

export const givesUpWhenBusy: Mutant = {
  id: "gives-up-when-busy",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Drops a request that waits for five milliseconds between two turns.",
  create: unchanged,
  race: () => ({
    takeUp: (_before, { at }, step) => ({
      later: (state, later) => (later.at - at >= 5 ? { state, outputs: [] } : step(state, later)),
    }),
  }),
};

export const timerBeatsAnswer: Mutant = {
  id: "timer-beats-answer",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Collects answers to reads, and loses those that come while a timer sends them off.",
  create: unchanged,
  race: () => {
    let turns: Turns | null = null;
    let collected: (() => void)[] = [];
    const sendOff = () => {
      const all = [...collected];
      turns?.rounds.after(3, () => {
        for (const write of all) write();
        collected = [];
      });
    };
    return {
      begin(given) {
        turns = given;
      },
      write(output, write) {
        if (answerMeta(output)?.["action"] !== "get") {
          write();
          return;
        }
        collected.push(write);
        if (collected.length === 1) turns?.clock.after(1, sendOff);
      },
    };
  },
};

export const publicationAfterAnswer: Mutant = {
  id: "publication-after-answer",
  clause: "PUB-4",
  properties: ["publication-before-answer"],
  description: "Holds publications back for two turns after those of another request.",
  create: unchanged,
  race: () => {
    let turns: Turns | null = null;
    let corkedAt: number | null = null;
    const held: (() => void)[] = [];
    return {
      begin(given) {
        turns = given;
      },
      write(output, write) {
        const now = turns?.rounds.now() ?? 0;
        if (publicationMeta(output) === null) write();
        else if (corkedAt !== null && corkedAt !== now) held.push(write);
        else {
          write();
          if (corkedAt === now) return;
          corkedAt = now;
          turns?.rounds.after(2, () => {
            corkedAt = null;
            for (const late of held.splice(0)) late();
          });
        }
      },
    };
  },
};
