/**
 * One direction of one simulated connection.
 *
 * A WebSocket rides on TCP. A link may therefore delay, hold back or end, but it never loses, repeats
 * or reorders a single packet (docs/adr/0003), whatever conditions it is under. Invariants:
 * - packets arrive in the order in which they were sent;
 * - what a cut takes is a suffix: of the packets in flight, the first so many arrive and no others;
 * - a packet's own delay lies within the bounds; it may wait longer behind a slower one;
 * - while the link is held, nothing arrives; what was due meanwhile arrives when it is released.
 *
 * @packageDocumentation
 */
import type { Cancel, Clock } from "./clock.js";
import type { Prng } from "./streams.js";

export interface LinkLatency {
  /** One-way delay of a packet, in whole virtual milliseconds. */
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** `uniform` between the bounds, or `tail`: in the lowest tenth nine times in ten. */
  readonly shape: "uniform" | "tail";
}

/** What makes a link worse than it is by itself, for packets that are sent meanwhile. */
export type LinkCondition =
  /** The delay is drawn from these bounds instead; of several, from the last. */
  | ({ readonly kind: "latency" } & LinkLatency)
  /** The delay is up to that much longer. */
  | { readonly kind: "jitter"; readonly jitterMsMax: number }
  /** Packets leave one after the other, at that pace; of several, at the slowest. */
  | { readonly kind: "bandwidth"; readonly bytesPerSecond: number };

/** Under which conditions a link is, and the chance they draw from, apart from the link's own. */
export interface LinkConditions {
  readonly all: readonly LinkCondition[];
  readonly prng: Prng;
}

export class Link<Packet> {
  readonly #clock: Clock;
  readonly #prng: Prng;
  readonly #latency: LinkLatency;
  readonly #deliver: (packet: Packet) => void;
  /** On their way, and come but held, in the order sent. */
  readonly #packets: Packet[] = [];
  /** Each lets the first packet arrive: which one that is, is the order's to say. */
  readonly #arrivals = new Set<Cancel>();
  #conditions: LinkConditions | null = null;
  #heldTimes = 0;
  /** How many arrivals came while the link was held. */
  #waiting = 0;
  /** When the last packet sent arrives: nothing sent later may arrive before. */
  #tailAt = 0;
  /** When the last packet sent has left, under a bandwidth. */
  #leftAt = 0;
  #isOpen = true;

  /** @throws RangeError when the bounds are no whole numbers, negative or upside down */
  constructor(clock: Clock, prng: Prng, latency: LinkLatency, deliver: (packet: Packet) => void) {
    const { delayMsMin, delayMsMax } = latency;
    const areWhole = Number.isSafeInteger(delayMsMin) && Number.isSafeInteger(delayMsMax);
    if (!areWhole || delayMsMin < 0 || delayMsMax < delayMsMin) {
      throw new RangeError(`a delay can't lie between ${delayMsMin} and ${delayMsMax} ms`);
    }
    this.#clock = clock;
    this.#prng = prng;
    this.#latency = latency;
    this.#deliver = deliver;
  }

  /** How many packets are on their way, those that are held back included. */
  get inFlight(): number {
    return this.#packets.length;
  }

  /**
   * Puts a packet in flight; false when the link is cut, and then nothing has happened.
   * @param bytes how big it is, for a bandwidth
   */
  send(packet: Packet, bytes = 0): boolean {
    if (!this.#isOpen) return false;
    const now = this.#clock.now();
    // Drawn in any case: conditions don't change anybody's luck after them.
    const ownDelayMs = drawDelay(this.#latency, this.#prng);
    const arrivesAt =
      this.#conditions === null
        ? now + ownDelayMs
        : this.#arrivalUnder(this.#conditions, ownDelayMs, bytes);
    this.#tailAt = Math.max(this.#tailAt, arrivesAt);
    this.#packets.push(packet);
    this.#letArrive(this.#tailAt - now);
    return true;
  }

  /** From now on the link is under these conditions; null for none. */
  under(conditions: LinkConditions | null): void {
    this.#conditions = conditions;
  }

  /** Holds everything back, until released as often as held. */
  hold(): void {
    this.#heldTimes += 1;
  }

  /** Undoes one `hold`; after the last, what was due arrives at this moment, in order. */
  release(): void {
    if (this.#heldTimes === 0) throw new Error("a link is released that is not held");
    this.#heldTimes -= 1;
    if (this.#heldTimes > 0) return;
    const due = this.#waiting;
    this.#waiting = 0;
    for (let count = 0; count < due; count += 1) this.#letArrive(0);
  }

  /** Takes what is in flight, and returns how many packets that were. The link stays open. */
  drop(): number {
    const lost = this.#packets.length;
    this.#packets.length = 0;
    this.#waiting = 0;
    for (const cancel of this.#arrivals) cancel();
    this.#arrivals.clear();
    return lost;
  }

  /** Ends the link for good. What is in flight is gone; the number of packets is returned. */
  cut(): number {
    this.#isOpen = false;
    return this.drop();
  }

  #letArrive(delayMs: number): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#arrivals.delete(cancel);
      if (this.#heldTimes > 0) this.#waiting += 1;
      else this.#deliver(this.#packets.shift() as Packet);
    });
    this.#arrivals.add(cancel);
  }

  #arrivalUnder({ all, prng }: LinkConditions, ownDelayMs: number, bytes: number): number {
    let delayMs = ownDelayMs;
    let jitterMs = 0;
    let leavesAt = this.#clock.now();
    for (const condition of all) {
      switch (condition.kind) {
        case "latency":
          delayMs = drawDelay(condition, prng);
          break;
        case "jitter":
          jitterMs += prng.int(0, condition.jitterMsMax);
          break;
        case "bandwidth": {
          const begins = Math.max(this.#leftAt, this.#clock.now());
          const takesMs = Math.ceil((bytes * 1_000) / condition.bytesPerSecond);
          leavesAt = Math.max(leavesAt, begins + takesMs);
          break;
        }
      }
    }
    this.#leftAt = Math.max(this.#leftAt, leavesAt);
    return leavesAt + delayMs + jitterMs;
  }
}

function drawDelay({ delayMsMin, delayMsMax, shape }: LinkLatency, prng: Prng): number {
  const isNear = shape === "tail" && prng.chance(9, 10);
  const span = delayMsMax - delayMsMin;
  return prng.int(delayMsMin, delayMsMin + (isNear ? Math.floor(span / 10) : span));
}
