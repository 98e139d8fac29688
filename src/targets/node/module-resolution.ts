/**
 * Where a request leads to, as Node resolves it, but to the CommonJS form of a package that also
 * has a synchronous ES module: ES modules cannot be run anew for each process.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

type Conditions = ReadonlySet<string>;

/** The conditions of `require`, without `module-sync`. */
const CONDITIONS: Conditions = new Set(["node", "node-addons", "require", "default"]);
const IMPORT_CONDITIONS: Conditions = new Set(["node", "node-addons", "import", "default"]);
const BARE = /^(@[^/]+\/[^/]+|[^./@][^/]*)(\/.*)?$/;

/** The file, or the name of a built-in module, that `request` means to the module of `native`. */
export function resolveModule(native: NodeJS.Require, request: string): string {
  if (isBuiltin(request)) return request;
  const file = native.resolve(request);
  return file.endsWith(".mjs") ? (commonJsForm(file, request) ?? file) : file;
}

/**
 * The file, or the name of a built-in module, that an `import` in a file means.
 * @throws an error with the code that Node's has, where there is none
 */
export function resolveImport(native: NodeJS.Require, request: string, from: string): string {
  if (isBuiltin(request)) return request;
  if (/^(\.{0,2}\/|file:)/.test(request)) {
    const file = fileURLToPath(new URL(request, pathToFileURL(from)));
    if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
    throw Object.assign(new Error(`Cannot find module '${file}' imported from ${from}`), {
      code: "ERR_MODULE_NOT_FOUND",
    });
  }
  return importedForm(native, request) ?? native.resolve(request);
}

/** The form of a package that is for `import`; null where it makes no difference. */
function importedForm(native: NodeJS.Require, request: string): string | null {
  const [, name, inner] = BARE.exec(request) ?? [];
  if (name === undefined) return null;
  for (const folder of native.resolve.paths(request) ?? []) {
    const root = join(folder, name);
    if (!existsSync(join(root, "package.json"))) continue;
    const target = pick(entryOf(exportsOf(root), `.${inner ?? ""}`), IMPORT_CONDITIONS);
    return target === null ? null : join(root, target);
  }
  return null;
}

function exportsOf(root: string): unknown {
  const text = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(text) as { exports?: unknown }).exports;
}

function commonJsForm(file: string, request: string): string | null {
  const [, name, inner] = BARE.exec(request) ?? [];
  const root = packageRoot(file);
  if (name === undefined || root === null) return null;
  const target = pick(entryOf(exportsOf(root), `.${inner ?? ""}`), CONDITIONS);
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

function pick(target: unknown, conditions: Conditions): string | null {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return null;
  const choices = Array.isArray(target)
    ? (target as unknown[])
    : Object.entries(target)
        .filter(([condition]) => conditions.has(condition))
        .map(([, choice]) => choice as unknown);
  for (const choice of choices) {
    const picked = pick(choice, conditions);
    if (picked !== null) return picked;
  }
  return null;
}
