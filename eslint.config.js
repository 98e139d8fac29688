import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Everything under these folders must get time and chance from the simulated world. */
const DETERMINISTIC = [
  "models/**/*.ts",
  "properties/**/*.ts",
  "src/protocol/**/*.ts",
  "src/history/**/*.ts",
  "src/sim/**/*.ts",
  "src/plan/**/*.ts",
  "src/workload/**/*.ts",
  "src/client/**/*.ts",
  "src/engine/**/*.ts",
];

const AMBIENT = [
  ["Date", "now", "time comes from the virtual clock"],
  ["Math", "random", "chance comes from a named stream"],
  ["Math", "log", "not exactly specified, differs between engines"],
  ["Math", "exp", "not exactly specified, differs between engines"],
  ["performance", "now", "time comes from the virtual clock"],
];

export default tseslint.config(
  { ignores: ["dist/**", "coverage/**", "happnstance-out/**", "src/targets/node/releases/**"] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ["*.js", ".*.cjs"] } },
    },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/require-array-sort-compare": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: DETERMINISTIC,
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...[
          "Date",
          "setTimeout",
          "setInterval",
          "setImmediate",
          "Intl",
          "crypto",
          "performance",
        ].map((name) => ({ name, message: "time and chance come from the simulated world" })),
      ],
      "no-restricted-properties": [
        "error",
        ...AMBIENT.map(([object, property, message]) => ({ object, property, message })),
        { property: "localeCompare", message: "order must not depend on the locale" },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["**/*.js", "**/*.cjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { module: "writable", require: "readonly", process: "readonly" } },
  },
  {
    files: ["**/*.test.ts"],
    rules: { "max-lines": "off" },
  },
);
