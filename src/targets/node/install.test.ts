import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { cacheFolder, installRelease, releaseFolder } from "./install.js";

let cache = "";
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "install-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

const install = () => installRelease("happn-3", "1.13.3", () => {});

describe("install", () => {
  it("keeps releases where the environment says, or in the user's cache", () => {
    expect(cacheFolder({ HAPPNSTANCE_CACHE: "/a" })).toBe("/a");
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" })).toBe(join("/b", "happnstance"));
    expect(cacheFolder({})).toMatch(/\.cache.happnstance$/);
  });

  it("knows only pinned releases", () => {
    expect(() => releaseFolder("happn-3", "0.0.1")).toThrow("not among the releases");
  });

  it("says what to do when npm is missing, and leaves nothing behind", async () => {
    vi.stubEnv("HAPPNSTANCE_CACHE", cache);
    vi.stubEnv("PATH", cache);

    await expect(install()).rejects.toMatchObject({
      code: "E_TARGET_UNAVAILABLE",
      message:
        "happn-3@1.13.3 cannot be installed: npm cannot be run; it comes with Node, put it on PATH",
    });
    expect(await readdir(cache)).toEqual([]);
  });

  it("says what to do when the cache cannot be written", async () => {
    const file = join(cache, "file");
    await writeFile(file, "");
    vi.stubEnv("HAPPNSTANCE_CACHE", join(file, "inside"));

    await expect(install()).rejects.toThrow(/is not writable; set HAPPNSTANCE_CACHE/);
  });

  it("says what to do when there is no registry, and leaves nothing behind", async () => {
    vi.stubEnv("HAPPNSTANCE_CACHE", cache);
    vi.stubEnv("npm_config_registry", "http://127.0.0.1:9");
    vi.stubEnv("npm_config_cache", join(cache, "npm"));
    vi.stubEnv("npm_config_fetch_retries", "0");

    await expect(install()).rejects.toThrow(/check the network and the npm registry/);
    expect((await readdir(cache)).filter((name) => name !== "npm")).toEqual([]);
  });
});
