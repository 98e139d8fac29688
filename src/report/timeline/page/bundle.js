/**
 * Joins the compiled modules of the page into the one script that a timeline carries.
 *
 * Each module is put behind those that it imports, in one function, without its imports and exports:
 * what they name is in reach there. That needs every top-level name to be there once; this script
 * checks it, and that the result is JavaScript.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "..");
const COMPILED = join(ROOT, "dist", "src", "report", "timeline", "page");
const ENTRY = join(COMPILED, "main.js");
const RESULT = join(COMPILED, "..", "page-script.js");

const IMPORT = /^import\s(?:[^"]*?from\s)?"([^"]+)";\n/gm;
const EXPORT = /^export (?=(?:async )?(?:function|class|const|let) )/gm;
const TOP_LEVEL_NAME = /^(?:async )?(?:function|class|const|let) ([\w$]+)/gm;

const done = new Map();

function take(path) {
  if (done.has(path)) return;
  done.set(path, null);
  const text = readFileSync(path, "utf8");
  for (const [statement, imported] of text.matchAll(IMPORT)) {
    if (/\bas\b/.test(statement)) throw new Error(`${path} renames what it imports: ${statement}`);
    take(join(dirname(path), imported));
  }
  // Set again, so that a module stands behind those that it imports.
  done.delete(path);
  done.set(
    path,
    text
      .replace(IMPORT, "")
      .replace(/^export \{\};\n/gm, "")
      .replace(EXPORT, ""),
  );
}

take(ENTRY);
const owners = new Map();
for (const [path, text] of done) {
  const name = relative(COMPILED, path);
  const left = /^(?:import|export)\b.*/m.exec(text);
  if (left !== null) throw new Error(`${name} has what can't be joined: ${left[0]}`);
  for (const [, declared] of text.matchAll(TOP_LEVEL_NAME)) {
    const owner = owners.get(declared);
    if (owner !== undefined) {
      throw new Error(`"${declared}" is declared by both ${owner} and ${name}: rename one`);
    }
    owners.set(declared, name);
  }
}
const script = `(() => {\n"use strict";\n${[...done.values()].join("")}})();\n`;
new Script(script, { filename: RESULT });
writeFileSync(RESULT, script);
rmSync(COMPILED, { recursive: true });
