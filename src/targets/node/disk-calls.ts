/**
 * `fs` on the simulated disk: what Node's synchronous functions do, for the folder where a server
 * that stores in a file has it.
 *
 * A function that is not here is not simulated: it is named as that, and fails.
 *
 * @packageDocumentation
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Disk, DiskFile } from "../../sim/index.js";
import { calling, fileError } from "./disk-error.js";
import { statsOf } from "./disk-stats.js";
import { OpenFiles } from "./open-files.js";

/** What is on the simulated disk is in here. */
export const DATA_FOLDER = "/var/lib/server";

type Call = (...args: never[]) => unknown;

const WITH_TWO_PATHS = new Set(["copyFile", "cp", "link", "rename", "symlink"]);

/** How bytes are given: `encoding` of texts, and where in a buffer. */
interface Options {
  readonly encoding?: BufferEncoding | null;
  readonly flag?: string;
  readonly flush?: boolean;
  readonly recursive?: boolean;
  readonly force?: boolean;
  readonly withFileTypes?: boolean;
  readonly bigint?: boolean;
  readonly throwIfNoEntry?: boolean;
  readonly offset?: number;
  readonly length?: number;
  readonly position?: number | bigint | null;
}

export class DiskCalls {
  readonly #disk: Disk;
  readonly #wallMs: () => number;
  readonly #files: OpenFiles;
  /** Of files that a process of this machine wrote to. */
  readonly #changedMs: WeakMap<DiskFile, number>;
  readonly #startedMs: number;
  /** By the names of Node's functions, without `Sync`. */
  readonly #calls: ReadonlyMap<string, Call>;

  constructor(disk: Disk, wallMs: () => number) {
    this.#disk = disk;
    this.#wallMs = wallMs;
    this.#files = new OpenFiles(disk);
    this.#changedMs = changesOf(disk);
    this.#startedMs = wallMs();
    this.#calls = new Map(Object.entries(this.#table()));
  }

  /** Whether a call of Node's `name` with these arguments is about what is on the simulated disk. */
  concerns(name: string, args: readonly unknown[]): boolean {
    const [first, second] = args;
    return (
      this.#files.has(first) || isInside(first) || (WITH_TWO_PATHS.has(name) && isInside(second))
    );
  }

