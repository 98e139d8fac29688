import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { planOf, replay } from "../index.js";
import { differenceOf } from "../report/index.js";
import { installRelease } from "../targets/node/install.js";
import { runCommand } from "./run-command.test-support.js";
import { packageRoot } from "./version.js";

const START_MS_MAX = 120_000;
const EXAMPLES = join(packageRoot(), "examples");

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "happnstance-"));
  const release = await installRelease("happn-3", "1.13.3", () => undefined);
  symlinkSync(join(release, "node_modules"), join(folder, "node_modules"));
  write("throws.js", 'throw new Error("no luck\\nand more");');
  write("silent.cjs", "setInterval(() => {}, 1_000);");
  write("exits.mjs", "await null; process.exit(3);");
  // CommonJS, without any handler of SIGTERM.
  write(
    "server.cjs",
    `if (require.main !== module) throw new Error("it is the main module");
     const { service } = require("happn-3");
     service.create({ name: "happnstance", port: Number(process.env.PORT) }, (error) => {
       if (error) throw error;
     });`,
  );
  mkdirSync(join(folder, "lib"));
  // ES modules, in a circle, that import each other, CommonJS, JSON, built-in modules, and at run time.
  write("lib/package.json", '{ "type": "module" }');
  write("lib/port.json", '{ "port": 1234 }');
  write("lib/names.cjs", 'exports.happn = "happn-3";');
  write(
    "lib/start.js",
    `import { createRequire } from "node:module";
     import { listen } from "./server.js";
     import port from "./port.json" with { type: "json" };
     import { happn } from "./names.cjs";
     const { service } = createRequire(import.meta.url)(happn);
     export const start = () => service.create({ name: "happnstance", port: port.port }, listen);`,
  );
  write(
    "lib/server.js",
    `import process, { argv } from "node:process";
     export function listen(error, server) {
       if (error) throw error;
       process.once("SIGTERM", () => server.stop({}, () => process.exit(0)));
     }
     if (argv[1] !== import.meta.filename) throw new Error("it is the main module");
     import("./start.js").then(({ start }) => start());`,
  );
}, START_MS_MAX);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

describe("node:<script>", () => {
  const plan = planOf("script/3", { profile: "1.x" });

  it("is the same server as the release that a script starts, up to its stop", async () => {
    const target = `node:${join(folder, "lib", "server.js")}`;
    const [script, again, release] = [
      await replay({ target, plan }),
      await replay({ target, plan }),
      await replay({ target: "happn-3@1.13.3", plan }),
    ];
    if (script.history === null || release.history === null) throw new Error("nothing came back");

    expect(script.history.events.length).toBeGreaterThan(50);
    expect(script.history.events.map(({ kind }) => kind)).toContain("stopped");
    expect(again.traceHash).toBe(script.traceHash);
    expect(differenceOf(script.history, release.history, "normalised")).toBeNull();
  });

  it("is ended by SIGTERM where it does not handle it, and that is no finding", async () => {
    const { history, violations } = await replay({
      target: `node:${join(folder, "server.cjs")}`,
      plan,
    });

    expect(history?.events.map(({ kind }) => kind)).toContain("killed");
    expect(violations.map(({ property }) => property)).not.toContain("orderly-stop");
  });

  it("finds nothing in an independent server, ES modules of which need no change", async () => {
    const target = `node:${join(EXAMPLES, "node-server", "server.js")}`;
    const args = ["fuzz", target, "--seed", "1", "--cases", "3", "--json"];
    const { code, stdout } = await runCommand(args, { cwd: folder });

    expect(JSON.parse(stdout)).toMatchObject({ cases: 3, findings: [], unknown: [] });
    expect(code).toBe(0);
  });

  it("says in one line what is wrong with a script", async () => {
    const wrong = [
      ["throws.js", 69, /does not start: Error: no luck \(throws\.js:1/],
      ["silent.cjs", 69, /does not start: the server accepts no connection/],
      ["exits.mjs", 69, /does not start: exit code 3/],
      ["nowhere.js", 64, /there is no file nowhere\.js/],
      ["throws.js#2.x", 64, /there is no profile "2\.x"; there are 1\.x, 5\.x, 7\.x/],
    ] as const;
    for (const [name, expected, words] of wrong) {
      const { code, stderr } = await runCommand(["fuzz", `node:${name}`, "--cases", "1"], {
        cwd: folder,
      });

      expect(stderr).toMatch(/^happnstance: [^\n]+\n$/);
      expect(stderr).toMatch(words);
      expect(code).toBe(expected);
    }
  });
});
