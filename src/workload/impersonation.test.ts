import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ACTIONS, parseClientFrame } from "../protocol/index.js";
import { impersonations } from "./impersonation.js";

const CLIENTS = ["c1", "c2", "c3"];
const DRAWN = fc.sample(impersonations({ paths: ["/a/b"], patterns: ["/a/*"] }, CLIENTS), {
  numRuns: 4_000,
  seed: 1,
  unbiased: true,
});

describe("impersonations", () => {
  it("mention the clients whose sessions they name, and no others", () => {
    for (const { frame, mentions } of DRAWN) {
      const named = CLIENTS.filter((client) => frame.includes(`$${client}`));
      expect([...(mentions ?? [])].sort()).toEqual(named);
      expect(named).not.toEqual([]);
    }
  });

  it("are requests of every action, with another session in one field", () => {
    for (const action of ACTIONS.filter((one) => one !== "ack")) {
      for (const field of ["sessionId", "id", "session", "_meta"]) {
        const isSuch = ({ frame }: { frame: string }) => {
          const parsed = parseClientFrame(frame);
          if (parsed.kind !== "request" || parsed.request.action !== action) return false;
          return JSON.stringify(parsed.raw[field] ?? null).includes("$c");
        };
        expect(DRAWN.some(isSuch), `${action} ${field}`).toBe(true);
      }
    }
  });

  it("end everything in another's name now and then", () => {
    expect(DRAWN.some(({ frame }) => /"action":"off".*"path":"\*".*"id":"\$c/.test(frame))).toBe(
      true,
    );
  });

  it("acknowledge in the name of another what a third has published", () => {
    const acks = DRAWN.flatMap(({ frame, mentions }) =>
      parseClientFrame(frame).kind === "ack" && frame.includes("-") ? [mentions?.length] : [],
    );
    expect(new Set(acks)).toEqual(new Set([1, 2]));
  });
});
