/**
 * Any Node server, unmodified, as a target in the simulated world.
 *
 * @packageDocumentation
 */
import { dirname } from "node:path";

import type { SecurityChange } from "../../protocol/index.js";
import type { LoopProcess } from "../../sim/index.js";
import type {
  Census,
  ConnectionEvents,
  Environment,
  ModuleTier,
  RunningTarget,
  ServerConnection,
  ServerObserver,
  StoreKind,
  Target,
} from "../target.js";
import { Connection } from "./connection.js";
import { DATA_FOLDER } from "./disk-calls.js";
import { outcomeOf } from "./later.js";
import { KeptGraph } from "./kept-graph.js";
import { sharedLayer } from "./module-layers.js";
import { ModuleGraph, ModuleLibrary, type Layer } from "./module-library.js";
import { socketsOpen } from "./network.js";
import type { Administer, Recipe, Stop } from "./recipe.js";
import { NODE } from "./process-facts.js";
import { Root, rootAt, SERVER_ROOT } from "./root.js";
import { ScriptGraph } from "./script-graph.js";
import { Sandbox } from "./sandbox.js";
import { timersSet } from "./timers.js";
import { VirtualProcess } from "./virtual-process.js";

const DATA_FILE = `${DATA_FOLDER}/store.db`;

export interface NodeTargetOptions {
  /** Called with each text that the server writes to its standard output or error. */
  readonly output?: (text: string) => void;
  /** By default `fresh`. */
  readonly modules?: ModuleTier;
}

/** One Node process can lend itself to one simulated process at a time. */
const sandbox = new Sandbox();
const realImmediate = setImmediate;
const realDirectory = process.cwd();
let running: RunningServer | null = null;
const builtin = (name: string) => sandbox.builtin(name);

export class NodeTarget implements Target {
  readonly id: string;
  readonly profile;
  readonly time = "virtual";
  readonly mayNotStart?: true;
  readonly stores?: readonly StoreKind[];
  readonly hasSecureMode?: true;
  readonly #recipe: Recipe;
  readonly #options: NodeTargetOptions;
  #library = new ModuleLibrary();
  #root: Root = rootAt("/");
  #entry: string | null = null;
  #shared: Layer | undefined;
  #kept: KeptGraph | null = null;

  constructor(recipe: Recipe, options: NodeTargetOptions = {}) {
    this.id = recipe.id;
    this.profile = recipe.profile;
    if (recipe.isScript === true) this.mayNotStart = true;
    if (recipe.stores !== undefined) this.stores = recipe.stores;
    if (recipe.hasSecureMode === true) this.hasSecureMode = true;
    this.#recipe = recipe;
    this.#options = options;
  }

