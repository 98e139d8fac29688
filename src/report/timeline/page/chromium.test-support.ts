/**
 * The browser that pages are tried in: the system's own chromium, without network.
 *
 * @packageDocumentation
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium, type BrowserContext, type BrowserContextOptions } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

function chromiumPath(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  return (named === undefined ? PATHS : [named]).find((path) => existsSync(path));
}

/** Called by vitest before anything else. */
export function setup(): void {
  if (chromiumPath() !== undefined) return;
  process.stderr.write(
    "test:browser needs chromium: apt-get install chromium, or set CHROMIUM_PATH to one\n",
  );
  process.exit(1);
}

/** Starts a browser with nothing in its profile; `close` ends it and takes the profile away. */
export async function openBrowser(
  options: BrowserContextOptions,
): Promise<{ readonly context: BrowserContext; readonly close: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), "happnstance-browser-"));
  const executablePath = chromiumPath();
  const context = await chromium.launchPersistentContext(profile, {
    ...options,
    ...(executablePath === undefined ? {} : { executablePath }),
    headless: true,
    args: FLAGS,
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
