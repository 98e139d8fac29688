/**
 * Mutants that are wrong about chunks: right as long as every chunk is one frame, and every poll one
 * chunk.
 *
 * @packageDocumentation
 */
import type { Mutant, Step } from "./mutant.js";
import type { Race, Turns } from "./race.js";

type Frames = readonly (string | null)[];

const unchanged = (step: Step) => step;

/**
 * A reader that is given the frames of each chunk, and whether the chunk began inside the first of
 * them; it gives those that the server takes note of.
 */
function reading(keep: (frames: Frames, beginsInside: boolean) => Frames): () => Race {
  return () => ({
    reader: (right) => ({
      push(chunk) {
        const beginsInside = right.isInside;
        return keep(right.push(chunk), beginsInside);
      },
    }),
  });
}

export const cutFrameLost: Mutant = {
  id: "cut-frame-lost",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Loses a frame that comes in two pieces.",
  create: unchanged,
  race: reading((frames, beginsInside) => (beginsInside ? frames.slice(1) : frames)),
};

export const restSwallowsNext: Mutant = {
  id: "rest-swallows-next",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Loses what follows in the same chunk upon the rest of a frame.",
  create: unchanged,
  race: reading((frames, beginsInside) => (beginsInside ? frames.slice(0, 1) : frames)),
};

export const chunkReadBackwards: Mutant = {
  id: "chunk-read-backwards",
  clause: "COR-6",
  properties: ["effects-in-order", "pipelined-order", "store-linearizable"],
  description: "Handles the frames of one chunk from the last to the first.",
  create: unchanged,
  race: reading((frames) => frames.toReversed()),
};

/** Frames of one poll that the server has room for. */
const ROOM = 3;

export const burstLosesLast: Mutant = {
  id: "burst-loses-last",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Has room for three frames, and loses what comes beyond them before its next turn.",
  create: unchanged,
  race: () => {
    let turns: Turns | null = null;
    let turn = -1;
    let taken = 0;
    return {
      begin(given) {
        turns = given;
      },
      reader: (right) => ({
        push(chunk) {
          const now = turns?.rounds.now() ?? 0;
          if (now !== turn) taken = 0;
          turn = now;
          return right.push(chunk).filter(() => {
            taken += 1;
            return taken <= ROOM;
          });
        },
      }),
    };
  },
};

/** Pieces of a frame that it puts together: an event loop makes two of one, and seldom three. */
const PIECES = 4;

export const laterPiecesLost: Mutant = {
  id: "later-pieces-lost",
  clause: "COR-1",
  properties: ["answered-once"],
  description: "Puts four pieces of a frame together, and loses those that come after them.",
  faults: ["slice"],
  habits: { textOf: (pieces) => Buffer.concat(pieces.slice(0, PIECES)).toString("utf8") },
  create: unchanged,
};
