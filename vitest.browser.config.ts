import { defineConfig } from "vitest/config";

/** The tests that need a browser: they stand apart, so that `npm test` needs none. */
export default defineConfig({
  test: {
    include: ["src/**/*.browser-test.ts"],
    globalSetup: ["src/report/timeline/page/chromium.test-support.ts"],
    pool: "forks",
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
