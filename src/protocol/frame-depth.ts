/**
 * How deep a frame's JSON may nest: deeper ones are malformed, so that no later reader, who may be
 * recursive, runs out of stack (FRM-5).
 *
 * @packageDocumentation
 */
export const FRAME_DEPTH_MAX = 500;

/** Whether brackets outside of strings nest deeper than FRAME_DEPTH_MAX. Linear, and not recursive. */
export function isTooDeep(text: string): boolean {
  if (text.length <= FRAME_DEPTH_MAX) return false;
  let depth = 0;
  let isString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isString) {
      if (character === "\\") index += 1;
      else if (character === '"') isString = false;
    } else if (character === '"') isString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    if (depth > FRAME_DEPTH_MAX) return true;
  }
  return false;
}
