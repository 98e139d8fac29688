/**
 * Frames as a stream of bytes: each after its length, so that chunks may end anywhere.
 *
 * @packageDocumentation
 */

/** How a server takes in frames; mutants have other habits. */
export interface FramingHabits {
  /** The text of a frame that came in these pieces. */
  textOf(pieces: readonly Uint8Array[]): string;
  /** Those of the frames that one chunk completed that it takes in. */
  ofChunk(frames: readonly (string | null)[]): readonly (string | null)[];
}

export const FRAMING_HABITS: FramingHabits = {
  // Together: a character may lie across two pieces.
  textOf: (pieces) => Buffer.concat(pieces).toString("utf8"),
  ofChunk: (frames) => frames,
};

const LENGTH_BYTES = 4;
/** The bit of the length that tells a binary frame. */
const BINARY = 0x8000_0000;

/** The bytes that carry a frame. */
export function encodeFrame(frame: string | Uint8Array): Buffer {
  const payload = typeof frame === "string" ? Buffer.from(frame, "utf8") : frame;
  const bytes = Buffer.alloc(LENGTH_BYTES + payload.length);
  bytes.writeUInt32BE((payload.length | (typeof frame === "string" ? 0 : BINARY)) >>> 0, 0);
  bytes.set(payload, LENGTH_BYTES);
  return bytes;
}

/** Puts frames together again, in whatever chunks they come. */
export class FrameStream {
  readonly #habits: FramingHabits;
  #rest: Buffer = Buffer.alloc(0);
  /** Where, in what is left, chunks ended. */
  #ends: number[] = [];

  constructor(habits: FramingHabits) {
    this.#habits = habits;
  }

  /** Whether the last chunk ended inside a frame. */
  get isInside(): boolean {
    return this.#rest.length > 0;
  }

  /** The frames that the chunk completes; a binary one is null. */
  push(chunk: Uint8Array): readonly (string | null)[] {
    let bytes = Buffer.concat([this.#rest, chunk]);
    this.#ends.push(bytes.length);
    const frames: (string | null)[] = [];
    for (;;) {
      if (bytes.length < LENGTH_BYTES) break;
      const head = bytes.readUInt32BE(0);
      const isBinary = (head & BINARY) !== 0;
      const end = LENGTH_BYTES + (head & ~BINARY);
      if (bytes.length < end) break;
      frames.push(isBinary ? null : this.#habits.textOf(this.#piecesOf(bytes, end)));
      bytes = bytes.subarray(end);
      this.#ends = this.#ends.flatMap((at) => (at > end ? [at - end] : []));
    }
    this.#rest = bytes;
    return this.#habits.ofChunk(frames);
  }

  /** The payload of the first frame, in the pieces in which it came. */
  #piecesOf(bytes: Buffer, end: number): readonly Uint8Array[] {
    const pieces: Uint8Array[] = [];
    let from = LENGTH_BYTES;
    for (const at of [...this.#ends, end]) {
      const to = Math.min(at, end);
      if (to > from) pieces.push(bytes.subarray(from, to));
      from = Math.max(from, to);
    }
    return pieces;
  }
}
