/**
 * Artifacts: the files that let a stranger see and replay a finding.
 *
 * A folder with `plan.json`, `history.jsonl`, `finding.json` and `README.txt`, and with
 * `original-plan.json` where the plan was minimised (docs/RESULTS.md). A corpus entry is a folder of the same form; its history may be left out.
 *
 * @packageDocumentation
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

import type { LinearizationEvidence } from "../../properties/index.js";
import { formatHistory, parseHistory, type History } from "../history/index.js";
import { formatPlan, parsePlan, type Plan } from "../plan/index.js";
import { Result } from "./result.js";
import type { FoundViolation } from "./verdict.js";

/** Version of finding.json as it is written. Format 1 had neither `clauseText` nor `linearization`, and is read as well. */
export const FINDING_FORMAT = 2;

const operationSchema = z.object({
  words: z.string(),
  client: z.string(),
  callIndex: z.number().int(),
  returnIndex: z.number().int().nullable(),
});
const entriesSchema = z.array(z.object({ subject: z.string(), value: z.string() }));
const linearizationSchema = z.object({
  omitted: z.number().int().nonnegative(),
  initial: entriesSchema,
  steps: z.array(operationSchema.extend({ changes: entriesSchema })),
  culprit: operationSchema,
  refuted: z.array(operationSchema.extend({ why: z.string() })),
});

const findingSchema = z.object({
  format: z.union([z.literal(1), z.literal(FINDING_FORMAT)], {
    error: `this version reads findings of format 1 and ${FINDING_FORMAT}`,
  }),
  /** Version of the tool, and of Node, that saw it. */
  version: z.string(),
  node: z.string(),
  token: z.string(),
  target: z.string(),
  property: z.string(),
  severity: z.enum(["must", "should", "may"]),
  clause: z.string(),
  /** The clause as docs/PROTOCOL.md had it, in Markdown. */
  clauseText: z.string().exactOptional(),
  fingerprint: z.string(),
  promise: z.string(),
  message: z.string(),
  expected: z.string(),
  shape: z.array(z.string()),
  /** Indices of events in history.jsonl; the first event has index 0. */
  evidence: z.array(z.number().int().nonnegative()),
  /** How far an order of the operations goes, where the promise is about an order. */
  linearization: linearizationSchema.exactOptional(),
  traceHash: z.string(),
  confirmation: z.enum(["confirmed", "diverged", "unconfirmed"]),
  /** Where plan.json was minimised: in how many runs, whether no step is left, and what it was before. */
  minimised: z
    .object({
      runs: z.number().int().nonnegative(),
      isMinimal: z.boolean(),
      /** Of original-plan.json, which the token stands for. */
      originalTraceHash: z.string(),
      originalOperations: z.number().int().nonnegative(),
    })
    .exactOptional(),
  /** In real time: how often the plan was run again and showed it, and how the target was run. */
  live: z
    .object({
      seen: z.number().int().nonnegative(),
      runs: z.number().int().nonnegative(),
      settings: z.record(z.string(), z.unknown()),
    })
    .exactOptional(),
});

export type FindingRecord = z.infer<typeof findingSchema>;

export interface Artifact {
  readonly finding: FindingRecord;
  readonly plan: Plan;
  /** Null where the server never answered, or the entry keeps none. */
  readonly history: History | null;
  /** The plan before it was minimised, where it was. */
  readonly originalPlan?: Plan;
  /** What the server's process printed; kept as `server.log`. */
  readonly serverLog?: string;
}

/** Holds the plan before it was minimised. */
const ORIGINAL_PLAN = "original-plan.json";

/** The part of a record that a violation fills: what was found, without the circumstances. */
export function judgementOf(violation: FoundViolation) {
  const { property, severity, clause, fingerprint, message, expected, linearization } = violation;
  return {
    property,
    severity,
    clause,
    fingerprint,
    message,
    expected,
    shape: [...violation.shape],
    evidence: [...violation.evidence],
    ...(linearization === undefined ? {} : { linearization: jsonCopy(linearization) }),
  };
}

/** The record of the same finding, as another run showed it. */
export function seenAgain(
  record: FindingRecord,
  violation: FoundViolation,
  traceHash: string,
): FindingRecord {
  const circumstances = { ...record };
  delete circumstances.linearization;
  return { ...circumstances, ...judgementOf(violation), traceHash };
}

/** The schema's arrays are mutable; the evidence's are not. */
function jsonCopy(evidence: LinearizationEvidence): z.infer<typeof linearizationSchema> {
  return JSON.parse(JSON.stringify(evidence)) as z.infer<typeof linearizationSchema>;
}

/**
 * Writes an artifact's files into a folder, which is made.
 * @throws the file system's error (no space, not writable)
 */
export function writeArtifact(folder: string, artifact: Artifact, readme: string): void {
  mkdirSync(folder, { recursive: true });
  if (artifact.originalPlan !== undefined) {
    writeFileSync(join(folder, ORIGINAL_PLAN), formatPlan(artifact.originalPlan));
  }
  writeFileSync(join(folder, "plan.json"), formatPlan(artifact.plan));
  if (artifact.history !== null) {
    writeFileSync(join(folder, "history.jsonl"), formatHistory(artifact.history));
  }
  writeFileSync(join(folder, "finding.json"), `${JSON.stringify(artifact.finding, null, 2)}\n`);
  writeFileSync(join(folder, "README.txt"), readme);
  if (artifact.serverLog !== undefined) {
    writeFileSync(join(folder, "server.log"), artifact.serverLog);
  }
}

/** Reads an artifact; the failure names the file and what is wrong with it. */
export function readArtifact(folder: string): Result<Artifact> {
  const findingText = readText(folder, "finding.json");
  if (!findingText.ok) return findingText;
  const finding = parseFinding(findingText.value);
  if (!finding.ok) return Result.failure(`${join(folder, "finding.json")}: ${finding.message}`);

  const plan = readPlan(folder, "plan.json");
  if (!plan.ok) return plan;
  const artifact: Artifact = { finding: finding.value, plan: plan.value, history: null };

  const original = readPlan(folder, ORIGINAL_PLAN);
  const isMinimised = finding.value.minimised !== undefined;
  if (isMinimised && !original.ok) return original;
  const whole =
    isMinimised && original.ok ? { ...artifact, originalPlan: original.value } : artifact;

  const historyText = readText(folder, "history.jsonl");
  if (!historyText.ok) return Result.ok(whole);
  const history = parseHistory(historyText.value);
  if (!history.ok) return Result.failure(`${join(folder, "history.jsonl")}: ${history.message}`);
  return Result.ok({ ...whole, history: history.history });
}

function readPlan(folder: string, name: string): Result<Plan> {
  const text = readText(folder, name);
  if (!text.ok) return text;
  const plan = parsePlan(text.value);
  return plan.ok ? Result.ok(plan.plan) : Result.failure(`${join(folder, name)}: ${plan.message}`);
}

function parseFinding(text: string): Result<FindingRecord> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return Result.failure(
      "not JSON; the file is truncated or was edited: fetch the artifact again",
    );
  }
  const parsed = findingSchema.safeParse(value);
  if (parsed.success) return Result.ok(parsed.data);
  const issue = parsed.error.issues[0];
  return Result.failure(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not a finding"}`);
}

function readText(folder: string, name: string): Result<string> {
  try {
    return Result.ok(readFileSync(join(folder, name), "utf8"));
  } catch {
    return Result.failure(`${join(folder, name)} cannot be read; an artifact holds it`);
  }
}
