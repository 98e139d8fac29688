import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { Clock, Streams } from "../../sim/index.js";
import { soundEnvironment } from "../environment.js";
import type { ModuleTier } from "../target.js";
import type { KeptModules } from "./kept-graph.js";
import { NodeTarget } from "./node-target.js";

const folder = mkdtempSync(join(tmpdir(), "kept-graph-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let packages = 0;

/** What a package's main file prints in three processes, its modules kept or fresh. */
async function outputs(
  files: Readonly<Record<string, string>>,
  lists: Partial<KeptModules>,
  modules: ModuleTier,
): Promise<string[]> {
  packages += 1;
  const root = join(folder, String(packages));
  for (const [name, code] of Object.entries(files)) {
    const file = join(root, "node_modules", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  const output: string[] = [];
  const recipe = {
    id: "script",
    profile: "1.x" as const,
    port: 55_000,
    keptModules: { stateful: [], patching: [], restored: [], ...lists },
    prepare: () => Promise.resolve(join(root, "main.js")),
    boot: ({ load }: { load: (request: string) => unknown }) => {
      (load("app/index.js") as () => void)();
    },
  };
  const target = new NodeTarget(recipe, { modules, output: (text) => output.push(text.trim()) });
  await target.prepare(() => {});
  for (const seed of ["a", "b", "a"]) {
    await target.enter(() => {
      const clock = new Clock();
      const server = target.start(soundEnvironment(clock, 1_000_000, new Streams(seed)), {
        started: () => {},
        stopped: () => {},
        crashed: ({ message }) => output.push(`crashed: ${message}`),
        undeterministic: (what) => output.push(what),
      });
      while (clock.nextAt() !== null) {
        clock.step();
        server.drain();
      }
    });
  }
  return output;
}

async function expectSame(
  files: Readonly<Record<string, string>>,
  lists: Partial<KeptModules>,
): Promise<string[]> {
  const kept = await outputs(files, lists, "kept");
  expect(kept).toEqual(await outputs(files, lists, "fresh"));
  return kept;
}

const COUNTER = "let n = 0; exports.next = () => (n += 1);";

describe("kept modules", () => {
  it("are run once, and their state is the next process's where no list has them", async () => {
    const files = {
      "app/index.js": `const { next } = require("counter"); module.exports = () => console.log(next());`,
      "counter/index.js": COUNTER,
    };

    expect(await outputs(files, {}, "kept")).toEqual(["1", "2", "3"]);
    expect(await outputs(files, {}, "fresh")).toEqual(["1", "1", "1"]);
  });

  it("find stateful ones as new, whatever they took off them when they were run", async () => {
    const output = await expectSame(
      {
        "app/index.js": `const { next } = require("counter"); module.exports = () => console.log(next());`,
        "counter/index.js": COUNTER,
      },
      { stateful: ["counter"] },
    );

    expect(output).toEqual(["1", "1", "1"]);
  });

  it("have the stateful ones beneath them draw when they would have, in the same order", async () => {
    const output = await expectSame(
      {
        "app/index.js": `
          require("between");
          const { drawn } = require("second");
          module.exports = () => console.log(require("first").drawn() + drawn() + Math.random());`,
        "between/index.js": `require("first");`,
        "first/index.js": `const n = Math.random(); exports.drawn = () => "1st " + n;`,
        "second/index.js": `const n = Math.random(); exports.drawn = () => "2nd " + n;`,
      },
      { stateful: ["first", "second"] },
    );

    expect(output[2]).toBe(output[0]);
    expect(output[1]).not.toBe(output[0]);
  });

  it("draw late where they are asked for late", async () => {
    await expectSame(
      {
        "app/index.js": `module.exports = () => {
          const early = Math.random();
          console.log(require("lazy").drawn() + early + Math.random());
        };`,
        "lazy/index.js": `module.exports = require("drawing");`,
        "drawing/index.js": `const n = Math.random(); exports.drawn = () => n;`,
      },
      { stateful: ["drawing"] },
    );
  });

  it("change the realm of each process that loads them", async () => {
    const output = await expectSame(
      {
        "app/index.js": `
          const before = typeof "".shout;
          require("loud");
          module.exports = () => console.log(before, "a".shout(), typeof globalThis.loud);`,
        "loud/index.js": `
          String.prototype.shout = function () { return this.toUpperCase(); };
          globalThis.loud = true;`,
      },
      { stateful: ["app"], patching: ["loud"] },
    );

    expect(output).toEqual(Array(3).fill("undefined A boolean"));
  });

  it("have what hangs on their exports put back", async () => {
    const output = await expectSame(
      {
        "app/index.js": `const queue = require("queue"); module.exports = () => {
          queue.isBusy = true;
          queue.items.push("x");
          console.log(queue.items.length);
        };`,
        "queue/index.js": `class Queue { isBusy = false; items = []; } module.exports = new Queue();`,
      },
      { restored: ["queue/index.js"] },
    );

    expect(output).toEqual(["1", "1", "1"]);
  });

  it("are given up where one of them could not be loaded", async () => {
    const output = await expectSame(
      {
        "app/index.js": `
          exports.half = true;
          require("other");
          if (Math.random() < 2) throw new Error("no");`,
        "other/index.js": `const app = require("app/index.js"); console.log(JSON.stringify(app));`,
      },
      {},
    );

    expect(output).toEqual(Array(3).fill(['{"half":true}', "crashed: Error: no"]).flat());
  });

  it("may be asked for in a circle, also when stateful", async () => {
    const output = await expectSame(
      {
        "app/index.js": `const a = require("a"); module.exports = () => console.log(a.name() + a.other());`,
        "a/index.js": `exports.name = () => "a"; const b = require("b"); exports.other = () => b.name();`,
        "b/index.js": `const a = require("a"); exports.name = () => "b of " + a.name();`,
      },
      { stateful: ["a"] },
    );

    expect(output).toEqual(Array(3).fill("ab of a"));
  });
});
