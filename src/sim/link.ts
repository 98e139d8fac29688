/**
 * One direction of one simulated connection.
 *
 * A WebSocket rides on TCP. A link may therefore delay or end, but it never loses, repeats or
 * reorders a single packet (docs/adr/0003). Invariants:
 * - packets arrive in the order in which they were sent;
 * - what a cut takes is a suffix: of the packets in flight, the first so many arrive and no others;
 * - a packet's own delay lies within the bounds; it may wait longer behind a slower one.
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

export class Link<Packet> {
  readonly #clock: Clock;
  readonly #prng: Prng;
  readonly #latency: LinkLatency;
  readonly #deliver: (packet: Packet) => void;
  readonly #inFlight = new Set<Cancel>();
  /** When the last packet sent arrives: nothing sent later may arrive before. */
  #tailAt = 0;
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

  /** How many packets are on their way. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Puts a packet in flight; false when the link is cut, and then nothing has happened. */
  send(packet: Packet): boolean {
    if (!this.#isOpen) return false;
    this.#tailAt = Math.max(this.#tailAt, this.#clock.now() + this.#drawDelay());
    const cancel = this.#clock.after(this.#tailAt - this.#clock.now(), () => {
      this.#inFlight.delete(cancel);
      this.#deliver(packet);
    });
    this.#inFlight.add(cancel);
    return true;
  }

  /** Takes what is in flight, and returns how many packets that were. The link stays open. */
  drop(): number {
    const lost = this.#inFlight.size;
    for (const cancel of this.#inFlight) cancel();
    this.#inFlight.clear();
    return lost;
  }

  /** Ends the link for good. What is in flight is gone; the number of packets is returned. */
  cut(): number {
    this.#isOpen = false;
    return this.drop();
  }

  #drawDelay(): number {
    const { delayMsMin, delayMsMax, shape } = this.#latency;
    const isNear = shape === "tail" && this.#prng.chance(9, 10);
    const span = delayMsMax - delayMsMin;
    return this.#prng.int(delayMsMin, delayMsMin + (isNear ? Math.floor(span / 10) : span));
  }
}
