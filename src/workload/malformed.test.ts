import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isJsonObject, parseClientFrame, ACTIONS, type Json } from "../protocol/index.js";
import { malformedFrames } from "./malformed.js";
import { METHOD_NAMES, PROTOTYPE_NAMES } from "./wrong-values.js";

const FRAMES = fc.sample(malformedFrames({ paths: ["/a/b", "c"], patterns: ["/a/*"] }), {
  numRuns: 24_000,
  seed: 1,
  // As plans are drawn.
  unbiased: true,
});

const REQUESTS = FRAMES.flatMap((text) => {
  const frame = parseClientFrame(text);
  return frame.kind === "request" ? [frame.request] : [];
});

function typeOf(value: Json | undefined): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

const TYPES = ["null", "array", "object", "string", "number", "boolean"];

describe("malformed frames", () => {
  it("are of every kind that a server can meet", () => {
    const kinds = FRAMES.map((text) => parseClientFrame(text).kind);
    for (const kind of ["malformed", "request", "ack", "ping", "pong"]) {
      expect(kinds).toContain(kind);
    }
    const unreadable = FRAMES.filter((text) => {
      try {
        JSON.parse(text);
        return false;
      } catch {
        return true;
      }
    });
    expect(unreadable.length).toBeGreaterThan(800);
  });

  it.each(ACTIONS)("break %s in its data and its options with every type", (action) => {
    const requests = REQUESTS.filter((request) => request.action === action);
    for (const field of ["data", "options"] as const) {
      const types = new Set(requests.map((request) => typeOf(request[field])));
      for (const type of [...TYPES, "undefined"]) expect(types).toContain(type);
    }
  });

  it.each([
    ["set", "targetClients"],
    ["set", "meta"],
    ["set", "consistency"],
    ["get", "criteria"],
    ["on", "refCount"],
    ["on", "depth"],
    ["off", "refCount"],
    ["login", "timeout"],
  ])("give %s the option %s with every type", (action, option) => {
    const types = new Set(
      REQUESTS.flatMap(({ action: of, options }) =>
        of === action && isJsonObject(options) && Object.hasOwn(options, option)
          ? [typeOf(options[option])]
          : [],
      ),
    );
    expect([...types].sort()).toEqual([...TYPES].sort());
  });

  it.each(PROTOTYPE_NAMES)("have %s as action, in paths, as field and as value", (name) => {
    const quoted = JSON.stringify(name);
    const has = (part: string) => FRAMES.some((text) => text.includes(part));

    expect(has(`"action":${quoted}`)).toBe(true);
    expect(has(`/${name}@`)).toBe(true);
    expect(has(`/${name}`)).toBe(true);
    expect(has(`,${quoted}:`)).toBe(true);
    expect(has(`:${quoted}`)).toBe(true);
  });

  it.each(PROTOTYPE_NAMES)("have %s for a session, for data, and for an option", (name) => {
    const isIn = (value: Json | undefined) => value === name;
    expect(REQUESTS.some(({ sessionId }) => isIn(sessionId))).toBe(true);
    expect(REQUESTS.some(({ data }) => isIn(data))).toBe(true);
    expect(
      REQUESTS.some(({ options }) => isJsonObject(options) && Object.values(options).some(isIn)),
    ).toBe(true);
  });

  it.each(METHOD_NAMES)("have %s as a field, and as a key of values", (name) => {
    expect(FRAMES.some((text) => text.includes(`,"${name}":`))).toBe(true);
    expect(FRAMES.some((text) => text.includes(`:{"${name}":1}`))).toBe(true);
  });

  it.each(["$ne", "$regex", "$where"])(
    "have the query operator %s where values are",
    (operator) => {
      for (const action of ["get", "remove", "off"]) {
        expect(
          REQUESTS.some(
            (request) => request.action === action && JSON.stringify(request).includes(operator),
          ),
        ).toBe(true);
      }
    },
  );

  it("are deep or long now and then, and short mostly", () => {
    expect(FRAMES.some((text) => text.length > 90_000)).toBe(true);
    expect(FRAMES.some((text) => /\[{900}/.test(text))).toBe(true);
    expect(FRAMES.filter((text) => text.length < 500).length).toBeGreaterThan(20_000);
  });
});
