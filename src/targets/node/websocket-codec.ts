/**
 * WebSocket as a client speaks it (RFC 6455), without compression and with a constant mask, so that
 * no byte of it is left to chance.
 *
 * @packageDocumentation
 */

/** All zero: a masked frame whose payload reads as it is. */
const MASK = [0, 0, 0, 0] as const;
const KEY = "aGFwcG5zdGFuY2UtY2xpZQ==";

export type Opcode = 0 | 1 | 2 | 8 | 9 | 10;

export const TEXT: Opcode = 1;
export const BINARY: Opcode = 2;
export const CLOSE: Opcode = 8;
export const PING: Opcode = 9;
export const PONG: Opcode = 10;

/** The request that opens a connection. */
export function upgradeRequest(url: string, host: string): Buffer {
  return Buffer.from(
    [
      `GET ${url} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${KEY}`,
      "Sec-WebSocket-Version: 13",
      "",
      "",
    ].join("\r\n"),
    "latin1",
  );
}

/** One whole frame of a client's. */
export function encodeFrame(opcode: Opcode, payload: string | Uint8Array): Buffer {
  const length =
    typeof payload === "string" ? Buffer.byteLength(payload, "utf8") : payload.byteLength;
  const lengthBytes = length < 126 ? 0 : length < 0x1_0000 ? 2 : 8;
  const start = 2 + lengthBytes + MASK.length;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x80 | opcode;
  if (lengthBytes === 0) frame[1] = 0x80 | length;
  else if (lengthBytes === 2) {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 0x80 | 127;
    frame.writeUInt32BE(Math.floor(length / 0x1_0000_0000), 2);
    frame.writeUInt32BE(length >>> 0, 6);
  }
  frame.fill(0, start - MASK.length, start);
  if (typeof payload === "string") frame.write(payload, start, "utf8");
  else frame.set(payload, start);
  return frame;
}

/** What the bytes of a server mean. */
export interface ServerMessages {
  /** The upgrade was answered with this status: 101 when the connection is open. */
  answered(status: number): void;
  /** A whole message, its fragments put together. */
  message(opcode: Opcode, payload: Buffer): void;
  /** The bytes are no WebSocket; nothing follows. */
  garbled(reason: string): void;
}

const HEADER_BYTES_MAX = 16_384;

/** Reads what a server writes, in whatever chunks it comes. */
export class ServerBytes {
  readonly #messages: ServerMessages;
  #pending: Buffer | null = null;
  #phase: "header" | "frames" | "over" = "header";
  #fragments: Buffer[] = [];
  #fragmentOpcode: Opcode = TEXT;

  constructor(messages: ServerMessages) {
    this.#messages = messages;
  }

  push(chunk: Buffer): void {
    if (this.#phase === "over") return;
    let bytes = this.#pending === null ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = null;
    if (this.#phase === "header") {
      const rest = this.#readHeader(bytes);
      if (rest === null) return;
      bytes = rest;
    }
    this.#readFrames(bytes);
  }

  /** Reads no further. */
  stop(): void {
    this.#phase = "over";
    this.#pending = null;
    this.#fragments = [];
  }

  #readHeader(bytes: Buffer): Buffer | null {
    const end = bytes.indexOf("\r\n\r\n");
    if (end === -1) {
      if (bytes.length > HEADER_BYTES_MAX) this.#fail("an endless header");
      else this.#pending = bytes;
      return null;
    }
    const status = /^HTTP\/1\.1 (\d{3})[ \r]/.exec(bytes.toString("latin1", 0, end + 2))?.[1];
    if (status === undefined) {
      this.#fail("no HTTP answer");
      return null;
    }
    this.#phase = status === "101" ? "frames" : "over";
    this.#messages.answered(Number(status));
    return this.#isReading() ? bytes.subarray(end + 4) : null;
  }

  #isReading(): boolean {
    return this.#phase === "frames";
  }

  #readFrames(bytes: Buffer): void {
    let at = 0;
    while (this.#isReading() && bytes.length - at >= 2) {
      const second = bytes[at + 1] as number;
      const short = second & 0x7f;
      const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
      const start = at + 2 + lengthBytes;
      if (bytes.length < start) break;
      const length =
        lengthBytes === 0
          ? short
          : lengthBytes === 2
            ? bytes.readUInt16BE(at + 2)
            : bytes.readUInt32BE(at + 2) * 0x1_0000_0000 + bytes.readUInt32BE(at + 6);
      if (bytes.length < start + length) break;
      this.#readFrame(bytes[at] as number, second, bytes.subarray(start, start + length));
      at = start + length;
    }
    if (this.#isReading() && at < bytes.length) this.#pending = bytes.subarray(at);
  }

  #readFrame(first: number, second: number, payload: Buffer): void {
    const opcode = (first & 0x0f) as Opcode;
    const isLast = (first & 0x80) !== 0;
    if ((first & 0x70) !== 0) this.#fail("a reserved bit is set");
    else if ((second & 0x80) !== 0) this.#fail("a masked frame");
    else if (opcode >= CLOSE) this.#messages.message(opcode, payload);
    else if (isLast && opcode !== 0) this.#messages.message(opcode, payload);
    else {
      if (opcode !== 0) this.#fragmentOpcode = opcode;
      this.#fragments.push(payload);
      if (!isLast) return;
      const whole = Buffer.concat(this.#fragments);
      this.#fragments = [];
      this.#messages.message(this.#fragmentOpcode, whole);
    }
  }

  #fail(reason: string): void {
    this.stop();
    this.#messages.garbled(reason);
  }
}
