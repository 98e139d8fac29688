/**
 * The store of a reference server that is started on a file: a record for each change, synced before
 * it is answered.
 *
 * A record is a line of JSON. One that could not be written and synced is taken back, and that is
 * synced as well, or the server gives up; the last line that a power failure tore is ignored.
 *
 * @packageDocumentation
 */
import type { ServerState } from "../../../models/index.js";
import { isJsonObject } from "../../protocol/index.js";
import type { Disk, DiskFile } from "../../sim/index.js";

export const STORE_PATH = "/var/lib/server/store.jsonl";

const NEWLINE = 0x0a;

type Store = ServerState["store"];
type Item = NonNullable<ReturnType<Store["get"]>>;

/** What outlives the process. */
export type Kept = Pick<ServerState, "store" | "idCount">;

/** A change of one path: an item, or null where it was removed. */
export interface StoreRecord {
  readonly path: string;
  readonly item: Item | null;
  readonly idCount: number;
}

/** How records are written and read; mutants have other habits. */
export interface FileHabits {
  /** Writes what is to be durable, at once. */
  append(file: DiskFile, text: string): void;
  /** The record in what is left of a torn last line; null where that is ignored. */
  tornRecord(text: string): StoreRecord | null;
  /** Whether it begins with nothing where the file can't be read; else it gives up. */
  beginsWithout(error: unknown): boolean;
}

/** A record that was refused can't be taken back for good: the server gives up. */
export class DamagedStoreError extends Error {
  constructor(options: ErrorOptions) {
    super(`${STORE_PATH} is damaged`, options);
    this.name = "DamagedStoreError";
  }
}

export const FILE_HABITS: FileHabits = {
  append(file, text) {
    const end = file.size;
    const bytes = new TextEncoder().encode(text);
    try {
      let written = 0;
      while (written < bytes.length) written += file.write(end + written, bytes.slice(written));
      file.sync();
    } catch (error) {
      takeBack(file, end);
      throw error;
    }
  },
  tornRecord: () => null,
  beginsWithout: () => false,
};

/** Cuts off what was written behind `end`, so that no power failure brings it back. @throws DamagedStoreError */
function takeBack(file: DiskFile, end: number): void {
  try {
    file.resize(end);
    file.sync();
  } catch (cause) {
    throw new DamagedStoreError({ cause });
  }
}

/** The record that a line holds; null where it holds none. */
export function recordIn(line: string): StoreRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  return isRecord(value) ? value : null;
}

export class FileStore {
  readonly #file: DiskFile;
  readonly #habits: FileHabits;

  /** @throws DiskError */
  constructor(disk: Disk, habits: FileHabits) {
    this.#file = disk.file(STORE_PATH) ?? disk.create(STORE_PATH);
    this.#habits = habits;
  }

  /** What the file holds. @throws DiskError */
  load(): Kept {
    const store = new Map<string, Item>();
    let idCount = 0;
    const bytes = this.#content();
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    const decoder = new TextDecoder();
    const records = decoder.decode(bytes.subarray(0, end)).split("\n").map(recordIn);
    for (const record of [
      ...records,
      this.#habits.tornRecord(decoder.decode(bytes.subarray(end))),
    ]) {
      if (record === null) continue;
      idCount = Math.max(idCount, record.idCount);
      if (record.item === null) store.delete(record.path);
      else store.set(record.path, record.item);
    }
    if (end < bytes.length) this.#file.resize(end);
    this.#file.sync();
    return { store, idCount };
  }

  #content(): Uint8Array {
    try {
      return this.#file.read(0, this.#file.size);
    } catch (error) {
      if (!this.#habits.beginsWithout(error)) throw error;
      return new Uint8Array(0);
    }
  }

  /**
   * Makes durable what a step changed.
   * @throws DiskError when it can't, and then nothing is changed
   * @throws DamagedStoreError when it can't, and can't undo it
   */
  keep(before: Kept, after: Kept): void {
    const records = recordsOf(before, after);
    if (records.length === 0) return;
    this.#habits.append(this.#file, records.map((each) => `${JSON.stringify(each)}\n`).join(""));
  }
}

function recordsOf(before: Kept, after: Kept): readonly StoreRecord[] {
  if (before.store === after.store) return [];
  const { idCount } = after;
  const records: StoreRecord[] = [];
  for (const path of before.store.keys()) {
    if (!after.store.has(path)) records.push({ path, item: null, idCount });
  }
  for (const [path, item] of after.store) {
    if (before.store.get(path) !== item) records.push({ path, item, idCount });
  }
  return records;
}

function isRecord(value: unknown): value is StoreRecord {
  if (!isJsonObject(value)) return false;
  const { path, item, idCount } = value;
  return (
    typeof path === "string" && typeof idCount === "number" && (item === null || isJsonObject(item))
  );
}
