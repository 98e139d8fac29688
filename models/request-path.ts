/**
 * Which paths a server takes in a request (PROTOCOL.md, profiles).
 *
 * @packageDocumentation
 */
import type { Request } from "../src/protocol/index.js";
import type { Profile } from "./profile.js";

const RESTRICTED = /^[a-zA-Z0-9/(){}+=&:%@._*\-\s]+$/;

/** Why the request's path is refused; null when it isn't. */
export function pathRefusal({ path }: Request, { pathCharacters }: Profile): string | null {
  if (typeof path !== "string") return "the path is not a string";
  if (path === "") return "the path is empty";
  if (pathCharacters === "restricted" && !RESTRICTED.test(path)) {
    return "the path has other characters than a-z A-Z 0-9 / ( ) { } + = & : % @ . _ * -";
  }
  return null;
}
