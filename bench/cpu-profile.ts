/**
 * Whose CPU time it is: a V8 CPU profile, its self time summed up by the owner of the script.
 *
 * A frame of Node's own JavaScript counts as Node's. For a second figure, an upper bound, it counts for
 * whoever called it, the nearest frame below that isn't Node's: what the harness computes at once in
 * place of an asynchronous call of the target's (a pbkdf2, a deflate) is then the harness's. Built-in
 * functions that V8 names without a script count for their caller. Shares are of the time in which
 * something ran: idle time is left out, and so is the profiler itself.
 *
 * @packageDocumentation
 */
import { Session, type Profiler } from "node:inspector";

export const OWNERS = ["target", "harness", "fast-check", "node", "collector", "native"] as const;

export type Owner = (typeof OWNERS)[number];

export interface CpuShares {
  /** Shares of self time, 0 to 1; they sum up to 1. */
  readonly self: Readonly<Record<Owner, number>>;
  /** The harness's share with what it called Node's JavaScript for: an upper bound. */
  readonly harnessWithNode: number;
  /** The harness's own share by folder, the largest first. */
  readonly folders: readonly (readonly [string, number])[];
}

const INTERVAL_US = 200;

/** Profiles `run`. @param targetFolder where the target's packages are */
export async function profiled(run: () => Promise<void>, targetFolder: string): Promise<CpuShares> {
  const session = new Session();
  session.connect();
  try {
    await post(session, "Profiler.enable");
    await post(session, "Profiler.setSamplingInterval", { interval: INTERVAL_US });
    await post(session, "Profiler.start");
    await run();
    const { profile } = await post(session, "Profiler.stop");
    return sharesOf(profile, targetFolder);
  } finally {
    session.disconnect();
  }
}

/** Sums up a profile. */
export function sharesOf(profile: Profiler.Profile, targetFolder: string): CpuShares {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children } of profile.nodes) {
    for (const child of children ?? []) parents.set(child, id);
  }
  const self = Object.fromEntries(OWNERS.map((owner) => [owner, 0])) as Record<Owner, number>;
  const folders = new Map<string, number>();
  let harnessWithNode = 0;
  let total = 0;
  profile.samples?.forEach((id, index) => {
    const us = profile.timeDeltas?.[index] ?? 0;
    const owner = ownerOf(id);
    if (owner === null) return;
    total += us;
    self[owner] += us;
    if (owner === "harness") {
      harnessWithNode += us;
      const folder = folderOf(urlOf(id));
      folders.set(folder, (folders.get(folder) ?? 0) + us);
    }
    if (owner === "node" && callerOf(id) === "harness") harnessWithNode += us;
  });
  for (const owner of OWNERS) self[owner] /= total;
  return {
    self,
    harnessWithNode: harnessWithNode / total,
    folders: [...folders]
      .map(([folder, us]) => [folder, us / total] as const)
      .sort(([, left], [, right]) => right - left),
  };

  /** Null for idle time and for the profiler. */
  function ownerOf(id: number): Owner | null {
    const name = nodes.get(id)?.callFrame.functionName;
    if (name === "(idle)") return null;
    if (name === "(garbage collector)") return "collector";
    const url = urlOf(id);
    if (url === "node:inspector") return null;
    if (url === "") return "native";
    if (url.startsWith("node:")) return "node";
    if (url.includes(targetFolder)) return "target";
    return /node_modules\/(fast-check|pure-rand)\//.test(url) ? "fast-check" : "harness";
  }

  /** Of the frame, or of its caller where it is a built-in. */
  function urlOf(id: number): string {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const url = nodes.get(at)?.callFrame.url ?? "";
      if (url !== "") return url;
    }
    return "";
  }

  function callerOf(id: number): Owner | null {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const owner = ownerOf(at);
      if (owner !== "node") return owner;
    }
    return null;
  }
}

/** `src/engine` of a script's URL, or the name of a package of ours. */
function folderOf(url: string): string {
  const found =
    /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ??
    /\/(src\/targets\/[^/]+|src\/[^/]+|models|properties|bench)\/[^/]+/.exec(url);
  return found?.[1] ?? url;
}

function post(session: Session, method: "Profiler.stop"): Promise<Profiler.StopReturnType>;
function post(session: Session, method: string, parameters?: object): Promise<unknown>;
function post(session: Session, method: string, parameters: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}
