/**
 * The pinned releases of happn-3 as targets, oldest first.
 *
 * @packageDocumentation
 */
import { HAPPN3_RELEASES } from "../targets/node/index.js";
import { usageError } from "./exit-code.js";

const VERSIONS: readonly string[] = HAPPN3_RELEASES.map(({ version }) => version);

/**
 * The releases that a list of versions names, in their order; all of them where none is given.
 * @throws CommandError (64) naming those there are
 */
export function releasesOf(text: string | undefined): readonly string[] {
  if (text === undefined) return VERSIONS;
  const wanted = text.split(",").filter((version) => version !== "");
  const stray = wanted.find((version) => !VERSIONS.includes(version));
  if (stray !== undefined) {
    throw usageError(
      `of happn-3 there is no release "${stray}"; pinned are ${VERSIONS.join(", ")}`,
    );
  }
  return VERSIONS.filter((version) => wanted.includes(version));
}
