/**
 * Who says who it is gets a session where that is right, and none where it isn't.
 *
 * What else a session may do is judged by other properties.
 *
 * @packageDocumentation
 */
import { ADMINISTRATOR } from "../src/protocol/index.js";
import type { Recording } from "../src/history/index.js";
import type { Violation } from "./property.js";
import { claimedUser, secureProperty, type Authority, type Login } from "./security/index.js";
import { timeOf } from "./words.js";

/** After so many wrong logins a server may lock a user out for a while, whoever made them. */
const ATTEMPTS_MIN = 4;

export const credentialsChecked = secureProperty(
  {
    id: "credentials-checked",
    promise: "In secure mode a login succeeds with the credentials of a user, and not without.",
    clauses: ["SEC-1"],
  },
  ({ recording, authority, violations }) => {
    for (const login of authority.logins) {
      const right = authority.isRight(login);
      if (right === "sometimes") continue;
      violations.exercised += 1;
      const violation =
        right === "never"
          ? wronglyServed(recording, authority, login)
          : (wronglyRefused(recording, authority, login) ??
            wronglyNamed(recording, authority, login));
      if (violation !== null) violations.add(violation);
    }
  },
);

/** What a login says, for shapes and sentences. */
function kindOf({ username, password, token }: Login): string {
  if (token !== null) return "token";
  if (username !== null && password !== null) return "password";
  return username === null ? "nothing" : "username-alone";
}

function wronglyServed(recording: Recording, authority: Authority, login: Login): Violation | null {
  const { exchange, outcome, startIndex, answerIndex } = login.settled;
  // A session that is revoked: its token is judged with it (SEC-4).
  if (outcome !== "ok" || authority.isOfRevoked(login)) return null;
  return {
    clause: "SEC-1",
    message: `${exchange.client}'s login by ${kindOf(login)}${whom(login)} was answered "ok" at ${timeOf(recording, answerIndex)}`,
    expected: "An error: these are nobody's credentials (SEC-1).",
    shape: ["served", kindOf(login)],
    evidence: [startIndex, answerIndex],
  };
}

function wronglyRefused(
  recording: Recording,
  authority: Authority,
  login: Login,
): Violation | null {
  const { exchange, outcome, startIndex, answerIndex } = login.settled;
  if (outcome !== "error") return null;
  const interval = [startIndex, answerIndex] as const;
  if (authority.isRevoked(exchange.connection, interval) !== "never") return null;
  if (isLockedOut(authority, login)) return null;
  return {
    clause: "SEC-1",
    message: `${exchange.client}'s login by ${kindOf(login)}${whom(login)} was refused at ${timeOf(recording, answerIndex)}`,
    expected: "A session: the credentials are right (SEC-1).",
    shape: ["refused", kindOf(login)],
    evidence: [startIndex, answerIndex],
  };
}

function wronglyNamed(recording: Recording, authority: Authority, login: Login): Violation | null {
  const { exchange, outcome, startIndex, answerIndex } = login.settled;
  const claimed = claimedUser(login, authority.holders);
  const { answeredUser } = login;
  if (outcome !== "ok" || answeredUser === null || answeredUser === claimed) return null;
  return {
    clause: "SEC-1",
    message: `${exchange.client}'s login by ${kindOf(login)}${whom(login)} was answered at ${timeOf(recording, answerIndex)} as that of ${answeredUser}`,
    expected: `A session of ${claimed ?? "nobody"}, whose credentials these are (SEC-1).`,
    shape: ["as-another", kindOf(login)],
    evidence: [startIndex, answerIndex],
  };
}

/** Whether there may have been too many wrong logins of that user. */
function isLockedOut(authority: Authority, login: Login): boolean {
  const user = claimedUser(login, authority.holders);
  const wrong = authority.logins.filter(
    (other) =>
      other.settled.startIndex < login.settled.answerIndex &&
      other.settled.outcome !== "ok" &&
      claimedUser(other, authority.holders) === user,
  );
  return wrong.length >= ATTEMPTS_MIN;
}

function whom({ username }: Login): string {
  if (username === null) return "";
  return username === ADMINISTRATOR.name ? " of the administrator" : ` of ${username}`;
}