  /** What Node's `${name}Sync` does there; null where that is not simulated. */
  call(name: string): ((...args: unknown[]) => unknown) | null {
    return (this.#calls.get(name) as ((...args: unknown[]) => unknown) | undefined) ?? null;
  }

  #table(): Record<string, Call> {
    const files = this.#files;
    return {
      open: (path: unknown, flags: unknown) => files.open(pathOf(path), flags),
      close: (descriptor: number) => files.close(descriptor),
      fsync: (descriptor: number) => this.#sync(descriptor, "fsync"),
      fdatasync: (descriptor: number) => this.#sync(descriptor, "fdatasync"),
      ftruncate: (descriptor: number, size = 0) =>
        this.#resize(files.file(descriptor, "ftruncate", "writes"), size, "ftruncate"),
      truncate: (path: unknown, size = 0) => this.#truncate(path, size),
      read: (descriptor: number, buffer: Uint8Array, ...place: unknown[]) =>
        this.#read(descriptor, buffer, placeOf(place, buffer.length)),
      write: (descriptor: number, bytes: unknown, ...place: unknown[]) =>
        this.#write(descriptor, bytes, place),
      writev: (descriptor: number, buffers: readonly Uint8Array[], position?: number | null) =>
        this.#writeAll(descriptor, Buffer.concat(buffers), position ?? null),
      fstat: (descriptor: number, options?: Options) =>
        this.#statOf(files.get(descriptor, "fstat").path, options, "fstat"),
      stat: (path: unknown, options?: Options) => this.#statOf(pathOf(path), options, "stat"),
      lstat: (path: unknown, options?: Options) => this.#statOf(pathOf(path), options, "lstat"),
      access: (path: unknown) => this.#mustExist(pathOf(path), "access"),
      exists: (path: unknown) => this.#disk.exists(pathOf(path)),
      realpath: (path: unknown) => this.#mustExist(pathOf(path), "lstat"),
      mkdir: (path: unknown, options?: Options | number) => this.#makeDirectory(path, options),
      readdir: (path: unknown, options?: Options | string) => this.#list(path, options),
      rename: (from: unknown, to: unknown) => this.#rename(pathOf(from), pathOf(to)),
      unlink: (path: unknown) =>
        calling("unlink", () => this.#disk.remove(pathOf(path)), pathOf(path)),
      rmdir: (path: unknown) =>
        calling("rmdir", () => this.#disk.removeDirectory(pathOf(path)), pathOf(path)),
      rm: (path: unknown, options?: Options) => this.#remove(pathOf(path), options),
      readFile: (path: unknown, options?: Options | string) => this.#readFile(path, options),
      writeFile: (path: unknown, data: unknown, options?: Options | string) =>
        this.#writeFile(path, data, options, "w"),
      appendFile: (path: unknown, data: unknown, options?: Options | string) =>
        this.#writeFile(path, data, options, "a"),
      copyFile: (from: unknown, to: unknown, mode?: number) => this.#copy(from, to, mode),
    };
  }

  #sync(descriptor: number, syscall: string): void {
    const { file } = this.#files.get(descriptor, syscall);
    calling(syscall, () => (file === null ? this.#disk.sync() : file.sync()));
  }

  #resize(file: DiskFile, size: number, syscall: string): void {
    calling(syscall, () => file.resize(size));
    this.#changed(file);
  }

  #truncate(path: unknown, size: number): void {
    this.#withOpen(path, "r+", (descriptor) => {
      this.#resize(this.#files.file(descriptor, "ftruncate", "writes"), size, "ftruncate");
    });
  }

  #read(descriptor: number, buffer: Uint8Array, { offset, length, position }: Place): number {
    const open = this.#files.get(descriptor, "read");
    const file = this.#files.file(descriptor, "read", "reads");
    const bytes = calling("read", () => file.read(position ?? open.position, length));
    buffer.set(bytes, offset);
    if (position === null) open.position += bytes.length;
    return bytes.length;
  }

  #write(descriptor: number, data: unknown, place: readonly unknown[]): number {
    if (typeof data === "string") {
      const [position, encoding] = place as [number | null | undefined, BufferEncoding | undefined];
      return this.#writeOnce(descriptor, Buffer.from(data, encoding), position ?? null);
    }
    const bytes = bytesOf(data, null);
    const { offset, length, position } = placeOf(place, bytes.length);
    return this.#writeOnce(descriptor, bytes.subarray(offset, offset + length), position);
  }

  /** Fewer bytes than given where there is no room for all. */
  #writeOnce(descriptor: number, bytes: Uint8Array, position: number | null): number {
    const open = this.#files.get(descriptor, "write");
    const file = this.#files.file(descriptor, "write", "writes");
    const at = open.appends ? file.size : (position ?? open.position);
    const written = calling("write", () => file.write(at, bytes));
    if (position === null) open.position = at + written;
    this.#changed(file);
    return written;
  }

  #writeAll(descriptor: number, bytes: Uint8Array, position: number | null): number {
    let done = 0;
    while (done < bytes.length) {
      const at = position === null ? null : position + done;
      done += this.#writeOnce(descriptor, bytes.subarray(done), at);
    }
    return done;
  }

  #statOf(path: string, options: Options | undefined, syscall: string): object | undefined {
    if (!this.#disk.exists(path)) {
      if (options?.throwIfNoEntry === false) return undefined;
      throw fileError("ENOENT", syscall, path);
    }
    const file = this.#disk.file(path);
    const facts = {
      sizeBytes: file?.size ?? null,
      inode: file === null ? 1 : file.number + 1,
      changedMs: (file === null ? undefined : this.#changedMs.get(file)) ?? this.#startedMs,
    };
    return statsOf(facts, options?.bigint === true);
  }

  #mustExist(path: string, syscall: string): string {
    if (!this.#disk.exists(path)) throw fileError("ENOENT", syscall, path);
    return path;
  }

  #makeDirectory(path: unknown, options: Options | number | undefined): string | undefined {
    const target = pathOf(path);
    const isRecursive = typeof options === "object" && options?.recursive === true;
    if (!isRecursive) {
      calling("mkdir", () => this.#disk.makeDirectory(target), target);
      return undefined;
    }
    const missing: string[] = [];
    for (let each = target; !this.#disk.isDirectory(each); each = resolve(each, "..")) {
      missing.unshift(each);
    }
    for (const each of missing) calling("mkdir", () => this.#disk.makeDirectory(each), each);
    return missing[0];
  }

  #list(path: unknown, options: Options | string | undefined): readonly string[] {
    const target = pathOf(path);
    if (typeof options === "object" && (options.withFileTypes ?? options.recursive) === true) {
      throw fileError("ENOSYS", "scandir", target);
    }
    return calling("scandir", () => this.#disk.list(target), target);
  }

  #rename(from: string, to: string): void {
    calling("rename", () => this.#disk.rename(from, to), from, to);
  }

  #remove(path: string, options: Options | undefined): void {
    if (!this.#disk.exists(path)) {
      if (options?.force === true) return;
      throw fileError("ENOENT", "rm", path);
    }
    if (this.#disk.isDirectory(path)) {
      if (options?.recursive !== true) throw fileError("EISDIR", "rm", path);
      const names = calling("rm", () => this.#disk.list(path), path);
      for (const name of names) this.#remove(`${path}/${name}`, options);
      calling("rm", () => this.#disk.removeDirectory(path), path);
      return;
    }
    calling("rm", () => this.#disk.remove(path), path);
  }

  #readFile(path: unknown, options: Options | string | undefined): string | Buffer {
    const { encoding, flag } = optionsOf(options);
    const content = this.#withOpen(path, flag ?? "r", (descriptor) => {
      const file = this.#files.file(descriptor, "read", "reads");
      const { position } = this.#files.get(descriptor, "read");
      return calling("read", () => Buffer.from(file.read(position, file.size)));
    });
    return encoding === undefined || encoding === null ? content : content.toString(encoding);
  }

  #writeFile(
    path: unknown,
    data: unknown,
    options: Options | string | undefined,
    defaultFlag: string,
  ): void {
    const { encoding, flag, flush } = optionsOf(options);
    const bytes = bytesOf(data, encoding ?? null);
    this.#withOpen(path, flag ?? defaultFlag, (descriptor) => {
      this.#writeAll(descriptor, bytes, null);
      if (flush === true) this.#sync(descriptor, "fsync");
    });
  }

  #copy(from: unknown, to: unknown, mode = 0): void {
    const content = this.#readFile(from, undefined);
    // COPYFILE_EXCL is 1.
    this.#writeFile(to, content, { flag: (mode & 1) === 1 ? "wx" : "w" }, "w");
  }

  /** On a descriptor that is open already, or on one for that alone. */
  #withOpen<T>(path: unknown, flags: string, use: (descriptor: number) => T): T {
    if (this.#files.has(path)) return use(path);
    const descriptor = this.#files.open(pathOf(path), flags);
    try {
      return use(descriptor);
    } finally {
      this.#files.close(descriptor);
    }
  }

  #changed(file: DiskFile): void {
    this.#changedMs.set(file, this.#wallMs());
  }
}

