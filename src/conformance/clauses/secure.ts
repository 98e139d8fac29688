/**
 * Secure mode (SEC). All of it says nothing of a case without it.
 *
 * @packageDocumentation
 */
import { authorityOf, type Authority } from "../../../properties/index.js";
import { isPattern, isPermissionAction, parseChannel } from "../../protocol/index.js";
import type { ClauseGround } from "../clause-ground.js";
import { channelPath, countOf, textOf, type Asked, type Questions } from "../questions.js";

const NEEDS = ["login"] as const;

export const SECURE: readonly ClauseGround[] = [
  {
    id: "SEC-1",
    title: "credentials, right and wrong",
    judges: ["credentials-checked"],
    needs: NEEDS,
    // Who refuses everybody has checked nothing.
    exercised: inSecureMode(({ asked }) => {
      const logins = asked.filter(({ action }) => action === "login");
      const served = countOf(logins, ({ status }) => status === "ok");
      return Math.min(served, logins.length - served);
    }),
  },
  {
    id: "SEC-2",
    title: "what permissions allow, and what none does",
    judges: ["forbidden-has-no-effect", "permitted-is-served"],
    needs: NEEDS,
    exercised: inSecureMode((questions, authority) =>
      Math.min(
        requestsThatAre("always", questions, authority),
        requestsThatAre("never", questions, authority),
      ),
    ),
  },
  {
    id: "SEC-3",
    title: "what may not be read or heard of",
    judges: ["forbidden-not-shown", "forbidden-not-heard"],
    needs: NEEDS,
    exercised: inSecureMode(
      (questions, authority) =>
        widerThanPermitted(questions, authority) + withheld(questions, authority),
    ),
  },
  {
    id: "SEC-4",
    title: "revoked sessions",
    judges: ["revoked-session-ended"],
    needs: NEEDS,
    exercised: inSecureMode(
      (questions, authority) =>
        requestsOfRevoked(questions, authority) +
        countOf(authority.logins, (login) => authority.isOfRevoked(login)),
    ),
  },
];

function inSecureMode(
  exercised: (questions: Questions, authority: Authority) => number,
): ClauseGround["exercised"] {
  return (questions) => {
    const authority = authorityOf(questions.recording, questions.profile);
    return authority === null ? 0 : exercised(questions, authority);
  };
}

/** A server that ends the connection of a revoked session has no more of its requests. */
function requestsOfRevoked({ asked }: Questions, authority: Authority): number {
  return countOf(asked, ({ action, connection, arriveIndex }) => {
    const moment = [arriveIndex, arriveIndex] as const;
    return isPermissionAction(action) && authority.isRevoked(connection, moment) === "always";
  });
}

function requestsThatAre(
  permitted: "always" | "never",
  { asked }: Questions,
  authority: Authority,
): number {
  return countOf(asked, ({ action, path, connection, arriveIndex }) => {
    if (!isPermissionAction(action) || path === null) return false;
    const wanted = action === "on" ? (parseChannel(path)?.path ?? path) : path;
    const moment = [arriveIndex, arriveIndex] as const;
    return authority.permits(connection, action, wanted, moment) === permitted;
  });
}

/** Patterns that reach more than the session may read or hear of: refused, or served in part. */
function widerThanPermitted({ asked }: Questions, authority: Authority): number {
  return countOf(asked, ({ action, path, connection, arriveIndex }) => {
    if (action !== "get" && action !== "on") return false;
    const wanted = action === "on" ? channelPath(path ?? undefined) : path;
    if (wanted === null || !isPattern(wanted)) return false;
    const moment = [arriveIndex, arriveIndex] as const;
    return authority.permits(connection, action, wanted, moment) !== "always";
  });
}

/** Writes that somebody is subscribed to who may not hear of them, by a pattern or from before. */
function withheld(questions: Questions, authority: Authority): number {
  const subscriptions = questions.ok("on");
  return questions.ok("set", "remove").reduce((sum, write) => {
    const { path, arriveIndex } = write;
    if (path === null) return sum;
    const moment = [arriveIndex, arriveIndex] as const;
    return (
      sum +
      countOf(
        subscriptions,
        (each) =>
          each.answerIndex < arriveIndex &&
          takesIn(each, path) &&
          authority.permits(each.connection, "on", path, moment) === "never",
      )
    );
  }, 0);
}

/** Whether a subscription is to a path, or to a pattern that begins as it does. */
function takesIn({ path: channel }: Asked, path: string): boolean {
  const subscribed = textOf(channelPath(channel ?? undefined) ?? undefined);
  const [prefix = ""] = subscribed.split("*");
  return subscribed === path || (prefix !== subscribed && path.startsWith(prefix));
}
