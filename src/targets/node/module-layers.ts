/**
 * Packages that all processes of the target share, and what modules are called in lists.
 *
 * @packageDocumentation
 */
import { sep } from "node:path";

import { ModuleGraph, type Layer, type ModuleLibrary } from "./module-library.js";

const PACKAGES = `${sep}node_modules${sep}`;

/** A file as it is called in lists, without where it is installed: `ws/lib/sender.js`, `a/node_modules/b/index.js`. */
export function moduleName(filename: string): string {
  const at = filename.indexOf(PACKAGES);
  const name = at < 0 ? filename : filename.slice(at + PACKAGES.length);
  return name.split(sep).join("/");
}

/** Packages that are run once for all processes, with all that they load themselves. */
export function sharedLayer(
  library: ModuleLibrary,
  entry: string,
  builtin: (request: string) => unknown,
  packages: readonly string[],
): Layer {
  const isShared = (filename: string) =>
    packages.some((name) => filename.includes(`${PACKAGES}${name.split("/").join(sep)}${sep}`));
  return { graph: new ModuleGraph(library, entry, builtin), owns: remembered(isShared) };
}

/** Whether a file is among the modules named: a package with all its files (`nanoid`), or one file of it (`happn-3/lib/a.js`). */
export function namesModules(names: readonly string[]): (filename: string) => boolean {
  const all = names.map((name) => `/${name}${name.endsWith(".js") ? "" : "/"}`);
  return remembered((filename) => {
    const name = `/${moduleName(filename)}`;
    return all.some(
      (part) =>
        name === part ||
        (part.endsWith("/") ? isInPackage(name, part) : name.endsWith(`/node_modules${part}`)),
    );
  });
}

/** Whether the innermost package of a module is that one. */
function isInPackage(name: string, part: string): boolean {
  const at = name.lastIndexOf("/node_modules/");
  return (at < 0 ? name : name.slice(at + "/node_modules".length)).startsWith(part);
}

function remembered(predicate: (filename: string) => boolean): (filename: string) => boolean {
  const answers = new Map<string, boolean>();
  return (filename) => {
    let answer = answers.get(filename);
    if (answer === undefined) {
      answer = predicate(filename);
      answers.set(filename, answer);
    }
    return answer;
  };
}
