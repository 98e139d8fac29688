/**
 * Modules that outlive the process they were loaded in: what runs anew for each process is only what
 * has state.
 *
 * A process finds its modules as if it had loaded them. The first to ask for a kept module has it run,
 * and it is written down what that does: which modules it asks for, and what it changes in the realm
 * (globals, prototypes, built-in modules). When a later process asks for it first, the same is done in
 * the same order without running it: stateful modules beneath it are run, so that they draw time and
 * chance when they would have, and the realm is changed to what it was changed to.
 *
 * @packageDocumentation
 */
import { forwarding } from "./forwarding.js";
import { namesModules } from "./module-layers.js";
import { GraphModule, ModuleGraph, type Layer, type ModuleLibrary } from "./module-library.js";
import { RealmSnapshot, type RealmChange } from "./realm.js";

/** Of the modules of a release: which cannot be kept as they are. */
export interface KeptModules {
  /** Packages, and files of packages, with state that outlives a process, or that draw when loaded. */
  readonly stateful: readonly string[];
  /** Those that change the realm when loaded, and have no such state. */
  readonly patching: readonly string[];
  /** Those whose state hangs on what they export: it is put back to what it was after loading. */
  readonly restored: readonly string[];
}

/** What loading a module does. */
type Step =
  | { readonly kind: "load"; readonly filename: string }
  | { readonly kind: "patch"; readonly changes: readonly RealmChange[] };

/** The realm of the process. */
export interface Realm {
  /** What differs from a process that has loaded nothing. */
  changes(): readonly RealmChange[];
}

export class KeptGraph extends ModuleGraph {
  readonly #realm: Realm;
  readonly #isStateful: (filename: string) => boolean;
  readonly #isPatching: (filename: string) => boolean;
  readonly #steps = new Map<string, readonly Step[]>();
  readonly #standIns = new Map<string, unknown>();
  /** Stateful modules that the present process has run. */
  readonly #current = new Map<string, unknown>();
  /** Kept modules that the present process has loaded, or is loading. */
  readonly #visited = new Set<string>();
  readonly #isRestored: (filename: string) => boolean;
  /** The state of the restored modules, as it was after loading. */
  readonly #states: RealmSnapshot[] = [];
  /** A module could not be loaded: others may hold on to what there was of it. Nothing can be kept. */
  isBroken = false;
  /** What the modules that are loading now have done, the innermost last; null for a stateful one. */
  readonly #loading: (Step[] | null)[] = [];

  constructor(
    library: ModuleLibrary,
    entry: string,
    options: {
      readonly builtin: (request: string) => unknown;
      readonly shared: Layer;
      readonly modules: KeptModules;
      readonly realm: Realm;
    },
  ) {
    super(library, entry, options.builtin, options.shared);
    this.#realm = options.realm;
    this.#isStateful = namesModules(options.modules.stateful);
    this.#isPatching = namesModules(options.modules.patching);
    this.#isRestored = namesModules(options.modules.restored);
  }

  /** A process begins: nothing is loaded. */
  begin(): void {
    for (const filename of this.#current.keys()) this.forget(filename);
    this.#current.clear();
    this.#visited.clear();
    this.#loading.length = 0;
    for (const state of this.#states) state.restore();
  }

  protected override loadOwn(filename: string, parent: GraphModule): unknown {
    this.#loading.at(-1)?.push({ kind: "load", filename });
    if (!this.#isStateful(filename)) return this.#loadKept(filename, parent);
    const exports = this.#loadStateful(filename, parent);
    return this.#isStateful(GraphModule.fileOf(parent))
      ? exports
      : this.#standIn(filename, exports, parent);
  }

  #loadKept(filename: string, parent: GraphModule): unknown {
    if (this.#visited.has(filename)) return super.loadOwn(filename, parent);
    this.#visited.add(filename);
    if (this.has(filename)) {
      this.#replay(filename, parent);
      return super.loadOwn(filename, parent);
    }
    const before = this.#isPatching(filename) ? this.#realm.changes() : null;
    const steps: Step[] = [];
    this.#loading.push(steps);
    let isComplete = false;
    try {
      const exports = super.loadOwn(filename, parent);
      isComplete = true;
      if (this.#isRestored(filename)) this.#states.push(stateOf(exports));
      if (before !== null) steps.push(this.#patchSince(before));
      this.#steps.set(filename, steps);
      return exports;
    } finally {
      if (!isComplete) this.isBroken = true;
      this.#loading.pop();
    }
  }

  #loadStateful(filename: string, parent: GraphModule): unknown {
    // Also while it is being run: modules may ask for each other in a circle.
    if (this.has(filename)) return super.loadOwn(filename, parent);
    this.#loading.push(null);
    try {
      this.#current.set(filename, undefined);
      const exports = super.loadOwn(filename, parent);
      this.#current.set(filename, exports);
      return exports;
    } finally {
      this.#loading.pop();
    }
  }

  #standIn(filename: string, exports: unknown, parent: GraphModule): unknown {
    const isObject =
      typeof exports === "function" || (typeof exports === "object" && exports !== null);
    if (!isObject) return exports;
    let found = this.#standIns.get(filename);
    if (found === undefined) {
      found = forwarding(
        () => (this.#current.get(filename) ?? this.#loadStateful(filename, parent)) as object,
      );
      this.#standIns.set(filename, found);
    }
    return found;
  }

  /** Does again what loading a module did. */
  #replay(filename: string, parent: GraphModule): void {
    for (const step of this.#steps.get(filename) ?? []) {
      if (step.kind === "patch") for (const change of step.changes) change.make();
      else if (this.#isStateful(step.filename)) this.#loadStateful(step.filename, parent);
      else if (!this.#visited.has(step.filename)) {
        this.#visited.add(step.filename);
        if (this.has(step.filename)) this.#replay(step.filename, parent);
      }
    }
  }

  #patchSince(before: readonly RealmChange[]): Step {
    const changes = this.#realm
      .changes()
      .filter((change) => !before.some((known) => change.isSame(known)));
    return { kind: "patch", changes };
  }
}

/** What hangs on a module's exports: their own properties, and instances that these hold. */
function stateOf(exports: unknown): RealmSnapshot {
  const state = new RealmSnapshot();
  const include = (value: unknown): void => {
    if (typeof value !== "object" || value === null || state.includes(value)) return;
    state.includeShallow(value);
    for (const part of Object.values(value)) include(part);
  };
  include(exports);
  return state;
}
