/**
 * The disk of a simulated machine: it outlives the server's process, and ends with the case.
 *
 * What a process writes is there for the next process. What fails is power: then writes that were
 * not synced are lost or torn, as on a file system with a journal for its names (ext4, `ordered`):
 * - of the changes to names (create, rename, remove) the first so many survive, in their order, at
 *   the least those before the last sync of anything;
 * - of the writes to each file the first so many survive, and perhaps a piece of the next one, at
 *   the least those before the last sync of that file.
 *
 * Paths are absolute, with `/` between names and none at the end.
 *
 * @packageDocumentation
 */
import { DiskError, type DiskCall } from "./disk-failure.js";
import { DiskFile } from "./disk-file.js";
import type { Prng } from "./streams.js";

type Names = Map<string, DiskFile | "directory">;

/** A change to the names that is not on the platter yet. */
type Change = (names: Names) => void;

export class Disk {
  #names: Names;
  /** The names as they were at the last sync, and what has changed since. */
  #syncedNames: Names;
  #changes: Change[] = [];
  readonly #failing = new Map<DiskCall, number>();
  #fullTimes = 0;
  #roomBytes = 0;
  #files = 0;

  /** @param directories what is there from the beginning */
  constructor(...directories: readonly string[]) {
    this.#names = new Map(["/", ...directories].map((path) => [path, "directory"]));
    this.#syncedNames = new Map(this.#names);
  }

  /** Makes calls of that sort fail with EIO; what it returns mends that. */
  fail(call: DiskCall): () => void {
    const change = (by: number) => this.#failing.set(call, (this.#failing.get(call) ?? 0) + by);
    change(1);
    return () => change(-1);
  }

  /** Leaves that many bytes of room; what it returns makes room again. */
  fill(roomBytes: number): () => void {
    this.#fullTimes += 1;
    this.#roomBytes = roomBytes;
    return () => {
      this.#fullTimes -= 1;
    };
  }

  /** Power fails, and is back. Open files of the processes that were are of no use any more. */
  losePower(prng: Prng): void {
    const survivingCount = prng.int(0, this.#changes.length);
    const names = new Map(this.#syncedNames);
    for (const change of this.#changes.slice(0, survivingCount)) change(names);
    const files = new Set([...this.#names.values(), ...names.values()].filter(isFile));
    for (const file of [...files].sort((left, right) => left.number - right.number)) {
      file.losePower(prng);
    }
    this.#names = names;
    this.#syncNames();
  }

  isDirectory(path: string): boolean {
    return this.#names.get(path) === "directory";
  }

  /** @returns null where there is nothing, or a directory */
  file(path: string): DiskFile | null {
    const found = this.#names.get(path);
    return found === undefined || found === "directory" ? null : found;
  }

  exists(path: string): boolean {
    return this.#names.has(path);
  }

  /** @throws DiskError EEXIST, ENOENT, ENOTDIR, EIO */
  create(path: string): DiskFile {
    this.#checkNew(path);
    this.#files += 1;
    const file = new DiskFile(this.#files, {
      check: (call) => this.#check(call),
      take: (bytes) => this.#take(bytes),
      give: (bytes) => this.#give(bytes),
      syncNames: () => this.#syncNames(),
    });
    this.#change((names) => names.set(path, file));
    return file;
  }

  /** @throws DiskError EEXIST, ENOENT, ENOTDIR, EIO */
  makeDirectory(path: string): void {
    this.#checkNew(path);
    this.#change((names) => names.set(path, "directory"));
  }

  /** The names in a directory, in order. @throws DiskError ENOENT, ENOTDIR, EIO */
  list(path: string): readonly string[] {
    this.#checkDirectory(path);
    this.#check("read");
    const prefix = path === "/" ? path : `${path}/`;
    return [...this.#names.keys()]
      .filter((name) => name.startsWith(prefix) && name !== path)
      .map((name) => name.slice(prefix.length))
      .filter((name) => !name.includes("/"))
      .sort(byCodeUnits);
  }

  /** Takes the place of what is at `to`. @throws DiskError ENOENT, EISDIR, ENOTDIR, EPERM, EIO */
  rename(from: string, to: string): void {
    this.#check("write");
    const moved = this.#names.get(from);
    if (moved === undefined) throw new DiskError("ENOENT");
    this.#checkDirectory(parentOf(to));
    if (from === to) return;
    // Nobody here moves directories.
    if (moved === "directory") throw new DiskError("EPERM");
    const replaced = this.#names.get(to);
    if (replaced === "directory") throw new DiskError("EISDIR");
    if (replaced !== undefined) this.#give(replaced.size);
    this.#change((names) => {
      names.delete(from);
      names.set(to, moved);
    });
  }

  /** @throws DiskError ENOENT, EISDIR, EIO */
  remove(path: string): void {
    this.#check("write");
    const removed = this.#names.get(path);
    if (removed === undefined) throw new DiskError("ENOENT");
    if (removed === "directory") throw new DiskError("EISDIR");
    this.#give(removed.size);
    this.#change((names) => names.delete(path));
  }

  /** @throws DiskError ENOENT, ENOTDIR, ENOTEMPTY, EIO */
  removeDirectory(path: string): void {
    this.#check("write");
    this.#checkDirectory(path);
    if (this.list(path).length > 0) throw new DiskError("ENOTEMPTY");
    this.#change((names) => names.delete(path));
  }

  /** Makes the names durable, as a sync of a directory does. @throws DiskError EIO */
  sync(): void {
    this.#check("sync");
    this.#syncNames();
  }

  #change(change: Change): void {
    change(this.#names);
    this.#changes.push(change);
  }

  #syncNames(): void {
    if (this.#changes.length > 0) this.#syncedNames = new Map(this.#names);
    this.#changes = [];
  }

  #check(call: DiskCall): void {
    if ((this.#failing.get(call) ?? 0) > 0) throw new DiskError("EIO");
  }

  #checkNew(path: string): void {
    this.#check("write");
    if (this.#names.has(path)) throw new DiskError("EEXIST");
    this.#checkDirectory(parentOf(path));
  }

  #checkDirectory(path: string): void {
    const found = this.#names.get(path);
    if (found === undefined) throw new DiskError("ENOENT");
    if (found !== "directory") throw new DiskError("ENOTDIR");
  }

  /** How many of that many more bytes there is room for. */
  #take(bytes: number): number {
    if (this.#fullTimes === 0) return bytes;
    const taken = Math.min(bytes, this.#roomBytes);
    this.#roomBytes -= taken;
    return taken;
  }

  #give(bytes: number): void {
    this.#roomBytes += bytes;
  }
}

function isFile(entry: DiskFile | "directory"): entry is DiskFile {
  return entry !== "directory";
}

/** `/a` of `/a/b`, `/` of `/a`. */
function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

function byCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
