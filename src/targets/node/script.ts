/**
 * A script that is a server, as it is: `node:./server.js`.
 *
 * It is run as `node ./server.js` is, with the port to listen on in `PORT`; one that listens on
 * another is reached there. Told to stop, it is sent SIGTERM, and has stopped when it exits, or when
 * what listened has closed.
 *
 * @packageDocumentation
 */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";

import { PROFILE_IDS, type ProfileId } from "../../../models/index.js";
import { TargetUnavailableError, type Target } from "../target.js";
import { isListening, watchListening } from "./network.js";
import { NODE } from "./process-facts.js";
import { NodeTarget } from "./node-target.js";
import type { Boot } from "./recipe.js";

export const SCRIPT_PREFIX = "node:";
const PORT = 55_000;

/** A script, and the generation of servers that it is judged by. */
export interface Script {
  /** As given. */
  readonly file: string;
  readonly profile: ProfileId;
}

export type ScriptOfId =
  | { readonly ok: true; readonly script: Script }
  /** `message` says in one line what is wrong with the id. */
  | { readonly ok: false; readonly message: string };

/** What an id such as `node:./server.js` or `node:./server.js#13.x` stands for; null for other ids. */
export function scriptOf(id: string): ScriptOfId | null {
  if (!id.startsWith(SCRIPT_PREFIX)) return null;
  const [, file = "", profile = "1.x"] = /^node:(.*?)(?:#([^#/]*))?$/s.exec(id) ?? [];
  const known = PROFILE_IDS.find((candidate) => candidate === profile);
  if (known === undefined) {
    const ids = PROFILE_IDS.join(", ");
    return { ok: false, message: `${id}: there is no profile "${profile}"; there are ${ids}` };
  }
  if (file === "") return { ok: false, message: `"${id}" needs a script: node:./server.js` };
  if (!existsSync(file) || !statSync(file).isFile()) {
    return { ok: false, message: `${id}: there is no file ${file}` };
  }
  return { ok: true, script: { file, profile: known } };
}

/** The target of a script. */
export function scriptTarget(id: string, { file, profile }: Script): Target {
  const entry = resolve(file);
  return new NodeTarget({
    ...{ id, profile, port: PORT, isScript: true },
    prepare: () => {
      if (existsSync(entry)) return Promise.resolve(entry);
      return Promise.reject(new TargetUnavailableError(`${id}: there is no file ${file}`));
    },
    boot: (boot) => run(entry, boot),
  });
}

function run(entry: string, { runMain, reachedAt, started }: Boot): void {
  process.argv = [NODE, entry];
  process.env["PORT"] = String(PORT);
  let isStarted = false;
  let stopped: (() => void) | null = null;
  watchListening({
    listens: (port) => {
      // The port that it was asked for comes first, whatever else it listens on.
      if (port === PORT || (!isStarted && !isListening(PORT))) reachedAt(port);
      if (isStarted) return;
      isStarted = true;
      started((done) => {
        stopped = () => done();
        process.emit("SIGTERM", "SIGTERM");
      });
    },
    closed: () => stopped?.(),
  });
  runMain();
}
