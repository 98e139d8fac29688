/**
 * What a session's permissions allow is not refused for want of permission.
 *
 * @packageDocumentation
 */
import { isJsonObject, isPermissionAction, type Json } from "../src/protocol/index.js";
import { optionsOf, settledExchanges, type SettledExchange } from "./hearing/index.js";
import { isWellFormed } from "./request-form.js";
import {
  howHeld,
  pathAsked,
  secureProperty,
  type Authority,
  type SecureCase,
} from "./security/index.js";
import { timeOf } from "./words.js";

export const permittedIsServed = secureProperty(
  {
    id: "permitted-is-served",
    promise: "In secure mode what a permission allows is not refused for want of one.",
    clauses: ["SEC-2"],
  },
  (one) => {
    for (const settled of settledExchanges(one.recording)) judge(one, settled);
  },
);

function judge(
  { recording, profile, authority, violations }: SecureCase,
  { exchange, outcome, startIndex, answerIndex }: SettledExchange,
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
