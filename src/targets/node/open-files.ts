/**
 * What a simulated process has open on the simulated disk, by descriptor, as the kernel keeps it.
 *
 * @packageDocumentation
 */
import fs from "node:fs";

import type { Disk, DiskFile } from "../../sim/index.js";
import { calling, fileError } from "./disk-error.js";

/** Far from any descriptor of the real process. */
const FIRST_DESCRIPTOR = 1_000_000;

/** How a file is open. */
export interface OpenFile {
  /** Null for a directory. */
  readonly file: DiskFile | null;
  readonly path: string;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly appends: boolean;
  /** Where the next call without a position reads or writes. */
  position: number;
}

const { O_APPEND, O_CREAT, O_EXCL, O_RDWR, O_TRUNC, O_WRONLY } = fs.constants;

/** What the letters of `fs.open` stand for. */
const FLAGS: Readonly<Record<string, number>> = {
  r: 0,
  rs: 0,
  "r+": O_RDWR,
  "rs+": O_RDWR,
  w: O_TRUNC | O_CREAT | O_WRONLY,
  "w+": O_TRUNC | O_CREAT | O_RDWR,
  a: O_APPEND | O_CREAT | O_WRONLY,
  "a+": O_APPEND | O_CREAT | O_RDWR,
};

export class OpenFiles {
  readonly #disk: Disk;
  readonly #open = new Map<number, OpenFile>();
  #next = FIRST_DESCRIPTOR;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  has(descriptor: unknown): descriptor is number {
    return typeof descriptor === "number" && descriptor >= FIRST_DESCRIPTOR;
  }

  /** @throws Error as `fs.open` does */
  open(path: string, flags: unknown): number {
    const bits = bitsOf(flags);
    const access = bits & (O_WRONLY | O_RDWR);
    const writes = access !== 0;
    const file = this.#fileAt(path, bits, writes);
    if (file !== null && (bits & O_TRUNC) !== 0 && writes && file.size > 0) {
      calling("open", () => file.resize(0), path);
    }
    const descriptor = this.#next;
    this.#next += 1;
    this.#open.set(descriptor, {
      file,
      path,
      reads: access !== O_WRONLY,
      writes,
      appends: (bits & O_APPEND) !== 0,
      position: 0,
    });
    return descriptor;
  }

  /** @throws Error EBADF */
  get(descriptor: number, syscall: string): OpenFile {
    const open = this.#open.get(descriptor);
    if (open === undefined) throw fileError("EBADF", syscall);
    return open;
  }

  /** The file that is open for that. @throws Error EBADF, EISDIR */
  file(descriptor: number, syscall: string, use?: "reads" | "writes"): DiskFile {
    const open = this.get(descriptor, syscall);
    if (use !== undefined && !open[use]) throw fileError("EBADF", syscall);
    if (open.file === null) throw fileError("EISDIR", syscall);
    return open.file;
  }

  /** @throws Error EBADF */
  close(descriptor: number): void {
    if (!this.#open.delete(descriptor)) throw fileError("EBADF", "close");
  }

  #fileAt(path: string, bits: number, writes: boolean): DiskFile | null {
    if (this.#disk.isDirectory(path)) {
      if (writes) throw fileError("EISDIR", "open", path);
      return null;
    }
    const found = this.#disk.file(path);
    if (found === null) {
      if ((bits & O_CREAT) === 0) throw fileError("ENOENT", "open", path);
      return calling("open", () => this.#disk.create(path), path);
    }
    if ((bits & O_EXCL) !== 0) throw fileError("EEXIST", "open", path);
    return found;
  }
}

function bitsOf(flags: unknown): number {
  if (typeof flags === "number") return flags;
  const text = typeof flags === "string" ? flags : "r";
  const isExclusive = text.includes("x");
  const known = FLAGS[text.replace("x", "").replace(/^as/, "a")];
  if (known !== undefined) return isExclusive ? known | O_EXCL : known;
  const error = new TypeError(`The argument 'flags' is invalid. Received '${text}'`);
  throw Object.assign(error, { code: "ERR_INVALID_ARG_VALUE" });
}
