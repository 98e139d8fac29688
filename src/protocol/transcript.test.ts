import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseTranscript, type Transcript, type TranscriptResult } from "./transcript.js";

const RECORDED = readFileSync(
  new URL("../../corpus/transcripts/happner-protocol-2.14.2.md", import.meta.url),
  "utf8",
);

function read(text: string): Transcript {
  const result = parseTranscript(text);
  if (!result.ok) throw new Error(result.message);
  return result.transcript;
}

function message(frame: string, direction = "client -> server"): string {
  return `### ${direction}\n\`\`\`json\n${frame}\n\`\`\`\n`;
}

function broken(text: string): Extract<TranscriptResult, { ok: false }> {
  const result = parseTranscript(text);
  if (result.ok) throw new Error("the text is not broken");
  return result;
}

describe("the recorded transcript", () => {
  it("holds one run of 50 messages in six sections that grow", () => {
    const { sections, messages } = read(RECORDED);

    expect(sections.map(({ title, messages: { length } }) => `${length} ${title}`)).toEqual([
      "26 happner protocol specification",
      "26 create happner client",
      "32 connect happner client to happner server",
      "47 subscribe to mesh event",
      "49 disconnect from happner server",
      "50 stopping happner server",
    ]);
    expect(messages).toHaveLength(50);
    expect(messages.filter(({ direction }) => direction === "client -> server")).toHaveLength(23);
  });

  it("names for each message the section that shows it first, and its line in the last one", () => {
    const { messages } = read(RECORDED);

    expect(messages[0]).toEqual({
      section: "happner protocol specification",
      line: 9459,
      direction: "client -> server",
      frame: { action: "configure-session", eventId: 1, data: { protocol: "happn_1.3.0" } },
    });
    expect(messages[26]?.section).toBe("connect happner client to happner server");
    expect(messages[49]).toMatchObject({
      section: "stopping happner server",
      frame: { eventKey: "server-side-disconnect" },
    });
  });
});

describe("a transcript", () => {
  it("may end its lines as Windows does, and hold other text", () => {
    const text = `# one\n\nwords\n## more\n### creating something\n${message('{"a":1}')}tail`;

    expect(read(text.replaceAll("\n", "\r\n")).messages).toHaveLength(1);
  });

  it.each([
    ["broken JSON", `# one\n${message('{\n  "a": 1,\n}')}`, 6, /^line 6: broken JSON: /],
    ["cut JSON", `# one\n${message('{\n  "a":')}`, 4, /^line \d: broken JSON: /],
    ["a JSON scalar", `# one\n${message("7")}`, 4, /a message is a JSON object/],
    ["a fence without an end", "# one\n### client -> server\n```json\n{}", 3, /does not end/],
    ["another fence", "# one\n### client -> server\n```yaml\n{}\n```", 3, /fenced by ```json/],
    [
      "an unknown direction",
      `# one\n${message("{}", "server -> server")}`,
      2,
      /"server -> server"/,
    ],
    ["no direction", "# one\n```json\n{}\n```", 2, /without a direction/],
    ["a direction and no message", "# one\n### client -> server\n", 2, /no message follows/],
    ["two directions", `# one\n### client -> server\n${message("{}")}`, 2, /no message follows/],
    ["a section between", `# one\n### client -> server\n# two\n`, 2, /no message follows/],
    ["no section", message("{}"), 2, /before the first section/],
    ["no message", "# one\n", 1, /there is no message/],
    ["nothing", "", 1, /there is no message/],
    [
      "sections that differ",
      `# one\n${message('{"a":1}')}# two\n${message('{"a":2}')}`,
      4,
      /has another message here/,
    ],
    [
      "a last section that is shorter",
      `# one\n${message("{}")}${message("{}")}# two\n${message("{}")}`,
      8,
      /has another message here/,
    ],
  ])("with %s is refused, naming the line", (_name, text, line, expected) => {
    const result = broken(text);

    expect(result.message).toMatch(expected);
    expect(result.message.startsWith(`line ${result.line}: `)).toBe(true);
    if (_name !== "cut JSON") expect(result.line).toBe(line);
  });

  it("is answered for whatever the text, and never throws", () => {
    const piece = fc.constantFrom(
      "# one",
      "### client -> server",
      "### server -> client",
      "```json",
      "```",
      "{}",
      '{"a":',
      "words",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (lines) => {
        const result = parseTranscript(lines.join("\n"));
        if (!result.ok) expect(result.line).toBeGreaterThan(0);
      }),
    );
  });

  it("is cut anywhere and still answered", () => {
    for (let length = 0; length < RECORDED.length; length += 9_973) {
      const result = parseTranscript(RECORDED.slice(0, length));
      if (!result.ok) expect(result.message).toContain(`line ${result.line}`);
    }
  });
});
