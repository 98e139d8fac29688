/**
 * Frames as a stream of bytes: each after its length, so that chunks may end anywhere.
 *
 * @packageDocumentation
 */

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
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that the chunk completes; a binary one is null. */
  push(chunk: Uint8Array): (string | null)[] {
    let bytes = Buffer.concat([this.#rest, chunk]);
    const frames: (string | null)[] = [];
    for (;;) {
      if (bytes.length < LENGTH_BYTES) break;
      const head = bytes.readUInt32BE(0);
      const isBinary = (head & BINARY) !== 0;
      const end = LENGTH_BYTES + (head & ~BINARY);
      if (bytes.length < end) break;
      frames.push(isBinary ? null : bytes.toString("utf8", LENGTH_BYTES, end));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return frames;
  }
}
