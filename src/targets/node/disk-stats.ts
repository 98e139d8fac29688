/**
 * What `fs.stat` tells of a file on a simulated disk.
 *
 * @packageDocumentation
 */
import fs from "node:fs";

/** What is known of an entry. */
export interface EntryFacts {
  /** Null for a directory. */
  readonly sizeBytes: number | null;
  /** The same for the same file, whatever its name; never 0. */
  readonly inode: number;
  /** When it last changed, in epoch milliseconds. */
  readonly changedMs: number;
}

const BLOCK_BYTES = 4_096;
const SECTOR_BYTES = 512;
const NANOSECONDS = 1_000_000n;
const big = Object.getPrototypeOf(fs.statSync("/", { bigint: true })) as object;
const { S_IFDIR, S_IFREG } = fs.constants;

/** An object as Node's own, with a time of birth, access and change that are one. */
export function statsOf(facts: EntryFacts, isBig: boolean): object {
  const { sizeBytes, inode, changedMs } = facts;
  const size = sizeBytes ?? BLOCK_BYTES;
  const numbers = {
    dev: 1,
    mode: sizeBytes === null ? S_IFDIR | 0o755 : S_IFREG | 0o644,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    blksize: BLOCK_BYTES,
    ino: inode,
    size,
    blocks: Math.ceil(size / SECTOR_BYTES),
    atimeMs: changedMs,
    mtimeMs: changedMs,
    ctimeMs: changedMs,
    birthtimeMs: changedMs,
  };
  const stats = Object.create(isBig ? big : fs.Stats.prototype) as Record<string, unknown>;
  for (const [name, value] of Object.entries(numbers)) {
    stats[name] = isBig ? BigInt(value) : value;
  }
  for (const name of ["atime", "mtime", "ctime", "birthtime"]) {
    if (isBig) stats[`${name}Ns`] = BigInt(changedMs) * NANOSECONDS;
    Object.defineProperty(stats, name, {
      value: new Date(changedMs),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return stats;
}
