/**
 * Which paths must be judged together: those that one pattern `get` or `remove` takes in (STO-10).
 *
 * @packageDocumentation
 */
import { match, type Profile } from "../models/index.js";
import { isPattern } from "../src/protocol/index.js";
import type { StoreOperation } from "./store-operation.js";

/** Operations on paths that no operation joins with other paths. */
export interface StoreGroup {
  /** In the order in which they first appear. */
  readonly paths: readonly string[];
  /** In the order given. */
  readonly operations: readonly StoreOperation[];
}

export function storeGroupsOf(
  operations: readonly StoreOperation[],
  profile: Profile,
): readonly StoreGroup[] {
  const paths = [...new Set(operations.flatMap(pathsNamedBy))];
  const joined = new JoinedPaths(paths.length);
  const placeOf = new Map(paths.map((path, place) => [path, place]));
  const reached = new Map<string, readonly number[]>();
  const homeOf = (operation: StoreOperation): number | undefined => {
    const { kind, path } = operation.input;
    if (!spansPaths(operation)) return placeOf.get(path);
    let places = reached.get(path);
    if (places === undefined) {
      places = [...paths.keys()].filter(
        (place) => match(path, paths[place] as string, profile.storeRule) !== "never",
      );
      reached.set(path, places);
    }
    const named = kind === "list" ? pathsNamedBy(operation) : [];
    const all = [...places, ...named.map((name) => placeOf.get(name) as number)];
    for (const place of all) joined.join(all[0] as number, place);
    return all[0];
  };
  const homes = operations.map(homeOf);

  const groups = new Map<number, { paths: string[]; operations: StoreOperation[] }>();
  paths.forEach((path, place) => {
    const root = joined.rootOf(place);
    const group = groups.get(root);
    if (group === undefined) groups.set(root, { paths: [path], operations: [] });
    else group.paths.push(path);
  });
  const alone: StoreGroup[] = [];
  operations.forEach((operation, index) => {
    const home = homes[index];
    // A pattern that reaches nothing anybody ever named: it has to find nothing.
    if (home === undefined) alone.push({ paths: [], operations: [operation] });
    else groups.get(joined.rootOf(home))?.operations.push(operation);
  });
  return [...groups.values(), ...alone];
}

/** Whether an operation is on all paths of a pattern. A `set` on a pattern is on that literal name (STO-13). */
function spansPaths({ input: { kind, path } }: StoreOperation): boolean {
  return kind === "list" || ((kind === "remove" || kind === "count") && isPattern(path));
}

function pathsNamedBy(operation: StoreOperation): readonly string[] {
  const { input, output } = operation;
  if (output?.kind === "listed") return [...output.items.keys()];
  return spansPaths(operation) ? [] : [input.path];
}

/** Disjoint sets of places. */
class JoinedPaths {
  readonly #parents: number[];

  constructor(size: number) {
    this.#parents = Array.from({ length: size }, (_, place) => place);
  }

  rootOf(place: number): number {
    let root = place;
    while (this.#parents[root] !== root) root = this.#parents[root] as number;
    let step = place;
    while (step !== root) {
      const next = this.#parents[step] as number;
      this.#parents[step] = root;
      step = next;
    }
    return root;
  }

  join(one: number, other: number): void {
    this.#parents[this.rootOf(other)] = this.rootOf(one);
  }
}
