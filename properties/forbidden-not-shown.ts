/**
 * Reads by a pattern, and initial values, show nothing that the session may not read.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import { isJsonObject, type Json, type PermissionAction } from "../src/protocol/index.js";
import { hearingOf, settledExchanges, type SettledExchange } from "./hearing/index.js";
import {
  circumstanceOf,
  likenessOf,
  pathAsked,
  secureProperty,
  type Authority,
  type SecureCase,
} from "./security/index.js";
import { kindOfPath, timeOf } from "./words.js";

export const forbiddenNotShown = secureProperty(
  {
    id: "forbidden-not-shown",
    promise: "In secure mode no wider pattern shows a session what it may not read.",
    clauses: ["SEC-3"],
  },
  (one) => {
    for (const settled of settledExchanges(one.recording)) {
      if (settled.outcome === "ok") judgeAnswer(one, settled);
    }
    judgeEmissions(one);
  },
);

function judgeAnswer(
  { recording, profile, authority, violations }: SecureCase,
  { exchange, startIndex, answerIndex }: SettledExchange,
): void {
  const { connection, client, request } = exchange;
  const { action } = request;
  if (action !== "get" && action !== "on") return;
  const asked = pathAsked(request);
  const items = pathsIn(exchange.answers[0]?.frame.data);
  if (asked === null || items.length === 0) return;
  violations.exercised += 1;
  const interval = [startIndex, answerIndex] as const;
  const shown = items.find((path) => mayNotRead(authority, { connection, action, path }, interval));
  if (shown === undefined) return;
  violations.add({
    clause: "SEC-3",
    message: `${client}'s ${action} of ${JSON.stringify(asked)} was shown ${JSON.stringify(shown)} at ${timeOf(recording, answerIndex)}, which it may not read`,
    expected: "Nothing of it: a wider pattern gives no right to read what it takes in (SEC-3).",
    shape: [
      action,
      kindOfPath(asked),
      ...whyNot(authority, profile, { connection, action, path: shown, index: startIndex }),
    ],
    evidence: [startIndex, answerIndex],
  });
}

/** What `initialEmit` sends. */
function judgeEmissions({ recording, profile, authority, violations }: SecureCase): void {
  const hearing = hearingOf(recording, profile);
  for (const publication of recording.publications) {
    const source = hearing.source(publication);
    const { connection, client, frame, writeIndex } = publication;
    const { path } = frame.meta;
    if (source.how !== "initial" || typeof path !== "string") continue;
    const startIndex = source.exchange.arriveIndex;
    if (startIndex === null) continue;
    violations.exercised += 1;
    const reading = { connection, action: "on" as const, path };
    if (!mayNotRead(authority, reading, [startIndex, writeIndex])) continue;
    violations.add({
      clause: "SEC-3",
      message: `${client} was sent ${JSON.stringify(path)} as an initial value at ${timeOf(recording, writeIndex)}, which it may not read`,
      expected: "Nothing of it: a wider pattern gives no right to read what it takes in (SEC-3).",
      shape: ["emit", ...whyNot(authority, profile, { ...reading, index: startIndex })],
      evidence: [startIndex, writeIndex],
    });
  }
}

interface Reading {
  readonly connection: string;
  readonly action: "get" | "on";
  readonly path: string;
}

/** Initial values may be read by either permission. */
function mayNotRead(
  authority: Authority,
  { connection, action, path }: Reading,
  interval: readonly [number, number],
): boolean {
  const actions: readonly PermissionAction[] = action === "on" ? ["on", "get"] : ["get"];
  if (authority.isRevoked(connection, interval) !== "never") return false;
  return actions.every((each) => authority.permits(connection, each, path, interval) === "never");
}

function whyNot(
  authority: Authority,
  profile: Profile,
  question: Reading & { readonly index: number },
): readonly string[] {
  return [likenessOf(authority, question, profile), circumstanceOf(authority, question)];
}

/** The paths of the items in an answer. */
function pathsIn(data: Json | undefined): readonly string[] {
  if (!Array.isArray(data)) return [];
  return (data as readonly Json[]).flatMap((item) => {
    const meta = isJsonObject(item) ? item["_meta"] : undefined;
    const path = isJsonObject(meta) ? meta["path"] : undefined;
    return typeof path === "string" ? [path] : [];
  });
}
