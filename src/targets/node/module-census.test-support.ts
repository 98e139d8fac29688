/**
 * What each module of a release does when it is loaded, beyond defining things: it shows what cannot
 * be kept as it is.
 *
 * @packageDocumentation
 */
import { builtinModules, createRequire } from "node:module";

import { Clock, Streams, type Prng } from "../../sim/index.js";
import { soundEnvironment } from "../environment.js";
import { recipeOf } from "./happn-3.js";
import type { ExaminedRelease } from "./happn-3-releases.js";
import { ModuleGraph, ModuleLibrary, type GraphModule } from "./module-library.js";
import { NodeTarget } from "./node-target.js";
import { RealmSnapshot } from "./realm.js";
import { world } from "./world.js";

/** What loading a module did by itself, without what it asked others for. */
export interface Effects {
  readonly filename: string;
  /** Numbers drawn. */
  draws: number;
  /** Timers set. */
  timers: number;
  /** Names of properties of globals, prototypes and built-in modules that were changed. */
  readonly realm: string[];
}

/** `module` keeps its own books on every path that is looked up; `process` is watched by itself. */
const NOT_WATCHED = new Set(["module", "process", "sys"]);

/** How long the server is left alone after it has begun to start. */
const START_MS = 5_000;

/** Starts the release once; the modules that did something, in the order in which they were loaded. */
export async function takeCensus(release: ExaminedRelease): Promise<readonly Effects[]> {
  const recipe = recipeOf(release);
  const entry = await recipe.prepare(() => {});
  const counts = { draws: 0, timers: 0 };
  let graph: CensusGraph | null = null;
  const target = new NodeTarget({
    ...recipe,
    boot: (boot) => {
      const census = new CensusGraph(entry, counts);
      graph = census;
      recipe.boot({ ...boot, load: (request) => census.require(request) });
    },
  });
  await target.prepare(() => {});
  await target.enter(() => {
    const clock = new Clock();
    const environment = soundEnvironment(clock, 1_700_000_000_000, new Streams("census"));
    const server = target.start(
      { ...environment, clock: countingTimers(clock), streams: new CountingStreams(counts) },
      { started() {}, stopped() {}, crashed() {}, undeterministic() {} },
    );
    while ((clock.nextAt() ?? Infinity) <= START_MS) {
      clock.step();
      server.drain();
    }
    server.dispose();
  });
  return (graph as CensusGraph | null)?.effects() ?? [];

  function countingTimers(clock: Clock): Clock {
    const after = clock.after.bind(clock);
    clock.after = (...args) => {
      counts.timers += 1;
      return after(...args);
    };
    return clock;
  }
}

/** Counts what is drawn, from whichever stream. */
class CountingStreams extends Streams {
  readonly #counts: { draws: number };

  constructor(counts: { draws: number }) {
    super("census");
    this.#counts = counts;
  }

  override stream(name: string): Prng {
    const prng = super.stream(name);
    const counted = <Args extends unknown[], Drawn>(draw: (...args: Args) => Drawn) => {
      return (...args: Args): Drawn => {
        this.#counts.draws += 1;
        return draw(...args);
      };
    };
    return {
      int: counted((min, max) => prng.int(min, max)),
      chance: counted((numerator, denominator) => prng.chance(numerator, denominator)),
      uint32: counted(() => prng.uint32()),
      pick: (items) => {
        this.#counts.draws += 1;
        return prng.pick(items);
      },
    };
  }
}

class CensusGraph extends ModuleGraph {
  readonly #counts: { draws: number; timers: number };
  readonly #effects = new Map<string, Effects>();
  readonly #loading: string[] = [];
  #realm = realmNow();

  constructor(entry: string, counts: { draws: number; timers: number }) {
    super(new ModuleLibrary(world().root), entry, createRequire(import.meta.url));
    this.#counts = counts;
  }

  effects(): readonly Effects[] {
    return [...this.#effects.values()];
  }

  protected override loadOwn(filename: string, parent: GraphModule): unknown {
    if (this.has(filename)) return super.loadOwn(filename, parent);
    this.#settle();
    this.#loading.push(filename);
    try {
      return super.loadOwn(filename, parent);
    } finally {
      this.#settle();
      this.#loading.pop();
    }
  }

  /** Puts what was done since on the account of whoever is loading; what a server does later is on nobody's. */
  #settle(): void {
    const { draws, timers } = this.#counts;
    const realm = this.#realm.changes().map(({ key }) => key);
    const filename = this.#loading.at(-1);
    if (filename !== undefined && (draws > 0 || timers > 0 || realm.length > 0)) {
      let effects = this.#effects.get(filename);
      if (effects === undefined) {
        effects = { filename, draws: 0, timers: 0, realm: [] };
        this.#effects.set(filename, effects);
      }
      effects.draws += draws;
      effects.timers += timers;
      effects.realm.push(...realm);
    }
    if (realm.length > 0) this.#realm = realmNow();
    this.#counts.draws = 0;
    this.#counts.timers = 0;
  }
}

/** Globals, what hangs on them, built-in modules, and who listens to them. */
function realmNow(): RealmSnapshot {
  const load = createRequire(import.meta.url);
  const snapshot = new RealmSnapshot();
  snapshot.includeShallow(globalThis);
  snapshot.includeShallow(process);
  snapshot.includeShallow((process as unknown as { _events: object })._events);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const { value } = Object.getOwnPropertyDescriptor(globalThis, name) as { value?: unknown };
    if (typeof value === "function") snapshot.include(value);
  }
  for (const name of builtinModules) {
    if (name.startsWith("_") || NOT_WATCHED.has(name)) continue;
    snapshot.include(load(`node:${name}`) as object);
  }
  return snapshot;
}
