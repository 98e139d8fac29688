/**
 * Text from outside, made safe to show: what a payload holds must neither steer a terminal nor turn
 * the lines of a page around.
 *
 * @packageDocumentation
 */

// Control characters, the marks that reorder or hide text, line separators, lone surrogates, and
// what no character is assigned to at the end of a plane.
const HIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text on one line, with everything invisible written out: `\n`, `\u0000`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(HIDDEN, (character) => SHORT[character] ?? escaped(character));
}

/** As `printable`, but line breaks and tabs stay. */
export function printableLines(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.split("\t").map(printable).join("\t"))
    .join("\n");
}

/** At most so many characters, the last of them `…` where something was cut; no surrogate pair is cut in two. */
export function shortened(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const end = Math.max(0, charactersMax - 1);
  const isSplit = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return `${text.slice(0, isSplit ? end - 1 : end)}…`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
