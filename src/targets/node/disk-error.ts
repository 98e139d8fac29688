/**
 * Errors of a simulated disk in the form that Node's `fs` gives them.
 *
 * @packageDocumentation
 */
import { getSystemErrorMap } from "node:util";

import { DiskError } from "../../sim/index.js";

/** By code, such as `ENOSPC`: the number and the words of Node's own. */
const byCode = new Map(
  [...getSystemErrorMap()].map(([errno, [code, words]]) => [code, { errno, words }]),
);

/** What Node throws where a call fails: `ENOENT: no such file or directory, open '/a'`. */
export function fileError(code: string, syscall: string, path?: string, dest?: string): Error {
  const known = byCode.get(code);
  const from = path === undefined ? "" : ` '${path}'`;
  const to = dest === undefined ? "" : ` -> '${dest}'`;
  const error = new Error(`${code}: ${known?.words ?? "unknown error"}, ${syscall}${from}${to}`);
  return Object.assign(error, {
    errno: known?.errno ?? -1,
    code,
    syscall,
    ...(path === undefined ? {} : { path }),
    ...(dest === undefined ? {} : { dest }),
  });
}

/** Runs a call to the disk; its errors become Node's. */
export function calling<T>(syscall: string, call: () => T, path?: string, dest?: string): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw fileError(error.code, syscall, path, dest);
  }
}
