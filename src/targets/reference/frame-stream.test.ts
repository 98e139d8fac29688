import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { encodeFrame, FrameStream, FRAMING_HABITS } from "./frame-stream.js";

const frames = fc.array(fc.oneof(fc.string(), fc.uint8Array({ maxLength: 20 })), { maxLength: 12 });

describe("a stream of frames", () => {
  it("gives back the frames, wherever the chunks end", () => {
    fc.assert(
      fc.property(frames, fc.array(fc.nat(40)), (sent, lengths) => {
        const bytes = Buffer.concat(sent.map((frame) => encodeFrame(frame)));
        const stream = new FrameStream(FRAMING_HABITS);
        const came: (string | null)[] = [];
        let at = 0;
        for (const length of [...lengths, bytes.length]) {
          came.push(...stream.push(bytes.subarray(at, at + length)));
          at += length;
        }

        expect(came).toEqual(sent.map((frame) => (typeof frame === "string" ? frame : null)));
      }),
    );
  });
});
