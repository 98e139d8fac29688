/**
 * What logins say, and what tokens were given to whom (SEC-1).
 *
 * @packageDocumentation
 */
import type { Recording } from "../../src/history/index.js";
import { isJsonObject, type Json } from "../../src/protocol/index.js";
import { settledExchanges, type SettledExchange } from "../hearing/exchange-outcome.js";

/** A login that reached the server. */
export interface Login {
  readonly settled: SettledExchange;
  /** Null where it says none that is a text. */
  readonly username: string | null;
  readonly password: string | null;
  readonly token: string | null;
  /** Whom the answer says to have logged in; null where it says nothing of it. */
  readonly answeredUser: string | null;
  /** The tokens in its answers; a request may be sent on more than once. */
  readonly given: readonly Given[];
}

export interface Given {
  readonly token: string;
  /** Index of the answer. */
  readonly index: number;
}

/** Who a token was given to first, and when the answer that has it was written. */
export interface TokenHolder {
  readonly user: string | null;
  readonly connection: string;
  readonly givenIndex: number;
}

/** All logins, in the order of their arrival. */
export function loginsOf(recording: Recording): readonly Login[] {
  return settledExchanges(recording)
    .filter(({ exchange }) => exchange.request.action === "login")
    .map((settled) => {
      const asked = settled.exchange.request.data;
      const answered =
        settled.outcome === "ok" ? settled.exchange.answers[0]?.frame.data : undefined;
      const user = fieldOf(answered, "user");
      return {
        settled,
        username: textOf(fieldOf(asked, "username")),
        password: textOf(fieldOf(asked, "password")),
        token: textOf(fieldOf(asked, "token")),
        answeredUser: textOf(fieldOf(user, "username")),
        given: settled.exchange.answers.flatMap(({ writeIndex, frame }): readonly Given[] => {
          const token = textOf(fieldOf(frame.data, "token"));
          return token === null ? [] : [{ token, index: writeIndex }];
        }),
      };
    });
}

/** By token, who has it; of one that was given again, who had it first. */
export function holdersOf(logins: readonly Login[]): ReadonlyMap<string, TokenHolder> {
  const holders = new Map<string, TokenHolder>();
  for (const login of logins) {
    for (const { token, index } of login.given) {
      if (holders.has(token)) continue;
      holders.set(token, {
        user: login.answeredUser ?? claimedUser(login, holders),
        connection: login.settled.exchange.connection,
        givenIndex: index,
      });
    }
  }
  return holders;
}

/** The user whose credentials a login claims to have. */
export function claimedUser(
  { username, token }: Login,
  holders: ReadonlyMap<string, TokenHolder>,
): string | null {
  return token === null ? username : (holders.get(token)?.user ?? null);
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
