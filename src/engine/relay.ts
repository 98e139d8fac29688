/**
 * What sits between a client and the server, and holds, reorders and repeats whole requests.
 *
 * @packageDocumentation
 */
import type { Cancel, Clock, Prng } from "../sim/index.js";

export interface RelayHabits {
  /** Each request is held for up to so many virtual milliseconds, by itself. */
  readonly holdMsMax: number;
  /** So many of ten are sent on once more, held by themselves too. */
  readonly repeatsOfTen: number;
}

interface Held {
  readonly cancel: Cancel;
  readonly send: () => void;
}

export class Relay {
  readonly #clock: Clock;
  readonly #prng: () => Prng;
  readonly #held = new Set<Held>();

  constructor(clock: Clock, prng: () => Prng) {
    this.#clock = clock;
    this.#prng = prng;
  }

  /** Takes a request in; `send` sends it on, and `repeat` does so once more. */
  take({ holdMsMax, repeatsOfTen }: RelayHabits, send: () => void, repeat: () => void): void {
    const prng = this.#prng();
    const holdMs = prng.int(0, holdMsMax);
    const isRepeated = prng.chance(repeatsOfTen, 10);
    // Drawn in any case, so that a request more or less repeated leaves the next one alone.
    const repeatMs = prng.int(0, holdMsMax);
    this.#hold(holdMs, send);
    if (isRepeated) this.#hold(repeatMs, repeat);
  }

  /** Sends on all that is held, in the order in which it came. */
  flush(): void {
    for (const held of [...this.#held]) {
      held.cancel();
      this.#held.delete(held);
      held.send();
    }
  }

  /** Loses all that is held: the connection is reset. */
  drop(): void {
    for (const { cancel } of this.#held) cancel();
    this.#held.clear();
  }

  #hold(holdMs: number, send: () => void): void {
    const held: Held = {
      send,
      cancel: this.#clock.after(holdMs, () => {
        this.#held.delete(held);
        send();
      }),
    };
    this.#held.add(held);
  }
}
