/**
 * Whether a file is an ES module, as Node decides it.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { compileFunction } from "node:vm";

/** What a CommonJS module that is none says: Node then takes it for an ES module. */
const MARKS =
  /Cannot use import statement|Unexpected token 'export'|Cannot use 'import.meta'|await is only valid/;

const kinds = new Map<string, boolean>();

/** By its ending, by the `type` of its package, and where that has none, by its syntax. */
export function isEsModule(filename: string): boolean {
  let kind = kinds.get(filename);
  if (kind === undefined) {
    kind = decide(filename);
    kinds.set(filename, kind);
  }
  return kind;
}

function decide(filename: string): boolean {
  if (filename.endsWith(".mjs")) return true;
  if (!filename.endsWith(".js")) return false;
  const type = packageType(filename);
  if (type !== null) return type === "module";
  return !filename.includes(`${sep}node_modules${sep}`) && looksLikeEsModule(filename);
}

function packageType(filename: string): string | null {
  for (let at = dirname(filename); ; at = dirname(at)) {
    const file = join(at, "package.json");
    if (existsSync(file)) {
      const { type } = JSON.parse(readFileSync(file, "utf8")) as { type?: unknown };
      return typeof type === "string" ? type : null;
    }
    if (at === dirname(at)) return null;
  }
}

function looksLikeEsModule(filename: string): boolean {
  try {
    compileFunction(readFileSync(filename, "utf8").replace(/^#!.*/, ""), []);
    return false;
  } catch (error) {
    return error instanceof SyntaxError && MARKS.test(error.message);
  }
}
