import { defineConfig } from "vitest/config";

/** Recordings that are not part of the project (bench/README.md): where there are none, no test reads them. */
const unrecorded =
  process.env["HAPPNSTANCE_HISTORIES"] === undefined
    ? ["properties/linearizability/recordings.test.ts"]
    : [];

export default defineConfig({
  test: {
    include: ["{src,models,properties,bench,docs,examples,corpus}/**/*.test.ts"],
    exclude: ["dist/**", "node_modules/**", ...unrecorded],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 300_000,
  },
});
