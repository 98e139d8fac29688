/**
 * Which paths a server takes in a request (PROTOCOL.md, profiles).
 *
 * @packageDocumentation
 */
import type { Request } from "../src/protocol/index.js";
import type { Profile } from "./profile.js";

const RESTRICTED = /^[a-zA-Z0-9/(){}+=&:%@._*\-\s]+$/;

/** The path of a request, or why it is refused. */
export type RequestPath = { readonly path: string } | { readonly refusal: string };

export function pathOf({ path }: Request, { pathCharacters }: Profile): RequestPath {
  if (typeof path !== "string") return { refusal: "the path is not a string" };
  if (path === "") return { refusal: "the path is empty" };
  if (pathCharacters === "restricted" && !RESTRICTED.test(path)) {
    return {
      refusal: "the path has other characters than a-z A-Z 0-9 / ( ) { } + = & : % @ . _ * -",
    };
  }
  return { path };
}
