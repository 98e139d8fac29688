/**
 * Readers of recorded histories with known verdicts, by which the linearizability checker is
 * tested and measured.
 *
 * The recordings are not part of the project: the environment variable HAPPNSTANCE_HISTORIES names
 * the folder that holds them. `etcd/*.log` are Jepsen logs of one register, `etcd/expected.json`
 * says which of them are linearizable; `kv/c<clients>-<ok|bad>.txt` hold gets, puts and appends.
 *
 * @packageDocumentation
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type {
  KeyValueInput,
  KeyValueOutput,
  Operation,
  RegisterInput,
  RegisterOutput,
} from "../properties/linearizability/index.js";

export type RegisterOperation = Operation<RegisterInput, RegisterOutput>;
export type KeyValueOperation = Operation<KeyValueInput, KeyValueOutput>;

export interface Recorded<Kind> {
  readonly name: string;
  readonly operations: readonly Kind[];
  readonly isLinearizable: boolean;
}

/** The folder of the recordings; null where the environment names none that exists. */
export function historiesFolder(): string | null {
  const folder = process.env["HAPPNSTANCE_HISTORIES"];
  return folder !== undefined && existsSync(folder) ? folder : null;
}

export function registerHistories(folder: string): readonly Recorded<RegisterOperation>[] {
  const text = readFileSync(join(folder, "etcd", "expected.json"), "utf8");
  const expected = JSON.parse(text) as Readonly<Record<string, boolean>>;
  return Object.entries(expected).map(([name, isLinearizable]) => ({
    name,
    operations: registerOperationsOf(readFileSync(join(folder, "etcd", name), "utf8")),
    isLinearizable,
  }));
}

export function keyValueHistories(folder: string): readonly Recorded<KeyValueOperation>[] {
  return readdirSync(join(folder, "kv"))
    .sort((left, right) => (left < right ? -1 : 1))
    .map((name) => ({
      name,
      operations: keyValueOperationsOf(readFileSync(join(folder, "kv", name), "utf8")),
      isLinearizable: name.includes("-ok"),
    }));
}

type Open<Kind> = { -readonly [Key in keyof Kind]: Kind[Key] };

const JEPSEN_LINE = /(\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(.*)$/;

/**
 * Operations of a Jepsen log. A read that timed out says nothing and is left out; a write or
 * compare-and-set of which nobody knows the end is pending; one that failed was not done.
 */
export function registerOperationsOf(log: string): readonly RegisterOperation[] {
  const operations: RegisterOperation[] = [];
  const open = new Map<string, Open<RegisterOperation>>();
  log.split("\n").forEach((line, index) => {
    const found = JEPSEN_LINE.exec(line);
    if (found === null) return;
    const [process, type, name, rest] = found.slice(1) as [string, string, string, string];
    if (type === "invoke") {
      const input = registerInputOf(name, rest);
      const operation = { input, output: undefined, callIndex: index, returnIndex: null };
      open.set(process, operation);
      operations.push(operation);
      return;
    }
    const operation = open.get(process);
    if (operation === undefined) throw new SyntaxError(`line ${index + 1}: ends what never began`);
    if (type === "info" || rest.includes(":timed-out")) return;
    operation.returnIndex = index;
    operation.output =
      name === "cas"
        ? { kind: "done", isDone: type === "ok" }
        : { kind: "value", value: name === "read" && rest !== "nil" ? Number(rest) : null };
  });
  return operations.filter(
    ({ input, returnIndex }) => input.kind !== "read" || returnIndex !== null,
  );
}

function registerInputOf(name: string, rest: string): RegisterInput {
  if (name === "read") return { kind: "read" };
  if (name === "write") return { kind: "write", value: Number(rest) };
  const [from, to] = rest.replace(/[[\]]/g, "").split(" ").map(Number) as [number, number];
  return { kind: "cas", from, to };
}

const EDN_LINE =
  /:process (\d+), :type :(invoke|ok), :f :(get|put|append), :key "(.*?)", :value (nil|"(.*)")/;

/** Operations of an EDN log of gets, puts and appends. */
export function keyValueOperationsOf(log: string): readonly KeyValueOperation[] {
  const operations: KeyValueOperation[] = [];
  const open = new Map<string, Open<KeyValueOperation>>();
  log.split("\n").forEach((line, index) => {
    const found = EDN_LINE.exec(line);
    if (found === null) return;
    const [process, type, kind, key] = found.slice(1) as [string, string, string, string];
    const value = found[6] ?? "";
    if (type === "invoke") {
      const input: KeyValueInput =
        kind === "get" ? { kind, key } : { kind: kind === "put" ? "put" : "append", key, value };
      const operation = { input, output: undefined, callIndex: index, returnIndex: null };
      open.set(process, operation);
      operations.push(operation);
      return;
    }
    const operation = open.get(process);
    if (operation === undefined) throw new SyntaxError(`line ${index + 1}: ends what never began`);
    operation.returnIndex = index;
    operation.output = value;
  });
  return operations;
}
