import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { Recording } from "../history/index.js";
import { parseTranscript, type Transcript } from "../protocol/index.js";
import { historyOfTranscript } from "./transcript-history.js";

const FILE = join(
  import.meta.dirname,
  "..",
  "..",
  "corpus",
  "transcripts",
  "happner-protocol-2.14.2.md",
);

function transcript(): Transcript {
  const parsed = parseTranscript(readFileSync(FILE, "utf8"));
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.transcript;
}

describe("the history of a transcript", () => {
  it("holds all 50 messages, each at both boundaries", () => {
    const history = historyOfTranscript(transcript(), "happner-2.14.2");
    if (!history.ok) throw new Error(history.message);
    const kinds = history.value.events.map(({ kind }) => kind);
    const count = (kind: string) => kinds.filter((other) => other === kind).length;

    expect(count("send") + count("write")).toBe(50);
    expect(count("send")).toBe(count("arrive"));
    expect(count("write")).toBe(count("receive"));
  });

  it("has two sessions, and an answer to every request", () => {
    const history = historyOfTranscript(transcript(), "happner-2.14.2");
    if (!history.ok) throw new Error(history.message);
    const recording = new Recording(history.value);

    expect([...recording.connections.keys()]).toEqual(["c1#1", "c2#1"]);
    expect(recording.strays).toEqual([]);
    expect(recording.exchanges.map(({ answers }) => answers.length)).toEqual(
      recording.exchanges.map(() => 1),
    );
  });

  it("fails where a message is nobody's", () => {
    const whole = transcript();
    const headless = { ...whole, messages: whole.messages.slice(3) };

    expect(historyOfTranscript(headless, "x")).toMatchObject({ ok: false });
  });
});
