/**
 * Histories of a server in secure mode, short to write in tests.
 *
 * @packageDocumentation
 */
import { profileOf } from "../models/index.js";
import type { JsonObject, SecurityChange, SecurityDirectory } from "../src/protocol/index.js";
import { HistoryBuilder, type Sent } from "./history-builder.js";
import type { Finding, Property } from "./property.js";

/** Ann may do everything under /a, bob read and hear /a/b, and cid nothing. */
export const DIRECTORY: SecurityDirectory = {
  groups: [
    { name: "all", permissions: [{ path: "/a/*", actions: ["get", "set", "remove", "on"] }] },
    { name: "some", permissions: [{ path: "/a/b", actions: ["get", "on"] }] },
  ],
  users: [
    { name: "ann", password: "of-ann", groups: ["all"] },
    { name: "bob", password: "of-bob", groups: ["some"] },
    { name: "cid", password: "of-cid", groups: [] },
  ],
};

/** The `_meta` of an answer that says that permission is wanting. */
export const DENIED: JsonObject = {
  status: "error",
  error: { name: "AccessDenied", message: "unauthorized" },
};

export class SecureHistory extends HistoryBuilder {
  constructor() {
    super({ security: DIRECTORY });
  }

  /** Opens a connection, on which that user logs in by password; its token is `token-<user>`. */
  as(client: string, user: string): this {
    this.open(client);
    this.login(client, { username: user, password: `of-${user}` }, user);
    return this;
  }

  /** A login that is answered `ok`, as that user. */
  login(client: string, data: JsonObject, user: string): Sent {
    const token = `token-${user}-${this.sessionOf(client).slice(-4)}`;
    return this.request(
      client,
      { action: "login", data },
      { data: { id: this.sessionOf(client), token, user: { username: user } } },
    );
  }

  tokenOf(client: string, user: string): string {
    return `token-${user}-${this.sessionOf(client).slice(-4)}`;
  }

  /** A change that is asked for; `administered` answers it. */
  administer(change: SecurityChange): number {
    return this.event({ kind: "administer", operation: "o1", change });
  }

  administered(of: number, error: string | null = null): this {
    this.event({ kind: "administered", of, error });
    return this;
  }

  /** A change that is made at once. */
  change(change: SecurityChange): this {
    return this.administered(this.administer(change));
  }
}

/** What a property says of a history, by profile 1.x. */
export function judged(property: Property, history: HistoryBuilder): Finding {
  return property.check(history.recording(), profileOf("1.x"));
}
