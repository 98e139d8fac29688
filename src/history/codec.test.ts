import { describe, expect, it } from "vitest";

import { canonicalHistory, formatHistory, parseHistory } from "./codec.js";
import type { History, HistoryEvent } from "./event.js";

const HISTORY: History = {
  header: {
    format: 1,
    target: "reference",
    profile: "1.x",
    mode: "concurrent",
    epochMs: 1_700_000_000_000,
    fresh: true,
  },
  events: [
    { at: 0, kind: "started" },
    { at: 0, kind: "connect", connection: "c1#1", client: "c1" },
    { at: 1, kind: "open", connection: "c1#1" },
    { at: 1, kind: "send", connection: "c1#1", operation: "o1", frame: '{"a":"é\\n"}' },
    { at: 2, kind: "arrive", connection: "c1#1", of: 3 },
    { at: 2, kind: "write", connection: "c1#1", frame: "{}" },
    { at: 3, kind: "receive", connection: "c1#1", of: 5 },
    { at: 3, kind: "leave", connection: "c1#1", how: "cut" },
    { at: 4, kind: "end", connection: "c1#1", by: "client", how: "reset" },
    { at: 4, kind: "closed", connection: "c1#1", how: "reset" },
    { at: 4, kind: "connect", connection: "c1#2", client: "c1" },
    { at: 4, kind: "refused", connection: "c1#2", reason: "http 503" },
    { at: 4, kind: "skip", operation: "o2", reason: "not connected" },
    { at: 5, kind: "undeterministic", what: "os.cpus", site: "a/b.js:1" },
    { at: 5, kind: "crash", cause: "hang", message: "busy", frames: ["a/b.js:1 f"] },
    { at: 6, kind: "stopping" },
    { at: 6, kind: "stopped" },
    { at: 6, kind: "killed", loses: "machine" },
    { at: 6, kind: "started" },
    { at: 6, kind: "send", connection: "c1#2", operation: "o3", frame: "{}" },
    { at: 6, kind: "relay", connection: "c1#2", of: 19 },
    { at: 6, kind: "arrive", connection: "c1#2", of: 20 },
    { at: 6, kind: "arrive", connection: "c1#2", of: 19 },
    { at: 7, kind: "end", connection: "c1#2", by: "network", how: "reset" },
    { at: 7, kind: "fault", fault: "f1", what: { kind: "cut", clients: ["c1"], how: "reset" } },
    { at: 7, kind: "healed", fault: "f1" },
    { at: 7, kind: "clock", offsetMs: -5_000, perMillion: 20 },
    { at: 7, kind: "heal" },
    { at: 8, kind: "quiet" },
    { at: 9, kind: "left" },
    { at: 9, kind: "census", timers: 3, sockets: 0 },
  ],
};

const TEXT = formatHistory(HISTORY);

/** The text with one line replaced; lines count from 1. */
function withLine(line: number, replacement: string): string {
  const lines = TEXT.split("\n");
  lines[line - 1] = replacement;
  return lines.join("\n");
}

function messageOf(text: string): string {
  const parsed = parseHistory(text);
  return parsed.ok ? "read" : parsed.message;
}

describe("history codec", () => {
  it("reads back every kind of event as it was", () => {
    expect(parseHistory(TEXT)).toEqual({ ok: true, history: HISTORY });
  });

  it("writes one line for the header and one for each event", () => {
    expect(TEXT.split("\n")).toHaveLength(1 + HISTORY.events.length + 1);
    expect(TEXT.split("\n")[0]).toBe(
      '{"format":1,"target":"reference","profile":"1.x","mode":"concurrent","epochMs":1700000000000,"fresh":true,"events":31}',
    );
  });

  it("reads a history written by hand, without a count and without a last newline", () => {
    const text = withLine(
      1,
      '{"format":1,"target":"reference","profile":"1.x","mode":"concurrent","epochMs":1700000000000,"fresh":true}',
    ).trimEnd();

    expect(parseHistory(text)).toEqual({ ok: true, history: HISTORY });
  });

  it.each([
    ["", "line 1 of the history is missing: the history is empty."],
    ["{", "line 1 of the history is not JSON."],
    ["[]\n", "line 1 of the history is not a JSON object."],
    ["{}\n", 'line 1 of the history is a header without "format".'],
    [withLine(2, "nonsense"), "line 2 of the history is not JSON."],
    [
      withLine(2, '{"at":0,"kind":"began"}'),
      'line 2 of the history is an event of no known kind: "began".',
    ],
    [
      withLine(2, '{"at":-1,"kind":"started"}'),
      'line 2 of the history is an event "started" whose "at" cannot be -1.',
    ],
    [
      withLine(2, '{"at":0,"kind":"started","by":"me"}'),
      'line 2 of the history is an event "started" with an unknown field "by".',
    ],
    [
      withLine(4, '{"at":1,"kind":"open"}'),
      'line 4 of the history is an event "open" without "connection".',
    ],
    [
      withLine(4, '{"at":1,"kind":"open","connection":"c9#1"}'),
      'line 4 of the history uses connection "c9#1", which no "connect" opened.',
    ],
    [
      withLine(4, '{"at":1,"kind":"connect","connection":"c1#1","client":"c1"}'),
      'line 4 of the history opens connection "c1#1" a second time.',
    ],
    [
      withLine(5, '{"at":0,"kind":"quiet"}'),
      "line 5 of the history goes back in time, from 1 to 0 ms.",
    ],
    [
      withLine(6, '{"at":2,"kind":"arrive","connection":"c1#1","of":2}'),
      'line 6 of the history says that event 2 arrived, which is no earlier "send" of "c1#1".',
    ],
    [
      withLine(6, '{"at":2,"kind":"arrive","connection":"c1#1","of":99}'),
      'line 6 of the history says that event 99 arrived, which is no earlier "send" of "c1#1".',
    ],
    [
      withLine(7, '{"at":2,"kind":"arrive","connection":"c1#1","of":3}'),
      "line 7 of the history says that event 3 arrived once more.",
    ],
  ])("refuses %j, and names the line", (text, message) => {
    expect(messageOf(text)).toBe(
      `${message} The file is truncated or was edited; record it again.`,
    );
  });

  it("refuses a newer format, and says what to do", () => {
    expect(messageOf('{"format":2}\n')).toBe(
      "line 1 of the history has format 2, and this version reads format 1. Read it with the version that wrote it.",
    );
  });

  it("refuses every truncation of a history", () => {
    for (let length = 0; length < TEXT.length - 1; length += 1) {
      expect(messageOf(TEXT.slice(0, length))).toContain("truncated");
    }
  });

  it("has one canonical text whatever the order of keys and the name of the target", () => {
    const reordered: History = {
      header: { ...HISTORY.header, target: "node:other.js" },
      events: HISTORY.events.map(
        (event) => Object.fromEntries(Object.entries(event).reverse()) as unknown as HistoryEvent,
      ),
    };

    expect(canonicalHistory(reordered)).toBe(canonicalHistory(HISTORY));
  });

  it("has another canonical text when one event differs", () => {
    const events = HISTORY.events.map((event, index) =>
      index === 5 ? { ...event, at: event.at + 1 } : event,
    );

    expect(canonicalHistory({ ...HISTORY, events })).not.toBe(canonicalHistory(HISTORY));
  });
});
