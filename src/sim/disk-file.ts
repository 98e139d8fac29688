/**
 * A file on a simulated disk: what it holds, and what of that is safe from a power failure.
 *
 * @packageDocumentation
 */
import { DiskError, type DiskCall } from "./disk-failure.js";
import type { Prng } from "./streams.js";

/** The disk that a file is on. */
export interface Platter {
  /** @throws DiskError EIO where calls of that sort fail */
  check(call: DiskCall): void;
  /** How many of that many more bytes there is room for; they are taken. */
  take(bytes: number): number;
  give(bytes: number): void;
  syncNames(): void;
}

/** A change of the content that is not synced. */
type Edit =
  | { readonly kind: "write"; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: "resize"; readonly size: number };

export class DiskFile {
  /** In the order of creation, over the whole disk. */
  readonly number: number;
  readonly #platter: Platter;
  /** What is read, with room behind it. */
  #buffer = new Uint8Array(256);
  #size = 0;
  #synced = new Uint8Array(0);
  #edits: Edit[] = [];

  constructor(number: number, platter: Platter) {
    this.number = number;
    this.#platter = platter;
  }

  get size(): number {
    return this.#size;
  }

  /** The bytes from a position on, at most so many. @throws DiskError EIO */
  read(position: number, bytesMax: number): Uint8Array {
    this.#platter.check("read");
    const end = Math.min(this.#size, position + bytesMax);
    return this.#buffer.slice(Math.min(position, end), end);
  }

  /**
   * Writes at a position, and says how many bytes were written: fewer than given where the disk is
   * full. @throws DiskError ENOSPC where it is none, EIO
   */
  write(position: number, bytes: Uint8Array): number {
    this.#platter.check("write");
    const growth = Math.max(0, position + bytes.length - this.#size);
    const room = this.#platter.take(growth);
    const written = bytes.slice(0, bytes.length - (growth - room));
    if (written.length === 0 && bytes.length > 0) throw new DiskError("ENOSPC");
    this.#apply({ kind: "write", position, bytes: written });
    return written.length;
  }

  /** Cuts the end off, or fills up with zeros. @throws DiskError ENOSPC, EIO */
  resize(size: number): void {
    this.#platter.check("write");
    if (size < this.#size) this.#platter.give(this.#size - size);
    else if (this.#platter.take(size - this.#size) < size - this.#size) {
      throw new DiskError("ENOSPC");
    }
    this.#apply({ kind: "resize", size });
  }

  /** Makes the content durable, and the names of the disk. @throws DiskError EIO */
  sync(): void {
    this.#platter.check("sync");
    this.#platter.syncNames();
    if (this.#edits.length === 0) return;
    this.#synced = this.#buffer.slice(0, this.#size);
    this.#edits = [];
  }

  /** Power fails: the first so many edits survive, and perhaps a piece of the next one. */
  losePower(prng: Prng): void {
    const edits = this.#edits;
    if (edits.length === 0) return;
    const survivingCount = prng.int(0, edits.length);
    this.#buffer = this.#synced.slice();
    this.#size = this.#buffer.length;
    this.#edits = [];
    for (const edit of edits.slice(0, survivingCount)) this.#apply(edit);
    const next = edits[survivingCount];
    if (next?.kind === "write" && prng.chance(1, 2)) {
      this.#apply({ ...next, bytes: next.bytes.slice(0, prng.int(0, next.bytes.length)) });
    }
    this.#synced = this.#buffer.slice(0, this.#size);
    this.#edits = [];
  }

  #apply(edit: Edit): void {
    this.#edits.push(edit);
    const size =
      edit.kind === "resize" ? edit.size : Math.max(this.#size, edit.position + edit.bytes.length);
    this.#reserve(size);
    if (size < this.#size) this.#buffer.fill(0, size, this.#size);
    if (edit.kind === "write") this.#buffer.set(edit.bytes, edit.position);
    this.#size = size;
  }

  #reserve(size: number): void {
    if (size <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(size, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#size));
    this.#buffer = larger;
  }
}
