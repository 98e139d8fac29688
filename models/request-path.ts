/**
 * Which paths a server takes in a request (PROTOCOL.md, profiles).
 *
 * @packageDocumentation
 */
import type { Request } from "../src/protocol/index.js";
import type { Profile } from "./profile.js";

const PLAIN = /[a-zA-Z0-9\s]/;

/** The path of a request, or why it is refused. */
export type RequestPath = { readonly path: string } | { readonly refusal: string };

export function pathOf({ path }: Request, { pathSigns }: Profile): RequestPath {
  if (typeof path !== "string") return { refusal: "the path is not a string" };
  if (path === "") return { refusal: "the path is empty" };
  if (
    pathSigns !== null &&
    ![...path].every((sign) => PLAIN.test(sign) || pathSigns.includes(sign))
  ) {
    return {
      refusal: `the path has other characters than a-z A-Z 0-9 ${[...pathSigns].join(" ")}`,
    };
  }
  return { path };
}