  async prepare(progress: (line: string) => void): Promise<void> {
    const entry = await this.#recipe.prepare(progress);
    if (this.#entry !== null) return;
    this.#entry = entry;
    const folder = dirname(entry);
    // A script is where whoever starts it has put it; a release is wherever the cache is.
    this.#root = this.#recipe.isScript === true ? rootAt(folder) : new Root(folder, SERVER_ROOT);
    this.#library = new ModuleLibrary(this.#root);
    const { sharedPackages = [] } = this.#recipe;
    this.#shared = sharedLayer(this.#library, entry, builtin, sharedPackages);
  }

  async enter<T>(body: () => T): Promise<T> {
    // Not in a promise's continuation: microtasks that begin there cannot be run by `drain`.
    const outcome = await new Promise<() => T>((resolve) => {
      realImmediate(() => {
        const settled = outcomeOf(body);
        running?.dispose();
        resolve(settled);
      });
    });
    return outcome();
  }

  start(environment: Environment, observer: ServerObserver): RunningTarget {
    if (this.#entry === null) throw new Error(`${this.id} is started before it is prepared`);
    if (running !== null) throw new Error("a Node target runs one server at a time");
    const graph = this.#graph(this.#entry);
    running = new RunningServer(this.#recipe, graph, this.#root, environment, observer, {
      output: this.#options.output ?? (() => {}),
    });
    return running;
  }

  /** The modules of a new process. */
  #graph(entry: string): ModuleGraph {
    const { keptModules: modules } = this.#recipe;
    const shared = this.#shared as Layer;
    if (this.#recipe.isScript === true) return new ScriptGraph(this.#library, entry, builtin);
    if (this.#options.modules !== "kept" || modules === undefined) {
      return new ModuleGraph(this.#library, entry, builtin, shared);
    }
    const options = { builtin, shared, modules, realm: sandbox };
    if (this.#kept === null || this.#kept.isBroken) {
      this.#kept = new KeptGraph(this.#library, entry, options);
    }
    this.#kept.begin();
    return this.#kept;
  }
}

class RunningServer implements RunningTarget {
  readonly #process: VirtualProcess;
  readonly #observer: ServerObserver;
  #port: number;
  readonly #isScript: boolean;
  #connections = 0;
  #stop: Stop | null = null;
  #administer: Administer | null = null;
  #stopRequested = false;
  #disposed = false;

  constructor(
    recipe: Recipe,
    graph: ModuleGraph,
    root: Root,
    environment: Environment,
    observer: ServerObserver,
    options: Required<Pick<NodeTargetOptions, "output">>,
  ) {
    this.#observer = observer;
    this.#port = recipe.port;
    this.#isScript = recipe.isScript === true;
    sandbox.install(this.#isScript ? realDirectory : root.shown);
    if (!this.#isScript) process.argv = [NODE, `${root.shown}/server.js`];
    const virtual = new VirtualProcess(environment, root, {
      crashed: (crash) => observer.crashed(crash),
      undeterministic: (what, site) => observer.undeterministic(what, site),
      output: options.output,
    });
    this.#process = virtual;
    sandbox.watch();
    const boot = () => {
      recipe.boot({
        dataFile: environment.store === "file" ? DATA_FILE : null,
        load: (request) => graph.require(request),
        runMain: () => graph.runMain(),
        reachedAt: (port) => {
          this.#port = port;
        },
        started: (stop, administer) => {
          this.#administer = administer ?? null;
          this.#started(stop);
        },
        ...(environment.security === undefined ? {} : { security: environment.security }),
        failed: (error) => virtual.uncaught(error, "uncaught-exception"),
      });
    };
    environment.clock.after(0, () => virtual.guard(boot));
  }

  /** A process that does not handle SIGTERM is ended by it. */
  get isStoppable(): boolean {
    return !this.#isScript || process.listenerCount("SIGTERM") > 0;
  }

  get loop(): LoopProcess {
    return this.#process;
  }

  connect(events: ConnectionEvents): ServerConnection {
    this.#connections += 1;
    const virtual = this.#process;
    if (!virtual.isAlive) return { deliver: () => {}, end: () => {} };
    const connection = new Connection(this.#port, this.#connections, {
      open: () => virtual.tell(() => events.open()),
      frame: (text) => virtual.tell(() => events.frame(text)),
      end: (how) => virtual.tell(() => events.end(how)),
    });
    virtual.rethrow();
    return {
      deliver: (frame) => {
        if (!virtual.isAlive) return;
        connection.deliver(frame);
        virtual.rethrow();
      },
      bytes: {
        encode: (frame) => connection.encode(frame),
        receive: (chunk, isWhole) => {
          if (!virtual.isAlive) return;
          connection.receive(chunk, isWhole);
          virtual.rethrow();
        },
      },
      end: (how) => {
        if (!virtual.isAlive) return;
        connection.end(how);
        virtual.rethrow();
      },
      pushBack: (waitingBytesMax) => {
        if (virtual.isAlive) connection.pushBack(waitingBytesMax);
      },
      readOn: () => {
        if (!virtual.isAlive) return;
        connection.readOn();
        virtual.rethrow();
      },
    };
  }

  census(): Census {
    return { timers: timersSet(), sockets: socketsOpen() };
  }

  administer(change: SecurityChange, made: (error: string | null) => void): void {
    const administer = this.#administer;
    if (!this.#process.isAlive) return;
    if (administer === null) {
      made("the server has no administrator");
      return;
    }
    this.#process.guard(() => administer(change, (error) => this.#process.tell(() => made(error))));
  }

  drain(): void {
    this.#process.drain();
  }

  stop(): void {
    this.#stopRequested = true;
    if (this.#stop !== null) this.#runStop(this.#stop);
    this.#stop = null;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    running = null;
    this.#process.dispose();
    sandbox.uninstall();
  }

  #started(stop: Stop): void {
    this.#process.tell(() => this.#observer.started());
    if (this.#stopRequested) this.#runStop(stop);
    else this.#stop = stop;
  }

  #runStop(stop: Stop): void {
    let hasStopped = false;
    const stopped = () => {
      // A script that has closed what listened may still exit.
      if (!hasStopped) this.#process.tell(() => this.#observer.stopped());
      hasStopped = true;
    };
    if (this.#isScript) this.#process.expectExit(stopped);
    this.#process.guard(() =>
      stop((error) => {
        if (error !== undefined && error !== null) {
          this.#process.uncaught(error, "uncaught-exception");
        } else stopped();
      }),
    );
  }
}
