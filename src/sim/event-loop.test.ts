import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Choices, randomStrategy, recordedStrategy, type Choice } from "./choices.js";
import { Clock } from "./clock.js";
import { EventLoop, type Inlet, type LoopProcess } from "./event-loop.js";

const MOST = { early: 4, late: 3, cut: 15, busy: 100 };

/** A process that writes down what it does; each packet and timer sets off `depth` immediates in a chain. */
class Rig implements LoopProcess {
  readonly clock = new Clock();
  readonly lines: string[] = [];
  readonly choices: Choices;
  readonly loop: EventLoop;
  readonly #inlets = new Map<string, Inlet>();
  #immediates: (() => void)[] = [];

  constructor(decisions: readonly Choice[], choices = new Choices(recordedStrategy(decisions))) {
    this.choices = choices;
    this.loop = new EventLoop(this.clock, { choices: this.choices, most: MOST });
    this.loop.explore(this);
  }

  get hasImmediates(): boolean {
    return this.#immediates.length > 0;
  }

  tick(): void {
    return undefined;
  }

  round(): void {
    const round = this.#immediates;
    this.#immediates = [];
    for (const run of round) run();
  }

  soon(run: () => void): void {
    this.#immediates.push(run);
  }

  /** A frame of that connection comes in after so long. */
  frame(connection: string, afterMs: number, name: string, depth = 2): void {
    this.#packet(connection, afterMs, name, depth, true);
  }

  opening(connection: string, afterMs: number, name: string): void {
    this.#packet(connection, afterMs, name, 0, false);
  }

  timer(delayMs: number, name: string, depth = 2): void {
    this.loop.timeline.after(delayMs, () => this.did(name, depth));
  }

  did(name: string, depth: number): void {
    this.lines.push(name);
    this.#chain(name, 1, depth);
  }

  /** Runs everything; the lines as one text. */
  run(): string {
    for (let steps = 0; steps < 10_000; steps += 1) {
      if (this.loop.isDue && this.clock.nextAt() !== this.clock.now()) this.loop.turn();
      else if (!this.clock.step()) return this.lines.join(" ");
    }
    throw new Error("it never ends");
  }

  #chain(name: string, step: number, depth: number): void {
    if (step > depth) return;
    this.soon(() => {
      this.lines.push(`${name}.${step}`);
      this.#chain(name, step + 1, depth);
    });
  }

  #packet(
    connection: string,
    afterMs: number,
    name: string,
    depth: number,
    isFrame: boolean,
  ): void {
    const inlet = this.#inletOf(connection);
    this.clock.after(afterMs, () => {
      inlet.arrive({
        isFrame,
        read: (from, to) => {
          if (to === 16) this.did(from === 0 ? name : `-${name}`, depth);
          else this.lines.push(`${name}-`);
        },
      });
    });
  }

  #inletOf(connection: string): Inlet {
    const known = this.#inlets.get(connection);
    const inlet =
      known ??
      this.loop.inlet(`${connection}/up`, (read) => {
        const before = this.lines.length;
        read();
        // What was read in one go stands together.
        this.lines.push(`(${this.lines.splice(before).join(" ")})`);
      });
    this.#inlets.set(connection, inlet);
    return inlet;
  }
}

/** What the rig does about those decisions, given as `c1/up/1/early=2 …`. */
function ran(decisions: string, arrange: (rig: Rig) => void): string {
  const choices = decisions
    .split(" ")
    .filter((text) => text !== "")
    .map((text) => ({ at: text.split("=")[0] as string, choice: Number(text.split("=")[1]) }));
  const rig = new Rig(choices);
  arrange(rig);
  return rig.run();
}

function twoConnections(rig: Rig): void {
  rig.frame("c1", 1, "a");
  rig.frame("c2", 1, "b");
}

function oneConnection(rig: Rig): void {
  rig.frame("c1", 1, "a");
  rig.frame("c1", 1, "b");
}

