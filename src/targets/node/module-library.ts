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
import { rootAt, type Root } from "./root.js";
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
  readonly native: NodeJS.Require;
  readonly resolved: Map<string, string>;
  /** Absent for JSON and for what only Node itself can load. */
  readonly wrapper?: Wrapper;
  readonly json?: string;
}

const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

export class ModuleLibrary {
  /** Where the modules are, and where they believe to be. */
  readonly root: Root;
  readonly #sources = new Map<string, Source>();

  constructor(root: Root = rootAt("/")) {
    this.root = root;
  }

  source(filename: string): Source {
    let source = this.#sources.get(filename);
    if (source === undefined) {
      source = read(filename, this.root.shownPath(filename));
      this.#sources.set(filename, source);
    }
    return source;
  }

  resolve(request: string, filename: string): string {
    const { native, resolved } = this.source(filename);
    let target = resolved.get(request);
    if (target === undefined) {
      target = this.find(native, request);
      resolved.set(request, target);
    }
    return target;
  }

  /** What a request leads to; an error tells of it by the names that modules know. */
  find(native: NodeJS.Require, request: string): string {
    try {
      return this.root.really(() => resolveModule(native, this.root.realPath(request)));
    } catch (error) {
      throw this.root.shownError(error);
    }
  }
}

function read(filename: string, shownName: string): Source {
  const common = {
    native: createRequire(filename),
    resolved: new Map<string, string>(),
  };
  if (/\.(mjs|node)$/.test(filename)) return common;
  const text = readFileSync(filename, "utf8").replace(/^\uFEFF/, "");
  if (filename.endsWith(".json")) return { ...common, json: text };
  const code = text.replace(/^#!.*/, "");
  const wrapper = compileFunction(code, PARAMETERS, { filename: shownName }) as Wrapper;
  return { ...common, wrapper };
}

/** Modules of one graph that others take from it. */
export interface Layer {
  readonly graph: ModuleGraph;
  /** Whether a file's module is the layer's. */
  owns(filename: string): boolean;
}

/** A module as its code sees it, which knows its file by the name that it believes in. */
export class GraphModule {
  readonly id: string;
  readonly filename: string;
  readonly path: string;
  readonly #file: string;
  readonly children: GraphModule[] = [];
  readonly parent: GraphModule | undefined;
  exports: unknown = {};
  loaded = false;
  require!: Require;

  constructor(file: string, shownName: string, parent: GraphModule | undefined) {
    this.#file = file;
    this.id = parent === undefined ? "." : shownName;
    this.filename = shownName;
    this.path = dirname(shownName);
    this.parent = parent;
    parent?.children.push(this);
  }

  /** The file that a module really comes from. */
  static fileOf(module: GraphModule): string {
    return module.#file;
  }

  get paths(): string[] {
    return lookupPaths(this.path);
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
    this.#main = this.#module(entry, undefined);
    this.#cache[this.#main.filename] = this.#main;
  }

  /** Loads what `request` means to the entry. */
  require(request: string): unknown {
    const native = createRequire(GraphModule.fileOf(this.#main));
    return this.load(this.#library.find(native, request), this.#main);
  }

  /** Runs the entry itself, as the main module of the process. */
  runMain(): void {
    this.#run(this.#main, this.#library.source(GraphModule.fileOf(this.#main)));
    this.#main.loaded = true;
  }

  /** `require` as in a file, which need not exist. */
  requireOf(filename: string): Require {
    const native = createRequire(this.#library.root.realPath(filename));
    const module = this.#module(this.#library.root.realPath(filename), this.#main);
    return this.#requireFor(module, native, (request) => this.#library.find(native, request));
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
    const shownName = this.#library.root.shownPath(filename);
    const cached = this.#cache[shownName];
    if (cached !== undefined) return cached.exports;
    const source = this.#library.source(filename);
    if (source.wrapper === undefined && source.json === undefined) {
      world().report(filename.endsWith(".node") ? "a native addon" : "an ES module");
      return this.#library.root.really((): unknown => source.native(filename));
    }
    const module = this.#module(filename, parent);
    this.#cache[shownName] = module;
    let complete = false;
    try {
      if (source.json !== undefined) module.exports = JSON.parse(source.json);
      else this.#run(module, source);
      complete = true;
    } finally {
      if (!complete) Reflect.deleteProperty(this.#cache, shownName);
    }
    module.loaded = true;
    return module.exports;
  }

  /** Whether a module has been run, or is being run. */
  protected has(filename: string): boolean {
    return this.#cache[this.#library.root.shownPath(filename)] !== undefined;
  }

  /** Lets the next who asks for the module have it run again. */
  protected forget(filename: string): void {
    const shownName = this.#library.root.shownPath(filename);
    const module = this.#cache[shownName];
    const siblings = module?.parent?.children ?? [];
    const at = module === undefined ? -1 : siblings.indexOf(module);
    if (at >= 0) siblings.splice(at, 1);
    Reflect.deleteProperty(this.#cache, shownName);
  }

  #module(file: string, parent: GraphModule | undefined): GraphModule {
    return new GraphModule(file, this.#library.root.shownPath(file), parent);
  }

  #run(module: GraphModule, { wrapper, native }: Source): void {
    const { filename, path } = module;
    const file = GraphModule.fileOf(module);
    const resolve = (request: string) => this.#library.resolve(request, file);
    const require = this.#requireFor(module, native, resolve);
    module.require = require;
    const args = [module.exports, require, module, filename, path] as const;
    Reflect.apply(wrapper as Wrapper, module.exports, args);
  }

  #requireFor(
    module: GraphModule,
    native: NodeJS.Require,
    resolve: (request: string) => string,
  ): Require {
    const { root } = this.#library;
    return Object.assign((request: string) => this.load(resolve(request), module), {
      resolve: (request: string, options?: { paths?: string[] }) => {
        if (options === undefined) return root.shownPath(resolve(request));
        const paths = options.paths?.map((path) => root.realPath(path));
        const found = root.really(() => native.resolve(root.realPath(request), paths && { paths }));
        return root.shownPath(found);
      },
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
