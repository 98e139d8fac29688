import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,models,properties,bench,docs,examples,corpus}/**/*.test.ts"],
    exclude: ["dist/**", "node_modules/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 300_000,
  },
});
