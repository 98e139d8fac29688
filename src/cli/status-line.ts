/**
 * One line at the bottom of a terminal that is rewritten in place; nothing of it elsewhere.
 *
 * @packageDocumentation
 */
import type { WriteStream } from "node:tty";

/** Rewriting more often only costs time. */
const REWRITE_MS_MIN = 100;

export class StatusLine {
  readonly #stream: WriteStream | null;
  readonly #isLive: boolean;
  #writtenAt = 0;
  #isShown = false;

  /** `stream` null: says nothing at all. */
  constructor(stream: WriteStream | null) {
    this.#stream = stream;
    this.#isLive = stream?.isTTY === true;
  }

  update(line: string): void {
    if (!this.#isLive) return;
    const now = performance.now();
    if (now - this.#writtenAt < REWRITE_MS_MIN) return;
    this.#writtenAt = now;
    this.#isShown = true;
    const columns = this.#stream?.columns ?? 80;
    this.#stream?.write(`\r\u001b[2K${line.slice(0, columns - 1)}`);
  }

  /** A line that stays, above the live one. */
  note(line: string): void {
    this.end();
    this.#stream?.write(`${line}\n`);
  }

  /** Takes the live line away. */
  end(): void {
    if (this.#isShown) this.#stream?.write("\r\u001b[2K");
    this.#isShown = false;
  }
}
