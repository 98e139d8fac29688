import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { LENIENT_CLAUSES, PROPERTIES } from "../properties/index.js";
import { clausesOf } from "../src/report/index.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CLAUSE = /\b(?:FRM|SES|COR|STO|PUB|SUB|MSH|SEC)-\d+\b/g;

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

function filesUnder(folder: string, suffix: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith(suffix) && !path.includes("node_modules"))
    .sort((left, right) => (left < right ? -1 : 1));
}

const PROTOCOL = read("docs/PROTOCOL.md");

/** Clause id -> its text. */
const CLAUSES = new Map(
  PROTOCOL.split(/^#{2,4} /m)
    .map((section): [string, string] => {
      const end = section.indexOf("\n");
      return [section.slice(0, end), section.slice(end)];
    })
    .filter(([heading]) => /^[A-Z]{3}-\d+$/.test(heading)),
);

const DOCUMENTS = [
  ...readdirSync(ROOT).filter((name) => name.endsWith(".md")),
  ...filesUnder("docs", ".md"),
];

describe("docs/PROTOCOL.md", () => {
  it("has each clause once, and those of a section without gaps", () => {
    const ids = [...PROTOCOL.matchAll(/^#### (.*)$/gm)].map((found) => found[1] ?? "");

    expect(ids).toEqual([...CLAUSES.keys()]);
    const next = new Map<string, number>();
    for (const id of ids) {
      const [section = "", number] = id.split("-");
      expect(`${id} after ${next.get(section) ?? 0}`).toBe(`${id} after ${Number(number) - 1}`);
      next.set(section, Number(number));
    }
  });

  it("states the severity of every clause", () => {
    const silent = [...CLAUSES]
      .filter(([, text]) => !/\*\*(must|should|may)[.:]\*\*|^_Convention\._/m.test(text))
      .map(([id]) => id);

    expect(silent).toEqual([]);
  });

  it("is as strict as violations are said to be", () => {
    const lenient = clausesOf(PROTOCOL).filter(
      ({ severity }) => severity === "should" || severity === "may",
    );

    expect(Object.fromEntries(lenient.map(({ id, severity }) => [id, severity]))).toEqual(
      Object.fromEntries(LENIENT_CLAUSES),
    );
  });

  it("has every clause that a property judges", () => {
    const missing = PROPERTIES.flatMap(({ id, clauses }) =>
      clauses.filter((clause) => !CLAUSES.has(clause)).map((clause) => `${id}: ${clause}`),
    );

    expect(missing).toEqual([]);
  });

  it("has every clause that the code and the documents cite", () => {
    const sources = ["src", "models", "properties"].flatMap((folder) => filesUnder(folder, ".ts"));
    const missing = [...sources, ...DOCUMENTS].flatMap((path) =>
      [...read(path).matchAll(CLAUSE)]
        .filter(([clause]) => !CLAUSES.has(clause))
        .map(([clause]) => `${path}: ${clause}`),
    );

    expect(missing).toEqual([]);
  });
});

describe("the documents", () => {
  it("link to files and headings that exist", () => {
    const broken = DOCUMENTS.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)\s]+)\)/g)]
        .map((found) => found[1] ?? "")
        .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(path, link))
        .map((link) => `${path}: ${link}`),
    );

    expect(broken).toEqual([]);
  });

  it("have one title each", () => {
    const titled = DOCUMENTS.map((path) => {
      const text = read(path).replace(/^```[\s\S]*?^```/gm, "");
      return `${path}: ${[...text.matchAll(/^# /gm)].length}`;
    });

    expect(titled).toEqual(DOCUMENTS.map((path) => `${path}: 1`));
  });
});

describe("CHANGELOG.md", () => {
  it("begins with what is unreleased, under the headings of Keep a Changelog and Findings", () => {
    const headings = [...read("CHANGELOG.md").matchAll(/^(##+) (.*)$/gm)];
    const known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Findings"];

    expect(headings[0]?.[2]).toBe("Unreleased");
    expect(
      headings
        .filter(([, level]) => level === "###")
        .map(([, , heading]) => heading)
        .filter((heading) => !known.includes(heading ?? "")),
    ).toEqual([]);
  });
});

function leadsSomewhere(from: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? from : relative(ROOT, join(ROOT, dirname(from), file));
  if (!existsSync(join(ROOT, path))) return false;
  if (anchor === undefined) return true;
  const anchors = [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return anchors.includes(anchor);
}
