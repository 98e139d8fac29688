import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { PROPERTIES } from "../../properties/index.js";
import { MUTANTS } from "../targets/reference/index.js";
import { clausesOf, GAPS, propertiesPage, unprovenIn } from "./properties-page.js";

const path = (name: string) => fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
const PAGE = {
  clauses: clausesOf(readFileSync(path("PROTOCOL.md"), "utf8")),
  properties: PROPERTIES,
  mutants: MUTANTS,
  gaps: GAPS,
};

describe("docs/PROPERTIES.md", () => {
  it("is what the properties and the mutants make it (UPDATE_DOCS=1 writes it)", () => {
    const page = propertiesPage(PAGE);
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path("PROPERTIES.md"), page);

    expect(readFileSync(path("PROPERTIES.md"), "utf8")).toBe(page);
  });

  it("has a check and a mutant for every must, except where it says why not", () => {
    expect(unprovenIn(PAGE)).toEqual(GAPS.map(({ clause }) => clause));
  });

  it("has a mutant for every property that judges a must", () => {
    const unproven = PROPERTIES.filter(
      ({ id, severity }) =>
        severity === "must" && !MUTANTS.some((mutant) => mutant.properties.includes(id)),
    ).map(({ id }) => id);

    expect(unproven).toEqual([]);
  });

  it("knows of every property that a mutant names", () => {
    const ids = PROPERTIES.map(({ id }) => id);
    const unknown = MUTANTS.flatMap((mutant) =>
      mutant.properties.filter((id) => !ids.includes(id)).map((id) => `${mutant.id}: ${id}`),
    );

    expect(unknown).toEqual([]);
  });
});

describe("the page", () => {
  it("reads the strictest severity of each clause", () => {
    const protocol = [
      "#### FRM-1",
      "**must.** One. **may:** two.",
      "#### FRM-2",
      "**may.** Two.",
      "#### MSH-1",
      "_Convention._ Three.",
    ].join("\n");

    expect(clausesOf(protocol)).toEqual([
      { id: "FRM-1", severity: "must" },
      { id: "FRM-2", severity: "may" },
      { id: "MSH-1", severity: null },
    ]);
  });
});
