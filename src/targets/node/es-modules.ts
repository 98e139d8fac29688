/**
 * The ES modules of one simulated process, by `node:vm` (docs/adr/0017): Node's own loader runs a
 * module once in its life, and a simulated process needs its own.
 *
 * What ES modules import of CommonJS is run when they are linked, before the first of them is
 * evaluated: only its exports tell their names. All of it happens in microtasks of the simulated
 * process; nothing waits for the real event loop.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import vm, { type Module } from "node:vm";

import { isEsModule } from "./module-kind.js";
import { resolveImport } from "./module-resolution.js";

/** Exports of a CommonJS module, of JSON or of a built-in module, run unless they have been. */
type ExportsOf = (filename: string) => unknown;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

export class EsModules {
  readonly #exportsOf: ExportsOf;
  readonly #modules = new Map<string, Module>();

  constructor(exportsOf: ExportsOf) {
    this.#exportsOf = exportsOf;
  }

  /** Links and evaluates a file's module, and what it imports. */
  async run(filename: string): Promise<Module> {
    // The flag is the runner's; without it Node has no such class (hence no import by name either).
    if (typeof vm.SourceTextModule !== "function") {
      throw new Error("ES modules of a server need Node's flag --experimental-vm-modules");
    }
    return this.#evaluated(this.#moduleAt(filename));
  }

  async #evaluated(module: Module): Promise<Module> {
    if (module.status === "unlinked") {
      await module.link((specifier, from) => this.#imported(specifier, from.identifier));
    }
    if (module.status === "linked") await module.evaluate();
    if (module.status === "errored") throw module.error;
    return module;
  }

  #imported(specifier: string, from: string): Module {
    return this.#moduleAt(resolveImport(createRequire(from), specifier, from));
  }

  #moduleAt(filename: string): Module {
    const key = isBuiltin(filename) ? filename.replace(/^node:/, "") : filename;
    let module = this.#modules.get(key);
    if (module === undefined) {
      module = isEsModule(filename) ? this.#source(filename) : this.#foreign(filename);
      this.#modules.set(key, module);
    }
    return module;
  }

  #source(filename: string): Module {
    const { href } = pathToFileURL(filename);
    return new vm.SourceTextModule(readFileSync(filename, "utf8").replace(/^\uFEFF/, ""), {
      identifier: filename,
      initializeImportMeta: (meta) => {
        Object.assign(meta, {
          dirname: dirname(filename),
          filename,
          url: href,
          resolve: (specifier: string) =>
            urlOf(resolveImport(createRequire(filename), specifier, filename)),
        });
      },
      importModuleDynamically: (specifier: string) =>
        this.#evaluated(this.#imported(specifier, filename)),
    });
  }

  /** A module of another kind: its exports are the default, and have names where they have keys. */
  #foreign(filename: string): Module {
    const exports = this.#exportsOf(filename);
    const isObject =
      (typeof exports === "object" && exports !== null) || typeof exports === "function";
    const isJson = filename.endsWith(".json");
    const names = isObject && !isJson ? namesOf(exports) : [];
    return new vm.SyntheticModule(
      ["default", ...names],
      function (this: vm.SyntheticModule) {
        this.setExport("default", exports);
        for (const name of names) this.setExport(name, Reflect.get(exports as object, name));
      },
      { identifier: filename },
    );
  }
}

function namesOf(exports: object): readonly string[] {
  return Object.keys(exports).filter((name) => name !== "default" && IDENTIFIER.test(name));
}

function urlOf(found: string): string {
  if (isBuiltin(found)) return found.startsWith("node:") ? found : `node:${found}`;
  return pathToFileURL(found).href;
}
