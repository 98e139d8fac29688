import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Journal, type JournalSubject } from "./journal.js";

const SUBJECT: JournalSubject = {
  planHash: "0".repeat(64),
  target: "reference",
  fingerprint: "f",
  version: "1.0.0",
  node: "v20.0.0",
};
const ONE = "1".repeat(64);
const TWO = "2".repeat(64);

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-journal-"));
  file = join(folder, "journal");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a journal", () => {
  it("knows at a later time what was added", () => {
    const journal = Journal.open(file, SUBJECT);
    journal.add(ONE);
    journal.add(TWO);

    expect(journal.known.size).toBe(0);
    expect(Journal.open(file, SUBJECT).known).toEqual(new Set([ONE, TWO]));
  });

  it("is begun anew for another subject", () => {
    Journal.open(file, SUBJECT).add(ONE);

    for (const change of [{ fingerprint: "g" }, { version: "1.0.1" }, { planHash: TWO }]) {
      expect(Journal.open(file, { ...SUBJECT, ...change }).known.size).toBe(0);
    }
    expect(Journal.open(file, SUBJECT).known.size).toBe(0);
  });

  it("leaves out what was torn, and goes on", () => {
    Journal.open(file, SUBJECT).add(ONE);
    appendFileSync(file, "22222");

    Journal.open(file, SUBJECT).add(TWO);

    expect(Journal.open(file, SUBJECT).known).toEqual(new Set([ONE, TWO]));
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(4);
  });

  it("does without a file where none can be written", () => {
    const journal = Journal.open(join(folder, "none", "journal"), SUBJECT);
    journal.add(ONE);

    expect(journal.known.size).toBe(0);
  });

  it("is gone when it is removed", () => {
    Journal.open(file, SUBJECT).remove();

    expect(existsSync(file)).toBe(false);
  });
});
