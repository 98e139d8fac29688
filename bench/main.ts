/**
 * `npm run bench -- [--cases N] [--seed S] [--json]`, and `npm run bench -- PART …`, PART being
 * `checker`, `schedules`, `shrink` or `swarm`: what bench/README.md describes.
 *
 * @packageDocumentation
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { EXAMINED_RELEASES } from "../src/targets/node/index.js";
import { OWNERS } from "./cpu-profile.js";
import { benchChecker, checkerRows, checkerTable } from "./checker.js";
import { benchSchedules } from "./schedules.js";
import { benchShrinking } from "./shrink/main.js";
import { benchSwarm } from "./swarm.js";
import { caseCountOf, caseOptions } from "./options.js";
import { measure, type Measurement, type Side } from "./measure.js";

const PARTS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  checker: benchChecker,
  schedules: benchSchedules,
  shrink: benchShrinking,
  swarm: benchSwarm,
};

const part = PARTS[process.argv[2] ?? ""];
if (part !== undefined) process.exit(await part(process.argv.slice(3)));

const { values } = parseArgs({
  options: {
    ...caseOptions({ cases: 60, seed: "bench" }),
    json: { type: "boolean", default: false },
  },
});
const cases = caseCountOf(values);
if (cases === null) process.exit(64);
const options = { seed: values.seed, cases };

const measurements: Measurement[] = [];
for (const release of EXAMINED_RELEASES) {
  const progress = (line: string) => process.stderr.write(`  ${line}\n`);
  measurements.push(await measure(release, options, progress));
}
const checker = await checkerRows(options.seed, 5 * options.cases);
process.stdout.write(
  values.json
    ? `${JSON.stringify({ releases: measurements, checker }, null, 2)}\n`
    : `${report(measurements)}\n${checkerTable(checker)}`,
);

function report(columns: readonly Measurement[]): string {
  const row = (label: string, cell: (measurement: Measurement) => string) =>
    [label.padEnd(44), ...columns.map((column) => cell(column).padStart(18))].join("");
  const largest = [...new Set(columns.flatMap(({ cpu }) => cpu.folders.map(([name]) => name)))];
  return [
    `Node ${process.version} · ${availableParallelism()} CPUs · seed ${options.seed}`,
    "",
    row("", ({ target }) => target),
    row("plans (left out: the server died of them)", ({ plans, left }) => `${plans} (${left})`),
    row("operations simulated", ({ simulated }) => whole(simulated.operations)),
    row("operations over loopback", ({ loopback }) => whole(loopback.operations)),
    "",
    row("simulated and judged, one process, op/s", ({ simulated }) => whole(rate(simulated))),
    row(`simulated and judged, ${availableParallelism()} processes, op/s`, ({ parallel }) =>
      whole(rate(parallel)),
    ),
    row("loopback, closed loop, 2 processes, op/s", ({ loopback }) => whole(rate(loopback))),
    row("ratio, one process", (m) => times(rate(m.simulated) / rate(m.loopback))),
    row("ratio, all CPUs", (m) => times(rate(m.parallel) / rate(m.loopback))),
    row("simulated, op per CPU second", ({ simulated }) => whole(perCpuSecond(simulated))),
    row("loopback, op per CPU second", ({ loopback }) => whole(perCpuSecond(loopback))),
    row("ratio of these", (m) => times(perCpuSecond(m.simulated) / perCpuSecond(m.loopback))),
    row("virtual seconds per wall second", ({ simulated }) =>
      whole(simulated.virtualMs / simulated.wallMs),
    ),
    row("operations per virtual second", ({ simulated }) =>
      (simulated.operations / (simulated.virtualMs / 1_000)).toFixed(2),
    ),
    "",
    row("harness share of CPU", ({ cpu }) => percent(cpu.self.harness + cpu.self["fast-check"])),
    row("  upper bound, with Node's code it called", ({ cpu }) =>
      percent(cpu.harnessWithNode + cpu.self["fast-check"]),
    ),
    "",
    "self time by owner of the script",
    ...OWNERS.map((owner) => row(`  ${owner}`, ({ cpu }) => percent(cpu.self[owner]))),
    "self time of the harness by folder",
    ...largest.map((name) =>
      row(`  ${name}`, ({ cpu }) =>
        percent(cpu.folders.find(([folder]) => folder === name)?.[1] ?? 0),
      ),
    ),
    "",
  ].join("\n");
}

function rate({ operations, wallMs }: { operations: number; wallMs: number }): number {
  return operations / (wallMs / 1_000);
}

function perCpuSecond({ operations, cpuMs }: Side): number {
  return operations / (cpuMs / 1_000);
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function whole(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}
