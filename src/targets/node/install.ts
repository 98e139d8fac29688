/**
 * Installs a pinned release once into a cache folder.
 *
 * The folder's name holds the hash of the lock file. An install is made beside its place and renamed
 * into it, so that one that stands is whole, and two processes may install at once.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { TargetUnavailableError } from "../target.js";

const FILES = ["package.json", "package-lock.json"];
const NPM_ARGS = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** The folder that pinned releases are installed in. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  if (environment["HAPPNSTANCE_CACHE"]) return environment["HAPPNSTANCE_CACHE"];
  const base = environment["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  return join(base, "happnstance");
}

/** The folder of a release's package.json and lock, from the sources as well as from dist/. */
export function releaseFolder(name: string, version: string): string {
  const inside = join("src", "targets", "node", "releases", name, version);
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, inside, "package-lock.json"))) {
    if (dirname(at) === at) {
      throw new TargetUnavailableError(`${name}@${version} is not among the releases`);
    }
    at = dirname(at);
  }
  return join(at, inside);
}

/**
 * The folder that holds the release, installed with `npm ci` when it is not there yet.
 * @throws TargetUnavailableError when it cannot be installed
 */
export async function installRelease(
  name: string,
  version: string,
  progress: (line: string) => void,
): Promise<string> {
  const pinned = releaseFolder(name, version);
  const lock = await readFile(join(pinned, "package-lock.json"));
  const key = createHash("sha256").update(lock).digest("hex").slice(0, 12);
  const cache = cacheFolder();
  const place = join(cache, `${name}-${version}-${key}`);
  if (existsSync(place)) return place;

  const label = `${name}@${version}`;
  progress(`installing ${label} into ${cache} (once)`);
  const work = await makeWorkFolder(cache, label);
  try {
    for (const file of FILES) await copyFile(join(pinned, file), join(work, file));
    await runNpm(work, label);
    await moveInto(work, place);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return place;
}

async function makeWorkFolder(cache: string, label: string): Promise<string> {
  try {
    await mkdir(cache, { recursive: true });
    return await mkdtemp(join(cache, "installing-"));
  } catch (cause) {
    throw new TargetUnavailableError(
      `${label} cannot be installed: ${cache} is not writable; set HAPPNSTANCE_CACHE to a folder that is`,
      { cause },
    );
  }
}

/** Another process may have been faster; its install is as good. */
async function moveInto(work: string, place: string): Promise<void> {
  try {
    await rename(work, place);
  } catch (error) {
    if (!existsSync(place)) throw error;
  }
}

function runNpm(folder: string, label: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) =>
      reject(new TargetUnavailableError(`${label} cannot be installed: ${reason}`, { cause }));
    const npm = spawn("npm", NPM_ARGS, {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      shell: process.platform === "win32",
    });
    let errors = "";
    npm.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    npm.on("error", (cause) =>
      fail("npm cannot be run; it comes with Node, put it on PATH", cause),
    );
    npm.on("close", (code) => {
      if (code === 0) resolve();
      else fail(`${reasonOf(errors)}; check the network and the npm registry, then try again`);
    });
  });
}

/** npm's own first line about what went wrong. */
function reasonOf(errors: string): string {
  const lines = errors.split("\n").map((line) => line.replace(/^npm (error|ERR!)\s*/, "").trim());
  const told = lines.filter((line) => line !== "" && !line.startsWith("npm warn"));
  const [code, next] = told;
  if (code === undefined) return "npm failed";
  return code.startsWith("code ") && next !== undefined ? `${code.slice(5)} (${next})` : code;
}
