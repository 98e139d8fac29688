/**
 * What a reply shows, also where the process that held the server hung or died.
 *
 * @packageDocumentation
 */
import type { CaseOutcome, FoundViolation } from "../engine/index.js";
import type { Reply } from "./runner-process.js";

/** Stands in for a trace hash where no history came back: equal for equal ends. */
export function hashOfLost(reply: Reply): string {
  return reply.kind === "hung" ? "0".repeat(64) : "f".repeat(64);
}

/** The violation that a lost server process stands for. */
export function lostViolation(reply: Extract<Reply, { kind: "hung" | "died" }>): FoundViolation {
  const shape = reply.kind === "hung" ? ["hung"] : ["died"];
  return {
    property: "server-survives",
    severity: "must",
    clause: "FRM-5",
    fingerprint: reply.kind,
    message:
      reply.kind === "hung"
        ? `the server was busy for ${reply.afterMs} ms of wall time and was killed`
        : `the process that held the server ended: ${reply.how}`,
    expected: "no input stops the server or keeps it from serving others",
    shape,
    evidence: [],
  };
}

/** Whether a fingerprint is that of a process that hung or died. */
export function isLost(fingerprint: string): boolean {
  return fingerprint === "hung" || fingerprint === "died";
}

/** The trace hash of a reply, or what stands in for it. */
export function hashOfReply(reply: Reply): string {
  return reply.kind === "verdict" ? reply.verdict.hash : hashOfLost(reply);
}

/** What a reply shows of a fingerprint; null where it doesn't. */
export function violationIn(reply: Reply, fingerprint: string): FoundViolation | null {
  const violations =
    reply.kind === "verdict"
      ? reply.verdict.violations
      : reply.kind === "hung" || reply.kind === "died"
        ? [lostViolation(reply)]
        : [];
  return violations.find((violation) => violation.fingerprint === fingerprint) ?? null;
}

/** A case that is kept; of one in which the server hung or its process died there is the plan alone. */
export interface KeptOutcome extends Omit<CaseOutcome, "history"> {
  readonly history: CaseOutcome["history"] | null;
}

/** What is kept of a reply; null where nothing came back. */
export function keptOf(reply: Reply): KeptOutcome | null {
  if (reply.kind === "verdict") return reply.outcome ?? null;
  if ((reply.kind !== "hung" && reply.kind !== "died") || reply.plan === undefined) return null;
  return { plan: reply.plan, history: null, decisions: null };
}
