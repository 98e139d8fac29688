/**
 * Where a text stops being JSON: engines don't say it in words that a program may rely on.
 *
 * @packageDocumentation
 */

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const TEXT = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;

/** Line, counted from 1, of the first character at which a text can't be JSON any more. */
export function jsonFaultLine(text: string): number {
  return text.slice(0, faultIndex(text)).split("\n").length;
}

function faultIndex(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) return false;
    at = pattern.lastIndex;
    return true;
  };
  const has = (character: string): boolean => {
    take(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  /** What closes the arrays and objects that are open, the innermost last. */
  const open: ("]" | "}")[] = [];
  /** The key of an object's entry and its colon; nothing in an array. */
  const isKeyed = () => open.at(-1) !== "}" || ((take(SPACE), take(TEXT)) && has(":"));
  for (;;) {
    take(SPACE);
    const closing = has("{") ? "}" : has("[") ? "]" : null;
    if (closing !== null) {
      open.push(closing);
      if (!has(closing)) {
        if (!isKeyed()) return at;
        continue;
      }
      open.pop();
    } else if (!take(TEXT) && !take(SCALAR)) return at;
    // A value is complete: so may be what holds it.
    for (;;) {
      const closer = open.at(-1);
      if (closer === undefined) {
        take(SPACE);
        return at;
      }
      if (has(closer)) {
        open.pop();
        continue;
      }
      if (!has(",") || !isKeyed()) return at;
      break;
    }
  }
}
