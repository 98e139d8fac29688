/**
 * The text of a clause: found in docs/PROTOCOL.md, and made into HTML.
 *
 * Only what that document uses is read: paragraphs, lists, tables, emphasis, code and links, of
 * which the words are kept. Everything is escaped; no markup of the text's own gets through.
 *
 * @packageDocumentation
 */
import { markup, raw, type Html } from "./html.js";

/** Clause id to its text, in Markdown, of a whole specification. */
export function clauseTexts(protocol: string): ReadonlyMap<string, string> {
  const sections = protocol.split(/^#{2,4} /m).map((section) => {
    const end = section.indexOf("\n");
    return [section.slice(0, end).trim(), section.slice(end + 1).trim()] as const;
  });
  return new Map(sections.filter(([heading]) => /^[A-Z]{3}-\d+$/.test(heading)));
}

/** Markdown as HTML. */
export function clauseHtml(text: string): Html {
  const blocks = text.split(/\n\s*\n/).map((block) => block.trim());
  return raw(blocks.filter((block) => block !== "").map(blockHtml));
}

function blockHtml(block: string): Html {
  const lines = block.split("\n");
  if (lines.every((line) => line.startsWith("|"))) return tableHtml(lines);
  if (/^[-*] /.test(block)) {
    const items = block.split(/^[-*] /m).filter((item) => item.trim() !== "");
    return markup`<ul>
      ${raw(items.map((item) => markup`<li>${inlineHtml(item)}</li>`))}
    </ul>`;
  }
  return markup`<p>${inlineHtml(block)}</p>`;
}

function tableHtml(lines: readonly string[]): Html {
  const cells = (line: string) =>
    line
      .replace(/^\||\|\s*$/g, "")
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
  const [head = "", , ...rows] = lines;
  const row = (line: string, tag: "th" | "td") =>
    markup`<tr>
      ${raw(
        cells(line).map((cell) =>
          tag === "th"
            ? markup`<th>${inlineHtml(cell)}</th>`
            : markup`<td>${inlineHtml(cell)}</td>`,
        ),
      )}
    </tr>`;
  return markup`<table>
    <thead>
      ${row(head, "th")}
    </thead>
    <tbody>
      ${raw(rows.map((line) => row(line, "td")))}
    </tbody>
  </table>`;
}

const INLINE =
  /`([^`]+)`|\*\*([^*]+)\*\*|(?<![\w*])[*_]([^*_]+)[*_](?![\w*])|\[([^\]]+)\]\([^)]*\)/g;

function inlineHtml(text: string): Html {
  const parts: Html[] = [];
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    const [whole, code, strong, emphasis, link] = found;
    parts.push(markup`${text.slice(at, found.index)}`);
    if (code !== undefined) parts.push(markup`<code>${code}</code>`);
    else if (strong !== undefined) parts.push(markup`<strong>${strong}</strong>`);
    else if (emphasis !== undefined) parts.push(markup`<em>${inlineHtml(emphasis)}</em>`);
    else parts.push(inlineHtml(link ?? ""));
    at = found.index + whole.length;
  }
  parts.push(markup`${text.slice(at)}`);
  return raw(parts);
}
