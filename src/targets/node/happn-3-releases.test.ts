import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { EXAMINED_RELEASES, HAPPN3_RELEASES } from "./happn-3-releases.js";
import { releaseFolder } from "./install.js";

interface Package {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, { version: string; integrity?: string }>>;
}

describe.each(HAPPN3_RELEASES)("the pins of happn-3@$version", ({ version }) => {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(releaseFolder("happn-3", version), name), "utf8")) as Package;

  it("name that version, and every package below it with its content", () => {
    const { packages } = read("package-lock.json");
    const [, ...installed] = Object.entries(packages);

    expect(read("package.json")).toMatchObject({ version, dependencies: { "happn-3": version } });
    expect(packages["node_modules/happn-3"]?.version).toBe(version);
    expect(installed.length).toBeGreaterThan(50);
    for (const [name, { version: pinned, integrity }] of installed) {
      expect([name, pinned]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+/)]);
      expect([name, integrity]).toEqual([name, expect.stringMatching(/^sha\d+-/)]);
    }
  });
});

describe("the releases", () => {
  it("are listed oldest first", () => {
    const parts = HAPPN3_RELEASES.map(({ version }) => version.split(".").map(Number));
    const sorted = [...parts].sort((left, right) => {
      const at = left.findIndex((part, index) => part !== right[index]);
      return (left[at] ?? 0) - (right[at] ?? 0);
    });

    expect(parts).toEqual(sorted);
  });

  it("have had the modules of the oldest and of the newest looked through", () => {
    expect(EXAMINED_RELEASES.map(({ version }) => version)).toEqual(["1.13.3", "13.12.1"]);
  });
});
