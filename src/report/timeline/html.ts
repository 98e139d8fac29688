/**
 * HTML in which everything that is put in is escaped.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";

import { printable } from "../printable.js";

/** Markup that is safe to put into a page. */
export interface Html {
  readonly text: string;
}

/** Puts values into markup: texts and numbers escaped, other markup as it is. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (Html | string | number)[]
): Html {
  const parts = strings.map((text, place) => {
    const value = values[place];
    if (value === undefined) return text;
    return text + (typeof value === "object" ? value.text : escapeHtml(String(value)));
  });
  return { text: parts.join("") };
}

/** Several pieces of markup, one behind the other. */
export function raw(parts: readonly Html[]): Html {
  return { text: parts.map(({ text }) => text).join("") };
}

/** Markup that the tool itself wrote: a script, a style, data that is escaped already. */
export function trusted(text: string): Html {
  return { text };
}

/** No markup at all. */
export const NOTHING: Html = { text: "" };

/** JSON for a data block in a page: nothing in it can end the block, or begin a comment. */
export function jsonForScript(value: unknown): Html {
  const text = JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("&", "\\u0026")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  return { text };
}

/** How a page's policy names a script or a style that stands in it. */
export function sourceHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function escapeHtml(text: string): string {
  return text
    .split("\n")
    .map(printable)
    .join("\n")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
