/**
 * Paths, patterns and channels.
 */

/** @param {string} path */
export function isPattern(path) {
  return path.includes("*");
}

/**
 * Whether the whole path fits the pattern: `*` is any run of characters, none and `/` included.
 *
 * @param {string} pattern
 * @param {string} path
 */
export function matches(pattern, path) {
  const [first, ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === path;
  if (!path.startsWith(first)) return false;
  let position = first.length;
  for (const literal of rest) {
    const found = path.indexOf(literal, position);
    if (found < 0) return false;
    position = found + literal.length;
  }
  return path.length - last.length >= position && path.endsWith(last);
}

/**
 * `/SET@/a/*` as its action and path; null where the text is no channel.
 *
 * @param {unknown} text
 */
export function channelOf(text) {
  const found = typeof text === "string" ? /^\/(SET|REMOVE|ALL)@(.*)$/s.exec(text) : null;
  return found === null ? null : { text: found[0], action: found[1], path: found[2] };
}
