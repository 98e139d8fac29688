import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Disk } from "./disk.js";
import type { DiskFile } from "./disk-file.js";
import { prngOf } from "./streams.js";

const bytesOf = (text: string) => new TextEncoder().encode(text);

function textOf(file: DiskFile | null): string | null {
  return file === null ? null : new TextDecoder().decode(file.read(0, file.size));
}

function append(file: DiskFile, text: string): number {
  return file.write(file.size, bytesOf(text));
}

/** A disk with a file of that content, all of it synced. */
function withFile(content: string): { disk: Disk; file: DiskFile } {
  const disk = new Disk("/d");
  const file = disk.create("/d/f");
  append(file, content);
  file.sync();
  return { disk, file };
}

describe("a file of the disk", () => {
  it("reads what was written, wherever and however often", () => {
    const writes = fc.array(fc.tuple(fc.nat(600), fc.uint8Array({ maxLength: 600 })));
    fc.assert(
      fc.property(writes, (all) => {
        const file = new Disk().create("/f");
        const expected: number[] = [];
        for (const [position, bytes] of all) {
          if (bytes.length === 0) continue;
          while (expected.length < position) expected.push(0);
          bytes.forEach((byte, index) => (expected[position + index] = byte));
          expect(file.write(position, bytes)).toBe(bytes.length);
        }

        expect([...file.read(0, 10_000)]).toEqual(expected);
        expect(file.size).toBe(expected.length);
        expect([...file.read(7, 3)]).toEqual(expected.slice(7, 10));
      }),
    );
  });

  it("is cut and filled up", () => {
    const { file } = withFile("abcdef");
    file.resize(2);
    file.resize(4);

    expect([...file.read(0, 10)]).toEqual([97, 98, 0, 0]);
  });

  it("writes what there is room for on a full disk, and then nothing", () => {
    const { disk, file } = withFile("abc");
    const mend = disk.fill(2);

    expect(append(file, "1234")).toBe(2);
    expect(() => append(file, "5")).toThrow("ENOSPC");
    // What is there can be written over, and what is freed can be used.
    expect(file.write(0, bytesOf("ABC"))).toBe(3);
    file.resize(4);
    expect(append(file, "56")).toBe(1);
    mend();
    expect(append(file, "789")).toBe(3);
    expect(textOf(file)).toBe("ABC15789");
  });

  it("fails calls of a sort while that is asked for", () => {
    const { disk, file } = withFile("abc");
    const mend = [disk.fail("read"), disk.fail("write"), disk.fail("sync")];

    expect(() => file.read(0, 1)).toThrow("EIO");
    expect(() => append(file, "d")).toThrow("EIO");
    expect(() => file.sync()).toThrow("EIO");
    expect(() => disk.create("/d/g")).toThrow("EIO");
    for (const undo of mend) undo();
    expect(append(file, "d")).toBe(1);
    expect(textOf(file)).toBe("abcd");
  });
});

describe("the names of the disk", () => {
  it("are made, listed, moved and removed", () => {
    const { disk } = withFile("old");
    disk.makeDirectory("/d/e");
    append(disk.create("/d/new"), "new");

    expect(disk.list("/d")).toEqual(["e", "f", "new"]);
    disk.rename("/d/new", "/d/f");
    expect(textOf(disk.file("/d/f"))).toBe("new");
    expect(disk.exists("/d/new")).toBe(false);
    disk.remove("/d/f");
    disk.removeDirectory("/d/e");
    expect(disk.list("/d")).toEqual([]);
    expect(disk.isDirectory("/d")).toBe(true);
  });

  it("are refused as an operating system refuses them", () => {
    const { disk } = withFile("x");

    expect(() => disk.create("/d/f")).toThrow("EEXIST");
    expect(() => disk.create("/nowhere/f")).toThrow("ENOENT");
    expect(() => disk.create("/d/f/g")).toThrow("ENOTDIR");
    expect(() => disk.makeDirectory("/d")).toThrow("EEXIST");
    expect(() => disk.rename("/d/g", "/d/h")).toThrow("ENOENT");
    expect(() => disk.rename("/d/f", "/d")).toThrow("EISDIR");
    expect(() => disk.rename("/d", "/e")).toThrow("EPERM");
    expect(() => disk.remove("/d/g")).toThrow("ENOENT");
    expect(() => disk.remove("/d")).toThrow("EISDIR");
    expect(() => disk.removeDirectory("/d")).toThrow("ENOTEMPTY");
    expect(() => disk.list("/d/f")).toThrow("ENOTDIR");
  });
});

describe("a power failure", () => {
  it("leaves what was synced, and of the rest the first so many writes and a piece of the next", () => {
    const texts = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 8 });
    fc.assert(
      fc.property(fc.string(), texts, texts, (seed, synced, unsynced) => {
        const { disk, file } = withFile(synced.join(""));
        for (const text of unsynced) append(file, text);
        const whole = textOf(file) as string;
        disk.losePower(prngOf(seed));
        const left = textOf(disk.file("/d/f")) as string;

        expect(left.startsWith(synced.join(""))).toBe(true);
        expect(whole.startsWith(left.replace(/\ufffd.*$/u, ""))).toBe(true);
      }),
    );
  });

  it("tears writes, loses them, and keeps them all, by chance", () => {
    const left = new Set<string>();
    for (let seed = 0; seed < 60; seed += 1) {
      const { disk, file } = withFile("");
      append(file, "one ");
      append(file, "two ");
      disk.losePower(prngOf(`${seed}`));
      left.add(textOf(disk.file("/d/f")) as string);
    }

    expect(left).toContain("");
    expect(left).toContain("one ");
    expect(left).toContain("one two ");
    expect([...left].some((text) => /^one t?w?o?$/.test(text))).toBe(true);
  });

  it("undoes changes of names from the last on, and none before a sync", () => {
    const found = new Set<string>();
    for (let seed = 0; seed < 40; seed += 1) {
      const { disk } = withFile("old");
      const temporary = disk.create("/d/f~");
      append(temporary, "new");
      temporary.sync();
      disk.rename("/d/f~", "/d/f");
      disk.losePower(prngOf(`${seed}`));

      found.add(`${textOf(disk.file("/d/f"))} ${disk.exists("/d/f~")}`);
    }
    expect(found).toEqual(new Set(["old true", "new false"]));

    const { disk } = withFile("old");
    disk.rename("/d/f", "/d/g");
    disk.sync();
    disk.losePower(prngOf("any"));
    expect(disk.list("/d")).toEqual(["g"]);
  });

  it("does the same by the same chance", () => {
    const leftBy = (seed: string) => {
      const { disk, file } = withFile("");
      for (const text of ["a", "bb", "ccc", "dddd"]) append(file, text);
      disk.losePower(prngOf(seed));
      return textOf(disk.file("/d/f"));
    };

    expect(leftBy("s")).toBe(leftBy("s"));
  });
});
