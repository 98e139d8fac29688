/**
 * The architecture, as rules (docs/ARCHITECTURE.md). Imports point one way:
 * protocol <- {plan, history, models, sim} <- {properties, workload, client, targets} <- engine
 * <- campaign <- conformance <- report <- cli.
 */
const TEST = "\\.(browser-)?test(-support)?\\.ts$";

/** folder -> folders it may import, itself aside */
const LAYERS = {
  "src/protocol": [],
  "src/sim": [],
  "src/plan": ["src/protocol"],
  "src/history": ["src/protocol"],
  models: ["src/protocol"],
  properties: ["src/protocol", "src/history", "models"],
  "src/workload": ["src/protocol", "src/plan", "src/history", "src/sim", "models"],
  "src/client": ["src/protocol", "src/plan", "src/history", "src/sim", "models"],
  "src/targets": ["src/protocol", "src/plan", "src/history", "src/sim", "models"],
  "src/engine": [
    "src/protocol",
    "src/plan",
    "src/history",
    "src/sim",
    "models",
    "properties",
    "src/workload",
    "src/client",
    "src/targets/target",
  ],
  "src/campaign": [
    "src/protocol",
    "src/plan",
    "src/history",
    "src/sim",
    "models",
    "properties",
    "src/workload",
    "src/engine",
    "src/targets/target",
  ],
  "src/conformance": [
    "src/protocol",
    "src/plan",
    "src/history",
    "models",
    "properties",
    "src/engine",
    "src/campaign",
    "src/targets/target",
  ],
  "src/report": [
    "src/protocol",
    "src/plan",
    "src/history",
    "models",
    "properties",
    "src/engine",
    "src/campaign",
    "src/conformance",
  ],
};

const alternatives = (folders) => folders.map((f) => `^${f}(/|\\.ts$)`).join("|");

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "A cycle means that two modules are one. Extract what both need.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...Object.entries(LAYERS).map(([folder, allowed]) => ({
      name: `${folder.replace("src/", "")}-imports-one-way`,
      comment: `${folder} may only import ${[...allowed, "packages"].join(", ")}.`,
      severity: "error",
      from: { path: `^${folder}/`, pathNot: TEST },
      to: {
        path: "^(src|models|properties)/",
        pathNot: alternatives([folder, ...allowed]),
      },
    })),
    {
      name: "targets-do-not-see-one-another",
      comment:
        "A target stands for one kind of server; what two share belongs to the port or to sim.",
      severity: "error",
      from: { path: "^src/targets/(reference|node|external)/", pathNot: TEST },
      to: { path: "^src/targets/(reference|node|external)/", pathNot: "^src/targets/$1/" },
    },
    {
      name: "one-door-a-folder",
      comment: "Crossing a folder goes through its index.ts, so that a folder can change inside.",
      severity: "error",
      from: { path: "^(src/[^/]+|models|properties)/", pathNot: TEST },
      to: {
        path: "^(src/(protocol|plan|history|sim|workload|client|engine|campaign|conformance|report)|models|properties)/",
        pathNot: "/index\\.ts$|^$1/",
      },
    },
    {
      name: "chance-has-one-source",
      comment: "Only sim draws from seedrandom: every stream is named there.",
      severity: "error",
      from: { pathNot: "^src/sim/" },
      to: { path: "node_modules/seedrandom" },
    },
    {
      name: "only-cli-reads-argv",
      comment: "commander belongs to the command line.",
      severity: "error",
      from: { pathNot: "^src/cli/" },
      to: { path: "node_modules/commander" },
    },
    {
      name: "pure-layers-have-no-io",
      comment: "Models, properties, protocol, plan, history, sim and workload are pure.",
      severity: "error",
      from: {
        path: "^(models|properties|src/(protocol|plan|history|sim|workload|client))/",
        pathNot: TEST,
      },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "not-to-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|src/targets/node/releases)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types"] },
  },
};
