/**
 * Whether the far side of a connection reads what is written to it, and what waits while it doesn't.
 *
 * @packageDocumentation
 */

type Done = () => void;

export class Reading {
  /** How many bytes may wait; null while the far side reads. */
  #waitingMax: number | null = null;
  #waiting = 0;
  /** Writes that are not over, since too much waits. */
  readonly #held: Done[] = [];
  /** What the far side knows of already, and how often it stands in the stream's buffer. */
  readonly #told = new Map<Buffer, number>();

  get isPaused(): boolean {
    return this.#waitingMax !== null;
  }

  pause(waitingBytesMax: number): void {
    this.#waitingMax = waitingBytesMax;
  }

  resume(): void {
    this.#waitingMax = null;
    this.#waiting = 0;
    for (const done of this.#held.splice(0)) done();
  }

  /** The far side was told of a write when it was asked for. */
  told(bytes: Buffer): void {
    this.#told.set(bytes, (this.#told.get(bytes) ?? 0) + 1);
  }

  /** Whether it was; asked once a write. */
  wasTold(bytes: Buffer): boolean {
    const times = this.#told.get(bytes);
    if (times === undefined) return false;
    if (times === 1) this.#told.delete(bytes);
    else this.#told.set(bytes, times - 1);
    return true;
  }

  /** The operating system has taken so many bytes: the write is over, or once there is room again. */
  taken(bytes: number, done: Done): void {
    if (this.#waitingMax === null) {
      done();
      return;
    }
    this.#waiting += bytes;
    if (this.#waiting <= this.#waitingMax) done();
    else this.#held.push(done);
  }
}
