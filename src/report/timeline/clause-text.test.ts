import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { PROPERTIES } from "../../../properties/index.js";
import { compareText } from "../../protocol/index.js";
import { clauseHtml, clauseTexts } from "./clause-text.js";

const PROTOCOL = readFileSync(
  fileURLToPath(new URL("../../../docs/PROTOCOL.md", import.meta.url)),
  "utf8",
);

describe("clause texts", () => {
  const texts = clauseTexts(PROTOCOL);

  it("are there for every clause that a property judges", () => {
    const missing = PROPERTIES.flatMap(({ clauses }) => clauses).filter((id) => !texts.has(id));

    expect(missing).toEqual([]);
  });

  it("end where the next clause begins", () => {
    expect(texts.get("STO-10")).toMatch(/^\*\*must\.\*\* The store is linearizable/);
    expect(texts.get("STO-10")).not.toContain("STO-11");
  });

  it("become markup of which every tag is closed", () => {
    for (const text of texts.values()) {
      const { text: made } = clauseHtml(text);
      const tags = (pattern: RegExp) => [...made.matchAll(pattern)].map(([, tag]) => tag ?? "");
      expect(tags(/<\/(\w+)>/g).sort(compareText)).toEqual(tags(/<(\w+)>/g).sort(compareText));
      expect(made.replaceAll(/<code>.*?<\/code>/gs, "")).not.toMatch(/\*\*|`/);
    }
  });
});

describe("clause markup", () => {
  it("knows emphasis, code, links, lists and tables", () => {
    const text = [
      "**must.** A `set` of _x_, see [ADR 1](adr/1.md):",
      "",
      "- one `a*b`",
      "- two",
      "",
      "| A | B |",
      "| - | - |",
      "| 1 | `<2>` |",
    ].join("\n");

    expect(clauseHtml(text).text.replace(/\s*\n\s*/g, "")).toBe(
      "<p><strong>must.</strong> A <code>set</code> of <em>x</em>, see ADR 1:</p>" +
        "<ul><li>one <code>a*b</code></li><li>two</li></ul>" +
        "<table><thead><tr><th>A</th><th>B</th></tr></thead>" +
        "<tbody><tr><td>1</td><td><code>&lt;2&gt;</code></td></tr></tbody></table>",
    );
  });

  it("escapes markup of the text's own", () => {
    expect(clauseHtml("<script>alert(1)</script>").text).toBe(
      "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    );
  });
});
