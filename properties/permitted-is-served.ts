/**
 * What a session's permissions allow is not refused for want of permission.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { isJsonObject, isPermissionAction, type Json } from "../src/protocol/index.js";
import { optionsOf, settledExchanges, type SettledExchange } from "./hearing/index.js";
import type { Property } from "./property.js";
import { isWellFormed } from "./request-form.js";
import { authorityOf, howHeld, pathAsked, type Authority } from "./security/index.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

export const permittedIsServed: Property = {
  id: "permitted-is-served",
  promise: "In secure mode what a permission allows is not refused for want of one.",
  clauses: ["SEC-2"],
  severity: "must",
  applies: (_, { security }) => security !== undefined,
  check(recording, profile) {
    const violations = new Violations();
    const authority = authorityOf(recording, profile);
    if (authority === null) return violations.finding();
    for (const settled of settledExchanges(recording)) {
      judge(recording, profile, authority, settled, violations);
    }
    return violations.finding();
  },
};

function judge(
  recording: Recording,
  profile: Profile,
  authority: Authority,
  { exchange, outcome, startIndex, answerIndex }: SettledExchange,
  violations: Violations,
): void {
  const { connection, client, request } = exchange;
  const { action } = request;
  const path = pathAsked(request);
  if (!isPermissionAction(action) || path === null || outcome === "unknown") return;
  if (!isWellFormed(request) || optionsOf(exchange)["onBehalfOf"] !== undefined) return;
  const interval = [startIndex, answerIndex] as const;
  if (authority.permits(connection, action, path, interval) !== "always") return;
  violations.exercised += 1;
  if (outcome === "ok" || !isDenial(exchange.answers[0]?.frame.meta["error"])) return;
  violations.add({
    clause: "SEC-2",
    message: `${client}'s ${action} of ${JSON.stringify(path)} was refused at ${timeOf(recording, answerIndex)} for want of permission`,
    expected: "It is served: its user has had a permission for it since before it arrived (SEC-2).",
    shape: [
      "refused",
      howHeld(authority, { connection, action, path, index: startIndex }, profile),
      howGranted(authority, exchange, startIndex),
    ],
    evidence: [startIndex, answerIndex],
  });
}

/** Whether the permission was there from the beginning, or came later; for shapes. */
function howGranted(
  authority: Authority,
  { connection, request }: SettledExchange["exchange"],
  index: number,
): string {
  const path = pathAsked(request) as string;
  const { action } = request;
  if (!isPermissionAction(action)) return "other";
  return authority.isAsAtFirst({ connection, action, path, index })
    ? "as-at-first"
    : "granted-later";
}

/** Whether an error says that permission is wanting. */
function isDenial(error: Json | undefined): boolean {
  if (!isJsonObject(error)) return false;
  const words = [error["name"], error["message"]].filter((word) => typeof word === "string");
  return words.some((word) => /access ?denied|unauthori[sz]ed|permission/i.test(word));
}
