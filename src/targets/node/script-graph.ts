/**
 * The modules of a script that is run as it is: CommonJS and ES modules, anew for each process.
 *
 * @packageDocumentation
 */
import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";

import { EsModules } from "./es-modules.js";
import { isEsModule } from "./module-kind.js";
import {
  ModuleGraph,
  type GraphModule,
  type ModuleLibrary,
  type Require,
} from "./module-library.js";
import { world } from "./world.js";

/** What is taken of the built-in module `module`. */
interface ModuleBuiltin {
  createRequire(file: string | URL): Require;
}

export class ScriptGraph extends ModuleGraph {
  readonly #entry: string;
  readonly #es: EsModules;
  #moduleBuiltin: ModuleBuiltin | null = null;
  readonly #builtin: (request: string) => unknown;

  constructor(library: ModuleLibrary, entry: string, builtin: (request: string) => unknown) {
    super(library, entry, builtin);
    this.#entry = entry;
    this.#builtin = builtin;
    this.#es = new EsModules((filename) => this.exportsOf(filename));
  }

  override runMain(): void {
    if (!isEsModule(this.#entry)) {
      super.runMain();
      return;
    }
    this.#es
      .run(this.#entry)
      .catch((error: unknown) => world().uncaught(error, "uncaught-exception"));
  }

  protected override load(filename: string, parent: GraphModule): unknown {
    if (isBuiltin(filename) && filename.replace(/^node:/, "") === "module") {
      return this.#standIn(filename);
    }
    return super.load(filename, parent);
  }

  /** Node's own `createRequire` would load modules into this process, once for all simulated ones. */
  #standIn(filename: string): ModuleBuiltin {
    const real = this.#builtin(filename) as object;
    this.#moduleBuiltin ??= Object.assign(
      Object.create(real) as object,
      Object.fromEntries(Object.keys(real).map((key) => [key, Reflect.get(real, key) as unknown])),
      { createRequire: (file: string | URL) => this.requireOf(pathOf(file)) },
    );
    return this.#moduleBuiltin;
  }
}

function pathOf(file: string | URL): string {
  return file instanceof URL || file.startsWith("file:") ? fileURLToPath(file) : file;
}