/** Times of changes outlive the process, as the disk does. */
const changesByDisk = new WeakMap<Disk, WeakMap<DiskFile, number>>();

function changesOf(disk: Disk): WeakMap<DiskFile, number> {
  const changes = changesByDisk.get(disk) ?? new WeakMap<DiskFile, number>();
  changesByDisk.set(disk, changes);
  return changes;
}

interface Place {
  readonly offset: number;
  readonly length: number;
  /** Null: where the last call left off. */
  readonly position: number | null;
}

/** Reads `offset, length, position`, or one object with these. */
function placeOf(args: readonly unknown[], size: number): Place {
  const [first] = args;
  const [offset, length, position] =
    typeof first === "object" && first !== null
      ? [(first as Options).offset, (first as Options).length, (first as Options).position]
      : (args as [number?, number?, (number | bigint | null)?]);
  const from = offset ?? 0;
  const at = position === undefined || position === null ? null : Number(position);
  return { offset: from, length: length ?? size - from, position: at === -1 ? null : at };
}

function optionsOf(options: Options | string | null | undefined): Options {
  return typeof options === "string" ? { encoding: options as BufferEncoding } : (options ?? {});
}

function bytesOf(data: unknown, encoding: BufferEncoding | null): Uint8Array {
  if (typeof data === "string") return Buffer.from(data, encoding ?? "utf8");
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  const error = new TypeError('The "data" argument must be of type string or a Buffer.');
  throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}

/** An absolute path, whatever way it was given. */
function pathOf(path: unknown): string {
  const text = textOfPath(path);
  if (text !== null) return resolve(text);
  const error = new TypeError('The "path" argument must be of type string.');
  throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}

function textOfPath(path: unknown): string | null {
  if (typeof path === "string") return path;
  if (path instanceof URL) return path.protocol === "file:" ? fileURLToPath(path) : null;
  return Buffer.isBuffer(path) ? path.toString() : null;
}

function isInside(value: unknown): boolean {
  const text = textOfPath(value);
  // Cheap first: most paths are those of modules, and most texts are no paths.
  if (text === null || text.length > 4_096 || !mayBeInside(text)) return false;
  const path = resolve(text);
  return path === DATA_FOLDER || path.startsWith(`${DATA_FOLDER}/`);
}

function mayBeInside(text: string): boolean {
  return text.startsWith("/var/") || text.includes("..") || !text.startsWith("/");
}