describe("an event loop", () => {
  it("serves first come first, and all of it, unless it is told otherwise", () => {
    expect(ran("", twoConnections)).toBe("(a) a.1 a.2 (b) b.1 b.2");
    expect(ran("", oneConnection)).toBe("(a) a.1 a.2 (b) b.1 b.2");
  });

  it("reads several connections in one poll", () => {
    expect(ran("c2/up/1/early=1", twoConnections)).toBe("(a) (b) a.1 b.1 a.2 b.2");
  });

  it("reads a packet between two rounds of immediates", () => {
    expect(ran("c2/up/1/early=2", twoConnections)).toBe("(a) a.1 (b) a.2 b.1 b.2");
    expect(ran("c1/up/2/early=2", oneConnection)).toBe("(a) a.1 (b) a.2 b.1 b.2");
    expect(ran("c2/up/1/early=3", twoConnections)).toBe("(a) a.1 a.2 (b) b.1 b.2");
  });

  it("joins frames of one connection in a chunk, and nothing else", () => {
    expect(ran("c1/up/2/early=1", oneConnection)).toBe("(a b) a.1 b.1 a.2 b.2");
    const withOpening = (rig: Rig) => {
      rig.opening("c1", 1, "o");
      rig.frame("c1", 1, "a", 0);
    };
    expect(ran("c1/up/2/early=1", withOpening)).toBe("(o) (a)");
  });

  it("cuts a frame, and reads the rest in another poll", () => {
    expect(ran("c1/up/1/cut=5", oneConnection)).toBe("(a-) (-a) -a.1 -a.2 (b) b.1 b.2");
    const withOther = (rig: Rig) => {
      oneConnection(rig);
      rig.frame("c2", 1, "x", 1);
    };
    expect(ran("c1/up/1/cut=5 c1/up/1+/late=1", withOther)).toBe(
      "(a-) (x) x.1 (-a) -a.1 -a.2 (b) b.1 b.2",
    );
    expect(ran("c1/up/1/cut=5 c1/up/2/early=1", oneConnection)).toBe(
      "(a-) (-a b) -a.1 b.1 -a.2 b.2",
    );
  });

  it("puts off what waits at the same moment, and never reorders one connection", () => {
    expect(ran("c1/up/1/late=1", twoConnections)).toBe("(b) b.1 b.2 (a) a.1 a.2");
    expect(ran("c1/up/1/late=3", oneConnection)).toBe("(a) a.1 a.2 (b) b.1 b.2");
  });

  it("lets nothing else in while it is busy, and finds it all in one poll after", () => {
    const crowd = (rig: Rig) => {
      rig.frame("c1", 1, "a");
      rig.frame("c1", 2, "b");
      rig.frame("c2", 3, "c");
      rig.timer(4, "t", 1);
      rig.frame("c1", 5, "d");
    };
    expect(ran("", crowd)).toBe("(a) a.1 a.2 (b) b.1 b.2 (c) c.1 c.2 t t.1 (d) d.1 d.2");
    expect(ran("c1/up/1/busy=10", crowd)).toBe(
      "(a) a.1 t (b d) (c) a.2 t.1 b.1 d.1 c.1 b.2 d.2 c.2",
    );
  });

  it("sets off timers that are late by when they were due, and a duration in one go", () => {
    const timers = (rig: Rig) => {
      rig.frame("c1", 1, "a", 0);
      rig.timer(6, "late", 0);
      for (const [afterMs, name] of [
        [0, "x"],
        [2, "z"],
      ] as const) {
        rig.clock.after(afterMs, () => rig.timer(5, name, 0));
      }
    };
    expect(ran("c1/up/1/busy=20", timers)).toBe("(a) x z late");
    expect(ran("", timers)).toBe("(a) x late z");
  });

  it("leaves the order of timers and packets of one moment open", () => {
    const moment = (rig: Rig) => {
      rig.timer(5, "t", 1);
      rig.frame("c1", 5, "a", 1);
    };
    expect(ran("", moment)).toBe("t t.1 (a) a.1");
    expect(ran("timer/5/1/late=1", moment)).toBe("(a) a.1 t t.1");
    expect(ran("c1/up/1/early=1", moment)).toBe("t (a) t.1 a.1");
    // A timer can't go off between a poll and its immediates.
    expect(ran("timer/5/1/late=1 timer/5/1/early=1", moment)).toBe("(a) a.1 t t.1");
  });

  it("takes answers of the thread pool for packets of their own", () => {
    const pool = (rig: Rig) => {
      rig.clock.after(1, () => {
        for (const name of ["p", "q"]) rig.loop.answer(() => rig.did(name, 1));
      });
    };
    expect(ran("", pool)).toBe("p p.1 q q.1");
    expect(ran("pool/1/late=1", pool)).toBe("q q.1 p p.1");
    expect(ran("pool/2/early=1", pool)).toBe("p q p.1 q.1");
  });

  it("polls nothing that came of the poll itself", () => {
    const reaction = (rig: Rig) => {
      rig.clock.after(1, () => {
        rig.loop.answer(() => {
          rig.did("p", 1);
          rig.frame("c1", 0, "a", 1);
        });
      });
    };
    expect(ran("c1/up/1/early=1", reaction)).toBe("p p.1 (a) a.1");
  });

  it("forgets a timer that is cleared while it waits", () => {
    const rig = new Rig([]);
    rig.frame("c1", 5, "a", 0);
    const clear = rig.loop.timeline.after(5, () => rig.did("t", 0));
    rig.clock.after(5, () => rig.clock.after(0, clear));

    expect(rig.run()).toBe("(a)");
    expect(rig.loop.isDue).toBe(false);
  });

  it("does nothing more for a process that has ended", () => {
    const rig = new Rig([]);
    twoConnections(rig);
    rig.clock.after(1, () => rig.loop.end());

    expect(rig.run()).toBe("");
    expect(rig.loop.isExploring).toBe(false);
  });

  it("runs everything once, each connection in order, whatever it is told; and so again", () => {
    const arrivals = fc.array(
      fc.tuple(
        fc.constantFrom("c1", "c2", "c3", "timer"),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(3),
      ),
      { maxLength: 25 },
    );
    const arrange = (rig: Rig, all: readonly (readonly [string, number, number])[]) => {
      all.forEach(([source, atMs, depth], index) => {
        if (source === "timer") rig.timer(atMs, `t${index}`, depth);
        else rig.frame(source, atMs, `${source}:${index}`, depth);
      });
    };
    fc.assert(
      fc.property(fc.string(), arrivals, (seed, all) => {
        const percent = { early: 50, late: 50, cut: 20, busy: 20 };
        const rig = new Rig([], new Choices(randomStrategy(seed, percent)));
        arrange(rig, all);
        const line = rig.run();
        const words = line.replaceAll(/[()]/g, "").split(" ");
        const named = (source: string) =>
          words.filter((word) => word.replace("-", "").startsWith(source) && !/\.|-$/.test(word));

        for (const source of ["c1", "c2", "c3"]) {
          const sent = all
            .map(([name, atMs], index) => ({ name, atMs, index }))
            .filter(({ name }) => name === source)
            .sort((left, right) => left.atMs - right.atMs || left.index - right.index);
          expect(named(source).map((word) => Number(word.split(":")[1]))).toEqual(
            sent.map(({ index }) => index),
          );
        }
        const immediates = all.reduce((sum, [, , depth]) => sum + depth, 0);
        expect(words.filter((word) => word.includes("."))).toHaveLength(immediates);
        const again = new Rig(rig.choices.decisions());
        arrange(again, all);
        expect(again.run()).toBe(line);
      }),
    );
  });
});
