import fs from "node:fs";

import { beforeEach, describe, expect, it } from "vitest";

import { Disk, prngOf } from "../../sim/index.js";
import { DATA_FOLDER, DiskCalls } from "./disk-calls.js";

const FOLDERS = ["/var", "/var/lib", DATA_FOLDER];
const FILE = `${DATA_FOLDER}/a`;

let disk: Disk;
let calls: DiskCalls;
beforeEach(() => {
  disk = new Disk(...FOLDERS);
  calls = new DiskCalls(disk, () => 1_000_000);
});

function call(name: string, ...args: readonly unknown[]): unknown {
  const found = calls.call(name);
  if (found === null) throw new Error(`${name} is not simulated`);
  return found(...args);
}

const textOf = (path: string) => call("readFile", path, "utf8");

/** What was thrown, as far as programs look at it. */
function errorOf(run: () => unknown): object {
  try {
    run();
  } catch (error) {
    const { message, code, errno, syscall, path } = error as NodeJS.ErrnoException;
    return { message, code, errno, syscall, path };
  }
  return { message: "nothing was thrown" };
}

describe("fs on the simulated disk", () => {
  it("is concerned with the data folder, however its paths are written, and with nothing else", () => {
    const meant = (name: string, ...args: unknown[]) => calls.concerns(name, args);

    expect(meant("stat", FILE)).toBe(true);
    expect(meant("stat", DATA_FOLDER)).toBe(true);
    expect(meant("stat", `/etc/..${FILE}`)).toBe(true);
    expect(meant("stat", new URL(`file://${FILE}`))).toBe(true);
    expect(meant("stat", Buffer.from(FILE))).toBe(true);
    expect(meant("rename", "/elsewhere/a", FILE)).toBe(true);
    expect(meant("stat", `${DATA_FOLDER}-of-others/a`)).toBe(false);
    expect(meant("writeFile", "/elsewhere/a", FILE)).toBe(false);
    expect(meant("fsync", 3)).toBe(false);
    expect(meant("fsync", call("open", FILE, "w"))).toBe(true);
  });

  it("writes, appends and reads whole files", () => {
    call("writeFile", FILE, "one\n");
    call("appendFile", FILE, Buffer.from("two\n"));

    expect(textOf(FILE)).toBe("one\ntwo\n");
    expect(call("readFile", FILE)).toEqual(Buffer.from("one\ntwo\n"));

    call("writeFile", FILE, "6f", "hex");

    expect(textOf(FILE)).toBe("o");
  });

  it("reads and writes where a descriptor stands, where it is told to, or at the end", () => {
    const descriptor = call("open", FILE, "w+") as number;
    call("write", descriptor, "abc");
    call("write", descriptor, Buffer.from("xdefx"), 1, 3);
    call("write", descriptor, "B", 1);
    const buffer = Buffer.alloc(4);

    expect(call("read", descriptor, buffer, 0, 4, 1)).toBe(4);
    expect(buffer.toString()).toBe("Bcde");
    expect(call("read", descriptor, buffer, { position: 5 })).toBe(1);

    const end = call("open", FILE, "a");
    call("writev", end, [Buffer.from("g"), Buffer.from("h")], null);
    call("close", end);

    expect(textOf(FILE)).toBe("aBcdefgh");
    expect(errorOf(() => call("read", end, buffer))).toMatchObject({ code: "EBADF" });
  });

  it("renames, truncates, copies and removes", () => {
    call("writeFile", FILE, "abcdef");
    call("truncate", FILE, 3);
    call("copyFile", FILE, `${DATA_FOLDER}/c`);
    call("rename", FILE, `${DATA_FOLDER}/b`);
    call("mkdir", `${DATA_FOLDER}/d/e`, { recursive: true });

    expect(call("readdir", DATA_FOLDER)).toEqual(["b", "c", "d"]);
    expect(textOf(`${DATA_FOLDER}/b`)).toBe("abc");
    expect(call("exists", FILE)).toBe(false);

    call("unlink", `${DATA_FOLDER}/b`);
    call("rm", `${DATA_FOLDER}/d`, { recursive: true });

    expect(call("readdir", DATA_FOLDER)).toEqual(["c"]);
  });

  it("tells what Node's own stat tells", () => {
    call("writeFile", FILE, "abc");
    const own = fs.statSync(import.meta.filename);

    const stats = call("stat", FILE) as fs.Stats;

    expect(new Set(Object.keys(stats))).toEqual(
      new Set(Object.keys({ ...own, atime: 0, mtime: 0, ctime: 0, birthtime: 0 })),
    );
    expect([stats.isFile(), stats.isDirectory(), stats.size]).toEqual([true, false, 3]);
    expect(stats.mtime).toEqual(new Date(1_000_000));
    expect((call("stat", DATA_FOLDER) as fs.Stats).isDirectory()).toBe(true);
    expect((call("stat", FILE, { bigint: true }) as fs.BigIntStats).size).toBe(3n);
  });

  it.each([
    ["open", [FILE, "r"], "ENOENT: no such file or directory, open '/var/lib/server/a'"],
    ["readFile", [FILE], "ENOENT: no such file or directory, open '/var/lib/server/a'"],
    ["stat", [FILE], "ENOENT: no such file or directory, stat '/var/lib/server/a'"],
    ["access", [FILE], "ENOENT: no such file or directory, access '/var/lib/server/a'"],
    ["mkdir", [DATA_FOLDER], "EEXIST: file already exists, mkdir '/var/lib/server'"],
    [
      "open",
      [DATA_FOLDER, "w"],
      "EISDIR: illegal operation on a directory, open '/var/lib/server'",
    ],
  ] as const)("fails with Node's words: %s %j", (name, args, message) => {
    expect(errorOf(() => call(name, ...args))).toMatchObject({ message });
  });

  it("passes on what its disk fails with, in Node's form, and leaves a torn write", () => {
    call("writeFile", FILE, "abc");
    const heal = disk.fill(2);

    expect(errorOf(() => call("appendFile", FILE, "defg"))).toMatchObject({
      message: "ENOSPC: no space left on device, write",
      code: "ENOSPC",
      errno: -28,
      syscall: "write",
    });
    heal();
    disk.fail("sync");
    const descriptor = call("open", FILE, "r+");

    expect(textOf(FILE)).toBe("abcde");
    expect(errorOf(() => call("fsync", descriptor))).toMatchObject({ code: "EIO" });
  });

  it("syncs what a descriptor is open on: a file or a folder", () => {
    call("writeFile", FILE, "abc", { flush: true });
    call("writeFile", `${DATA_FOLDER}/b`, "abc");
    const folder = call("open", DATA_FOLDER, "r");
    call("fsync", folder);
    call("rename", FILE, `${DATA_FOLDER}/c`);
    call("fsync", folder);

    disk.losePower(prngOf("power"));

    expect(call("readdir", DATA_FOLDER)).toEqual(["b", "c"]);
    expect(textOf(`${DATA_FOLDER}/c`)).toBe("abc");
  });

  it("has nothing to say to what is not simulated", () => {
    expect(["watch", "cp", "symlink", "opendir"].map((name) => calls.call(name))).toEqual([
      ...[null, null, null, null],
    ]);
  });
});
