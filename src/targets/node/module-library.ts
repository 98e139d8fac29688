/**
 * The CommonJS modules of a target, read and compiled once, and run anew for each process.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";

import { resolveModule } from "./module-resolution.js";
import { world } from "./world.js";

type Wrapper = (
  exports: unknown,
  require: Require,
  module: GraphModule,
  filename: string,
  directory: string,
) => void;

export interface Require {
  (request: string): unknown;
  resolve(request: string, options?: { paths?: string[] }): string;
  cache: Record<string, GraphModule>;
  extensions: Record<string, unknown>;
  main: GraphModule | undefined;
}

interface Source {
  readonly directory: string;
  readonly native: NodeJS.Require;
  /** Where packages are looked up from the directory. */
  readonly paths: readonly string[];
  readonly resolved: Map<string, string>;
  /** Absent for JSON and for what only Node itself can load. */
  readonly wrapper?: Wrapper;
  readonly json?: string;
}

const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

export class ModuleLibrary {
  readonly #sources = new Map<string, Source>();

  source(filename: string): Source {
    let source = this.#sources.get(filename);
    if (source === undefined) {
      source = read(filename);
      this.#sources.set(filename, source);
    }
    return source;
  }

  resolve(request: string, filename: string): string {
    const { native, resolved } = this.source(filename);
    let target = resolved.get(request);
    if (target === undefined) {
      target = resolveModule(native, request);
      resolved.set(request, target);
    }
    return target;
  }
}

function read(filename: string): Source {
  const directory = dirname(filename);
  const common = {
    directory,
    native: createRequire(filename),
    paths: lookupPaths(directory),
    resolved: new Map<string, string>(),
  };
  if (/\.(mjs|node)$/.test(filename)) return common;
  const text = readFileSync(filename, "utf8").replace(/^\uFEFF/, "");
  if (filename.endsWith(".json")) return { ...common, json: text };
  const code = text.replace(/^#!.*/, "");
  return { ...common, wrapper: compileFunction(code, PARAMETERS, { filename }) as Wrapper };
}

/** Modules of one graph that others take from it. */
export interface Layer {
  readonly graph: ModuleGraph;
  /** Whether a file's module is the layer's. */
  owns(filename: string): boolean;
}

export class GraphModule {
  readonly id: string;
  readonly filename: string;
  readonly path: string;
  readonly #lookup: readonly string[];
  readonly children: GraphModule[] = [];
  readonly parent: GraphModule | undefined;
  exports: unknown = {};
  loaded = false;
  require!: Require;

  constructor(filename: string, lookup: readonly string[], parent: GraphModule | undefined) {
    this.id = parent === undefined ? "." : filename;
    this.filename = filename;
    this.path = dirname(filename);
    this.#lookup = lookup;
    this.parent = parent;
    parent?.children.push(this);
  }

  get paths(): string[] {
    return [...this.#lookup];
  }
}

/** The modules of one process, or of several. */
export class ModuleGraph {
  readonly #library: ModuleLibrary;
  readonly #shared: Layer | undefined;
  readonly #main: GraphModule;
  readonly #cache: Record<string, GraphModule> = Object.create(null) as Record<string, GraphModule>;
  readonly #extensions = { ".js": undefined, ".json": undefined, ".node": undefined };
  readonly #builtin: (request: string) => unknown;

  /**
   * @param entry names the file that the process was started with; it need not exist
   * @param shared modules that all processes share
   */
  constructor(
    library: ModuleLibrary,
    entry: string,
    builtin: (request: string) => unknown,
    shared?: Layer,
  ) {
    this.#library = library;
    this.#shared = shared;
    this.#builtin = builtin;
    this.#main = new GraphModule(entry, lookupPaths(dirname(entry)), undefined);
    this.#cache[entry] = this.#main;
  }

  /** Loads what `request` means to the entry. */
  require(request: string): unknown {
    const native = createRequire(this.#main.filename);
    return this.load(resolveModule(native, request), this.#main);
  }

  /** Runs the entry itself, as the main module of the process. */
  runMain(): void {
    this.#run(this.#main, this.#library.source(this.#main.filename));
    this.#main.loaded = true;
  }

  /** `require` as in a file, which need not exist. */
  requireOf(filename: string): Require {
    const native = createRequire(filename);
    const module = new GraphModule(filename, lookupPaths(dirname(filename)), this.#main);
    return this.#requireFor(module, native, (request) => resolveModule(native, request));
  }

  /** The exports of a file's module, run unless it has been. */
  exportsOf(filename: string): unknown {
    return this.load(filename, this.#main);
  }

  /** What a module gets that asks for a file, or for a built-in module. */
  protected load(filename: string, parent: GraphModule): unknown {
    if (isBuiltin(filename)) return this.#builtin(filename);
    if (this.#shared?.owns(filename) === true) {
      return this.#shared.graph.load(filename, this.#shared.graph.#main);
    }
    return this.loadOwn(filename, parent);
  }

  /** The exports of a module that is the graph's own: run, unless it has been. */
  protected loadOwn(filename: string, parent: GraphModule): unknown {
    const cached = this.#cache[filename];
    if (cached !== undefined) return cached.exports;
    const source = this.#library.source(filename);
    if (source.wrapper === undefined && source.json === undefined) {
      world().report(filename.endsWith(".node") ? "a native addon" : "an ES module");
      return source.native(filename);
    }
    const module = new GraphModule(filename, source.paths, parent);
    this.#cache[filename] = module;
    let complete = false;
    try {
      if (source.json !== undefined) module.exports = JSON.parse(source.json);
      else this.#run(module, source);
      complete = true;
    } finally {
      if (!complete) Reflect.deleteProperty(this.#cache, filename);
    }
    module.loaded = true;
    return module.exports;
  }

  /** Whether a module has been run, or is being run. */
  protected has(filename: string): boolean {
    return this.#cache[filename] !== undefined;
  }

  /** Lets the next who asks for the module have it run again. */
  protected forget(filename: string): void {
    const module = this.#cache[filename];
    const siblings = module?.parent?.children ?? [];
    const at = module === undefined ? -1 : siblings.indexOf(module);
    if (at >= 0) siblings.splice(at, 1);
    Reflect.deleteProperty(this.#cache, filename);
  }

  #run(module: GraphModule, { wrapper, directory, native }: Source): void {
    const { filename } = module;
    const resolve = (request: string) => this.#library.resolve(request, filename);
    const require = this.#requireFor(module, native, resolve);
    module.require = require;
    const args = [module.exports, require, module, filename, directory] as const;
    Reflect.apply(wrapper as Wrapper, module.exports, args);
  }

  #requireFor(
    module: GraphModule,
    native: NodeJS.Require,
    resolve: (request: string) => string,
  ): Require {
    return Object.assign((request: string) => this.load(resolve(request), module), {
      resolve: (request: string, options?: { paths?: string[] }) =>
        options === undefined ? resolve(request) : native.resolve(request, options),
      cache: this.#cache,
      extensions: this.#extensions,
      main: this.#main,
    });
  }
}

function lookupPaths(directory: string): string[] {
  const paths: string[] = [];
  for (let at = directory; ; at = dirname(at)) {
    if (!at.endsWith("node_modules")) paths.push(join(at, "node_modules"));
    if (at === dirname(at)) return paths;
  }
}
