/**
 * Where a request leads to, as Node resolves it, but to the CommonJS form of a package that also
 * has a synchronous ES module: ES modules cannot be run anew for each process.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";

/** The conditions of `require`, without `module-sync`. */
const CONDITIONS = new Set(["node", "node-addons", "require", "default"]);
const BARE = /^(@[^/]+\/[^/]+|[^./@][^/]*)(\/.*)?$/;

/** The file, or the name of a built-in module, that `request` means to the module of `native`. */
export function resolveModule(native: NodeJS.Require, request: string): string {
  if (isBuiltin(request)) return request;
  const file = native.resolve(request);
  return file.endsWith(".mjs") ? (commonJsForm(file, request) ?? file) : file;
}

function commonJsForm(file: string, request: string): string | null {
  const [, name, inner] = BARE.exec(request) ?? [];
  const root = packageRoot(file);
  if (name === undefined || root === null) return null;
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports?: unknown;
  };
  const target = pick(entryOf(exports, `.${inner ?? ""}`));
  if (target === null || target.endsWith(".mjs")) return null;
  const form = join(root, target);
  return existsSync(form) ? form : null;
}

function packageRoot(file: string): string | null {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
  }
  return null;
}

/** `exports` lists subpaths, or is itself the target of the package's main entry. */
function entryOf(exports: unknown, subpath: string): unknown {
  const isList =
    typeof exports === "object" &&
    exports !== null &&
    Object.keys(exports).some((key) => key.startsWith("."));
  if (isList) return (exports as Record<string, unknown>)[subpath];
  return subpath === "." ? exports : undefined;
}

function pick(target: unknown): string | null {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return null;
  const choices = Array.isArray(target)
    ? (target as unknown[])
    : Object.entries(target)
        .filter(([condition]) => CONDITIONS.has(condition))
        .map(([, choice]) => choice as unknown);
  for (const choice of choices) {
    const picked = pick(choice);
    if (picked !== null) return picked;
  }
  return null;
}
