import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { recipeOf } from "./happn-3.js";
import { happn3Target, EXAMINED_RELEASES, HAPPN3_RELEASES } from "./index.js";
import { NodeTarget } from "./node-target.js";
import { hashOfSession, playSession } from "./scripted-session.js";

const ROOT = process.cwd();
const COMPILED = join(ROOT, "node_modules", ".cache", `happnstance-${process.pid}`);
const FOLDERS = ["src/sim", "src/targets", "src/protocol", "src/plan", "src/history", "models"];
const COMPILER_OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  verbatimModuleSyntax: true,
};

/** Compiles what a session needs, for processes that know nothing of TypeScript or vitest. */
async function compileSources(): Promise<void> {
  for (const folder of FOLDERS) {
    for (const name of await readdir(join(ROOT, folder), { recursive: true })) {
      if (!/(?<!\.test|\.d)\.ts$/.test(name) || /(^|\/)releases\//.test(name)) continue;
      const text = await readFile(join(ROOT, folder, name), "utf8");
      const { outputText } = ts.transpileModule(text, { compilerOptions: COMPILER_OPTIONS });
      const file = join(COMPILED, folder, name.replace(/\.ts$/, ".js"));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, outputText);
    }
  }
  await writeFile(join(COMPILED, "package.json"), '{"type":"module"}');
}

async function hashInFreshProcess(version: string, flags: readonly string[]): Promise<string> {
  const folder = join(COMPILED, "src/targets/node");
  const script = `
    import { happn3Target } from ${JSON.stringify(join(folder, "index.js"))};
    import { hashOfSession } from ${JSON.stringify(join(folder, "scripted-session.js"))};
    const target = happn3Target(${JSON.stringify(version)});
    await target.prepare(() => {});
    console.log(await hashOfSession(target, "seed-1"));
  `;
  const args = [...flags, "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, TZ: "Asia/Kathmandu" },
  });
  return stdout.trim();
}

beforeAll(compileSources);
afterAll(() => rm(COMPILED, { recursive: true, force: true }));

describe.each(EXAMINED_RELEASES)("happn-3@$version in the simulated world", (release) => {
  const { version, profile } = release;
  const target = happn3Target(version);
  beforeAll(() => target.prepare(() => {}), 300_000);

  it("does the same again under one seed, whatever ran in between", async () => {
    const first = await hashOfSession(target, "seed-1");
    const other = await hashOfSession(target, "seed-2");

    expect(other).not.toBe(first);
    expect(await hashOfSession(target, "seed-1")).toBe(first);
  });

  it("does the same in another process, with another time zone and heap", async () => {
    const here = await hashOfSession(target, "seed-1");

    expect(await hashInFreshProcess(version, ["--max-old-space-size=300"])).toBe(here);
  });

  it("serves, and uses nothing that is not simulated", async () => {
    const lines = await playSession(target, "seed-1");

    expect(lines[0]).toMatch(/^\d+ started$/);
    expect(lines.filter((line) => /crashed|undeterministic/.test(line))).toEqual([]);
    expect(lines.at(-1)).toMatch(/ stopped$/);
    expect(lines.some((line) => line.includes("zwölf ✓"))).toBe(true);
    expect(lines.some((line) => line.includes('"primus::pong::1"'))).toBe(true);
  });

  it("closes a silent connection in virtual time, where its generation does", async () => {
    const lines = await playSession(target, "seed-1");
    const times = lines.filter((line) => line.includes("carol")).map((line) => parseInt(line));
    const silence = (times.at(-1) as number) - (times.at(-2) as number);

    if (profile === "1.x") expect(silence).toBe(35_000);
    else expect(silence).toBeGreaterThan(39_000);
  });
});

describe.each(HAPPN3_RELEASES)("happn-3@$version", (release) => {
  it("does the same when no package is shared between processes", async () => {
    const target = happn3Target(release.version);
    const alone = new NodeTarget({ ...recipeOf(release), sharedPackages: [] });
    await target.prepare(() => {});
    await alone.prepare(() => {});

    expect(await hashOfSession(alone, "seed-1")).toBe(await hashOfSession(target, "seed-1"));
  }, 300_000);
});
