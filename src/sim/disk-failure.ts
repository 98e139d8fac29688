/**
 * How calls to a simulated disk fail: with the operating system's own words.
 *
 * @packageDocumentation
 */

export type DiskFailure =
  "EEXIST" | "EIO" | "EISDIR" | "ENOENT" | "ENOSPC" | "ENOTDIR" | "ENOTEMPTY" | "EPERM";

export class DiskError extends Error {
  readonly code: DiskFailure;
  constructor(code: DiskFailure) {
    super(code);
    this.name = "DiskError";
    this.code = code;
  }
}

/** Calls that a disk can be made to fail, with EIO. */
export type DiskCall = "read" | "write" | "sync";
