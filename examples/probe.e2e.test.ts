import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { EXAMINED_RELEASES } from "../src/targets/node/index.js";
import { installRelease } from "../src/targets/node/install.js";

const run = promisify(execFile);
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

describe("examples/probe.js", () => {
  it.each(EXAMINED_RELEASES)(
    "prints each frame to and from happn-3 $version",
    async ({ version }) => {
      const folder = await installRelease("happn-3", version, () => undefined);

      const { stdout } = await run(process.execPath, [
        path("probe.js"),
        folder,
        path("probes/hello.json"),
      ]);

      const lines = stdout.split("\n");
      expect(lines.filter((line) => line.includes(" -> "))).toHaveLength(6);
      expect(lines.filter((line) => line.includes(" <- ") && line.includes('"data"'))).not.toEqual(
        [],
      );
      expect(lines.some((line) => line.includes('"channel":"/SET@/orders/*"'))).toBe(true);
      expect(stdout).toContain("process ended, exit 0");
    },
  );

  it("says how it is called", async () => {
    await expect(run(process.execPath, [path("probe.js")])).rejects.toMatchObject({
      code: 64,
      stderr: expect.stringContaining("usage: node examples/probe.js") as string,
    });
  });
});
