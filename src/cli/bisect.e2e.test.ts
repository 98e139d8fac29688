import { tmpdir } from "node:os";

import { describe, expect, it } from "vitest";

import { runCommand } from "./run-command.test-support.js";

const bisect = (...args: string[]) => runCommand(["bisect", ...args], { cwd: tmpdir() });
const EXAMINED = ["--releases", "13.12.1,1.13.3"];

describe("happnstance bisect", () => {
  it("tells that a defect went, and passes", async () => {
    const entry = "happn-3@1.13.3/close-after-exact-and-pattern-ends-server";
    const { code, stdout } = await bisect(entry, ...EXAMINED);

    expect(stdout).toMatch(/happn-3@1\.13\.3 +there +the server ended by itself/);
    expect(stdout).toMatch(/happn-3@13\.12\.1 +gone\n/);
    expect(stdout).toContain("it went after 1.13.3, by 13.12.1");
    expect(code).toBe(0);
  });

  it("tells that a defect came, as JSON, and fails", async () => {
    const entry = "happn-3@13.12.1/null-frame-ends-server";
    const { code, stdout } = await bisect(entry, ...EXAMINED, "--json");

    expect(JSON.parse(stdout)).toMatchObject({
      property: "server-survives",
      releases: [
        { version: "1.13.3", presence: "gone" },
        { version: "13.12.1", presence: "there" },
      ],
      turns: [{ how: "came", after: "1.13.3", by: "13.12.1" }],
    });
    expect(code).toBe(1);
  });

  it("says in one line what it can't ask", async () => {
    const entry = "happn-3@1.13.3/close-after-exact-and-pattern-ends-server";
    const nowhere = await bisect("./nowhere");
    const strange = await bisect(entry, "--releases", "1.13.3,9.9.9");

    expect(nowhere.stderr).toMatch(/^happnstance: there is no artifact \.\/nowhere\n$/);
    expect(strange.stderr).toMatch(
      /^happnstance: .*no release "9\.9\.9"; pinned are 1\.13\.3.*\n$/,
    );
    expect([nowhere.code, strange.code]).toEqual([64, 64]);
  });
});
