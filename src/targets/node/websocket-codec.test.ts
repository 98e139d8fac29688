import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  BINARY,
  CLOSE,
  encodeFrame,
  PING,
  ServerBytes,
  TEXT,
  type Opcode,
} from "./websocket-codec.js";

const ANSWER = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

/** A server's frame: like a client's, without the mask. */
function serverFrame(opcode: number, payload: Buffer, isLast = true): Buffer {
  const masked = encodeFrame(opcode as Opcode, payload);
  const header = Buffer.from(masked.subarray(0, masked.length - payload.length - 4));
  header[0] = (isLast ? 0x80 : 0) | opcode;
  header[1] = (header[1] as number) & 0x7f;
  return Buffer.concat([header, payload]);
}

/** Reads bytes in chunks of the given sizes (the last one again and again). */
function read(bytes: Buffer, chunkSizes: readonly number[] = [bytes.length]): string[] {
  const seen: string[] = [];
  const reader = new ServerBytes({
    answered: (status) => seen.push(`answered ${status}`),
    message: (opcode, payload) => seen.push(`${opcode} ${payload.toString("utf8")}`),
    garbled: (reason) => seen.push(`garbled: ${reason}`),
  });
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = chunkSizes[Math.min(turn, chunkSizes.length - 1)] ?? bytes.length;
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  return seen;
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.integer({ min: 120, max: 130 }).map((length) => "é".repeat(length)),
  fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_001).map((length) => "x".repeat(length)),
);

describe("websocket codec", () => {
  it("reads every message of a server's, in whatever chunks and fragments they come", () => {
    const message = fc.record({ text, cut: fc.nat({ max: 200 }) });
    const chunks = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 4 }), chunks, (messages, chunkSizes) => {
        const frames = messages.flatMap(({ text: sent, cut }) => {
          const payload = Buffer.from(sent);
          if (cut === 0) return [serverFrame(TEXT, payload)];
          return [
            serverFrame(TEXT, payload.subarray(0, cut), false),
            serverFrame(PING, Buffer.from("between")),
            serverFrame(0, payload.subarray(cut)),
          ];
        });
        const seen = read(Buffer.concat([Buffer.from(ANSWER), ...frames]), chunkSizes);

        expect(seen.filter((line) => !line.startsWith(`${PING} `))).toEqual([
          "answered 101",
          ...messages.map(({ text: sent }) => `${TEXT} ${Buffer.from(sent).toString("utf8")}`),
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it("masks what it writes, with a mask that changes nothing", () => {
    fc.assert(
      fc.property(text, (sent) => {
        const frame = encodeFrame(TEXT, sent);
        const payload = Buffer.from(sent);
        const start = frame.length - payload.length;

        expect((frame[1] as number) & 0x80).toBe(0x80);
        expect([...frame.subarray(start - 4, start)]).toEqual([0, 0, 0, 0]);
        expect(frame.subarray(start).equals(payload)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("writes the length in the shortest of its three forms", () => {
    const headerOf = (length: number) =>
      encodeFrame(BINARY, Buffer.alloc(length)).length - length - 4;

    expect([125, 126, 65_535, 65_536].map(headerOf)).toEqual([2, 4, 4, 10]);
  });

  it("reads nothing after a refusal", () => {
    expect(read(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\nbody"))).toEqual(["answered 400"]);
  });

  it("tells bytes that are no WebSocket", () => {
    const open = Buffer.from(ANSWER);
    const masked = encodeFrame(CLOSE, "");

    expect(read(Buffer.from("SSH-2.0\r\n\r\n"))).toEqual(["garbled: no HTTP answer"]);
    expect(read(Buffer.alloc(20_000))).toEqual(["garbled: an endless header"]);
    expect(read(Buffer.concat([open, masked]))[1]).toBe("garbled: a masked frame");
    expect(read(Buffer.concat([open, Buffer.of(0xc1, 0)]))[1]).toBe(
      "garbled: a reserved bit is set",
    );
  });
});
