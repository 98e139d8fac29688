/**
 * Who may do what, at each moment of a history in secure mode: three values, from intervals
 * (SEC-1 to SEC-4).
 *
 * Both bounds are sound: `always` only where every fact that it rests on is certain at each moment,
 * `never` only where no combination of what is possible would allow it.
 *
 * @packageDocumentation
 */
import { coverage, isOwn, mayReachOwn, type Profile } from "../../models/index.js";
import type { Recording } from "../../src/history/index.js";
import {
  ADMINISTRATOR,
  parseChannel,
  type PermissionAction,
  type Request,
  type SecurityChange,
} from "../../src/protocol/index.js";
import { settledExchanges } from "../hearing/exchange-outcome.js";
import { workedOutOnce } from "../worked-out.js";
import { claimedUser, holdersOf, loginsOf, type Login, type TokenHolder } from "./credentials.js";
import { Facts } from "./fact.js";

export type Permitted = "always" | "sometimes" | "never";

export interface HeldPermission {
  readonly group: string;
  readonly path: string;
  readonly action: PermissionAction;
}

/** Bits of what is possible at one moment. */
const MAY_BE_PERMITTED = 1;
const MAY_BE_FORBIDDEN = 2;

export class Authority {
  readonly logins: readonly Login[];
  readonly holders: ReadonlyMap<string, TokenHolder>;
  readonly #profile: Profile;
  /** By user, the password; null where there is no such user. */
  readonly #passwords: Facts<string | null>;
  readonly #links: Facts<boolean>;
  readonly #permissions: Facts<boolean>;
  /** By connection, who has logged in; null for nobody. */
  readonly #identities = new Facts<string | null>(new Map(), null);
  readonly #revoked = new Facts<boolean>(new Map(), false);
  /** Connections whose sessions share a token, or one of which logged in by that of another. */
  readonly #kin: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #groups: readonly string[];
  /** By group, what was ever a permission of it. */
  readonly #known = new Map<string, { path: string; action: PermissionAction; key: string }[]>();
  readonly #moments: readonly number[];
  readonly #memo = new Map<string, number>();
  /** From here on nothing is known: the server is another one, or was told otherwise by a client. */
  readonly #endIndex: number;

  constructor(recording: Recording, profile: Profile) {
    const { groups = [], users = [] } = recording.header.security ?? {};
    this.#profile = profile;
    this.#groups = groups.map(({ name }) => name);
    this.#passwords = new Facts<string | null>(
      new Map([ADMINISTRATOR, ...users].map(({ name, password }) => [name, password])),
      null,
    );
    const links = users.flatMap(({ name, groups: own }) => own.map((group) => keyOf(name, group)));
    this.#links = new Facts(new Map(links.map((key) => [key, true])), false);
    const held = groups.flatMap(({ name, permissions }) =>
      permissions.flatMap(({ path, actions }) =>
        actions.map((action) => this.#permission(name, path, action)),
      ),
    );
    this.#permissions = new Facts(new Map(held.map((key) => [key, true])), false);
    this.logins = loginsOf(recording);
    this.holders = holdersOf(this.logins);
    this.#kin = this.#kinOf();
    this.#takeLogins();
    this.#takeRevocations(recording);
    this.#takeChanges(recording);
    this.#takeReturns();
    this.#endIndex = Math.min(endOf(recording), firstWriteToOwn(recording));
    const facts: readonly { moments(): readonly number[] }[] = [
      ...[this.#passwords, this.#links, this.#permissions, this.#identities, this.#revoked],
    ];
    const moments = new Set(facts.flatMap((each) => each.moments()));
    this.#moments = [...moments].sort((left, right) => left - right);
  }

  /** Whether a connection's session may do something, at every, some or no moment from one index to another. */
  permits(
    connection: string,
    action: PermissionAction,
    path: string,
    [startIndex, endIndex]: readonly [number, number],
  ): Permitted {
    return this.#throughout(`${connection} ${action} ${path}`, startIndex, endIndex, (index) =>
      this.#permittedAt(connection, action, path, index),
    );
  }

  /** Whether a connection's session is revoked. */
  isRevoked(
    connection: string,
    [startIndex, endIndex]: readonly [number, number],
  ): "always" | "sometimes" | "never" {
    return this.#throughout(`${connection} revoked`, startIndex, endIndex, (index) => {
      const possible = this.#revoked.of(connection).possibleAt(index);
      return bitsOf(possible.has(true), possible.has(false));
    });
  }

  /** Whether the credentials of a login are right, from its arrival to its answer. */
  isRight(login: Login): Permitted {
    const { startIndex, answerIndex, exchange } = login.settled;
    const key = `login ${exchange.sendIndex}`;
    return this.#throughout(key, startIndex, answerIndex, (index) => this.#rightAt(login, index));
  }

  /** Whether the token of a login is that of a session that is revoked all the time. */
  isOfRevoked({ token, settled }: Login): boolean {
    const holder = token === null ? undefined : this.holders.get(token);
    if (holder === undefined) return false;
    const interval = [settled.startIndex, settled.answerIndex] as const;
    return this.isRevoked(holder.connection, interval) === "always";
  }

  /** Whether a server has reason to end a connection: nobody has logged in, its session is revoked, or its user is gone. */
  mayEnd(connection: string, index: number): boolean {
    if (index >= this.#endIndex) return true;
    if (this.#revoked.of(connection).possibleAt(index).has(true)) return true;
    return [...this.usersAt(connection, index)].some(
      (user) => user === null || this.mayBeGone(user, index),
    );
  }

  /** Who may have logged in on a connection by then; null for nobody. */
  usersAt(connection: string, index: number): ReadonlySet<string | null> {
    return this.#identities.of(connection).possibleAt(index);
  }

  /** All who logged in on a connection, or may have, up to then. */
  usersUntil(connection: string, index: number): ReadonlySet<string | null> {
    const before = this.#identities
      .changesOf(connection)
      .filter(({ fromIndex }) => fromIndex <= index);
    return new Set(before.map(({ value }) => value));
  }

  /** Whether there may be no such user. */
  mayBeGone(user: string, index: number): boolean {
    return this.#passwords.of(user).possibleAt(index).has(null);
  }

  /** The permissions that a connection's session may have at a moment. */
  possiblePermissions(connection: string, index: number): readonly HeldPermission[] {
    const found: HeldPermission[] = [];
    for (const user of this.usersAt(connection, index)) {
      if (user === null) continue;
      for (const group of this.#groups) {
        if (!this.#links.of(keyOf(user, group)).possibleAt(index).has(true)) continue;
        for (const { path, action, key } of this.#known.get(group) ?? []) {
          if (this.#permissions.of(key).possibleAt(index).has(true))
            found.push({ group, path, action });
        }
      }
    }
    return found;
  }

  /** Whether the user's groups and what allows something are those of the beginning; for shapes. */
  isAsAtFirst({
    connection,
    action,
    path,
    index,
  }: {
    readonly connection: string;
    readonly action: PermissionAction;
    readonly path: string;
    readonly index: number;
  }): boolean {
    return [...this.usersAt(connection, index)].every(
      (user) => user !== null && this.#userBits(user, action, path, 0) === MAY_BE_PERMITTED,
    );
  }

  #throughout(
    key: string,
    startIndex: number,
    endIndex: number,
    bitsAt: (index: number) => number,
  ): Permitted {
    if (endIndex >= this.#endIndex) return "sometimes";
    let bits = this.#bits(key, startIndex, bitsAt);
    for (let at = this.#pieceAt(startIndex); at < this.#moments.length; at += 1) {
      const moment = this.#moments[at] as number;
      if (moment > endIndex || bits === (MAY_BE_PERMITTED | MAY_BE_FORBIDDEN)) break;
      if (moment > startIndex) bits |= this.#bits(key, moment, bitsAt);
    }
    if (bits === MAY_BE_PERMITTED) return "always";
    return bits === MAY_BE_FORBIDDEN ? "never" : "sometimes";
  }

  /** Nothing changes between two moments. */
  #bits(key: string, index: number, bitsAt: (index: number) => number): number {
    const memoKey = `${this.#pieceAt(index)} ${key}`;
    let bits = this.#memo.get(memoKey);
    if (bits === undefined) {
      bits = bitsAt(index);
      this.#memo.set(memoKey, bits);
    }
    return bits;
  }

  /** How many moments come at that index or before it. */
  #pieceAt(index: number): number {
    let [low, high] = [0, this.#moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#moments[middle] as number) <= index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #permittedAt(connection: string, action: PermissionAction, path: string, index: number): number {
    const revoked = this.#revoked.of(connection).possibleAt(index);
    let bits = revoked.has(true) ? MAY_BE_FORBIDDEN : 0;
    if (!revoked.has(false)) return bits;
    for (const user of this.usersAt(connection, index)) {
      bits |= user === null ? MAY_BE_FORBIDDEN : this.#userBits(user, action, path, index);
    }
    return bits;
  }

  #userBits(user: string, action: PermissionAction, path: string, index: number): number {
    const passwords = this.#passwords.of(user).possibleAt(index);
    const isCertain = !passwords.has(null);
    if (user === ADMINISTRATOR.name) return MAY_BE_PERMITTED;
    if (!isCertain && passwords.size === 1) return MAY_BE_FORBIDDEN;
    let [isPossible, isAssured] = [false, false];
    for (const group of this.#groups) {
      const links = this.#links.of(keyOf(user, group)).possibleAt(index);
      if (!links.has(true)) continue;
      for (const { path: own, action: allowed, key } of this.#known.get(group) ?? []) {
        const held = this.#permissions.of(key).possibleAt(index);
        if (allowed !== action || !held.has(true)) continue;
        const covers = coverage(own, path, this.#profile.permissionRule);
        isPossible ||= covers !== "never";
        isAssured ||= covers === "must" && !links.has(false) && !held.has(false);
      }
    }
    return bitsOf(isPossible, !isAssured || !isCertain);
  }

  #rightAt({ username, password, token }: Login, index: number): number {
    if (token !== null) {
      const holder = this.holders.get(token);
      if (holder === undefined || holder.givenIndex > index) return MAY_BE_FORBIDDEN;
      if (holder.user === null) return bitsOf(true, true);
      const users = this.#passwords.of(holder.user).possibleAt(index);
      const revoked = this.#revoked.of(holder.connection).possibleAt(index);
      const isPossible = [...users].some((known) => known !== null) && revoked.has(false);
      return bitsOf(isPossible, users.has(null) || revoked.has(true));
    }
    if (username === null || password === null) return MAY_BE_FORBIDDEN;
    const passwords = this.#passwords.of(username).possibleAt(index);
    return bitsOf(passwords.has(password), passwords.size > 1 || !passwords.has(password));
  }

  #permission(group: string, path: string, action: PermissionAction): string {
    const key = keyOf(group, action, path);
    const known = this.#known.get(group);
    if (known === undefined) this.#known.set(group, [{ path, action, key }]);
    else if (!known.some((one) => one.key === key)) known.push({ path, action, key });
    return key;
  }

  #takeLogins(): void {
    for (const login of this.logins) {
      const { exchange, outcome, startIndex, answerIndex } = login.settled;
      // What was refused left no trace (COR-4).
      if (outcome === "error") continue;
      const value = login.answeredUser ?? claimedUser(login, this.holders);
      const change = { fromIndex: startIndex, byIndex: answerIndex, value };
      this.#identities.change(exchange.connection, change);
    }
  }

  #takeRevocations(recording: Recording): void {
    for (const { exchange, outcome, startIndex, answerIndex } of settledExchanges(recording)) {
      if (exchange.request.action !== this.#profile.revokeAction) continue;
      const byIndex = outcome === "ok" ? answerIndex : Infinity;
      this.#revoke(exchange.connection, startIndex, byIndex);
    }
  }

  /** Whether a revoked session can begin anew is the server's to say. */
  #takeReturns(): void {
    for (const { settled } of this.logins) {
      const { exchange, outcome, startIndex, answerIndex } = settled;
      const revocations = this.#revoked.changesOf(exchange.connection);
      const isLater = revocations.some(({ value, fromIndex }) => value && fromIndex < answerIndex);
      if (outcome === "error" || !isLater) continue;
      const change = { fromIndex: startIndex, byIndex: Infinity, value: false };
      this.#revoked.change(exchange.connection, change);
    }
  }

  #revoke(connection: string, fromIndex: number, byIndex: number): void {
    this.#revoked.change(connection, { fromIndex, byIndex, value: true });
    // With a token, a server may revoke all that rests on it.
    for (const other of this.#kin.get(connection) ?? []) {
      if (other === connection) continue;
      this.#revoked.change(other, { fromIndex, byIndex: Infinity, value: true });
    }
  }

  #takeChanges(recording: Recording): void {
    const made = new Map<number, number>();
    recording.events.forEach((event, index) => {
      if (event.kind === "administered" && event.error === null) made.set(event.of, index);
    });
    recording.events.forEach((event, index) => {
      if (event.kind !== "administer") return;
      // What is said to have failed may have had part of its effect.
      this.#take(event.change, index, made.get(index) ?? Infinity, recording);
    });
  }

  #take(change: SecurityChange, fromIndex: number, byIndex: number, recording: Recording): void {
    switch (change.kind) {
      case "grant":
      case "withdraw":
        for (const action of change.actions) {
          const key = this.#permission(change.group, change.path, action);
          this.#permissions.change(key, { fromIndex, byIndex, value: change.kind === "grant" });
        }
        return;
      case "link":
      case "unlink": {
        const value = change.kind === "link";
        this.#links.change(keyOf(change.user, change.group), { fromIndex, byIndex, value });
        return;
      }
      case "set-password":
        this.#passwords.change(change.user, { fromIndex, byIndex, value: change.password });
        return;
      case "remove-user":
        this.#passwords.change(change.user, { fromIndex, byIndex, value: null });
        for (const group of this.#groups) {
          this.#links.change(keyOf(change.user, group), { fromIndex, byIndex, value: false });
        }
        return;
      case "revoke-session": {
        const connection = recording.connectionOfSession(change.sessionId)?.connection;
        if (connection !== undefined) this.#revoke(connection, fromIndex, byIndex);
      }
    }
  }

  #kinOf(): ReadonlyMap<string, ReadonlySet<string>> {
    const kin = new Map<string, Set<string>>();
    const join = (left: string, right: string) => {
      const all = new Set([left, right, ...(kin.get(left) ?? []), ...(kin.get(right) ?? [])]);
      for (const member of all) kin.set(member, all);
    };
    for (const { token, given, settled } of this.logins) {
      const tokens = [...(token === null ? [] : [token]), ...given.map((each) => each.token)];
      for (const each of tokens) {
        const holder = this.holders.get(each);
        if (holder !== undefined) join(settled.exchange.connection, holder.connection);
      }
    }
    return kin;
  }
}

/** The path or pattern that a request is about, that of its channel for an `on`; null where it has none. */
export function pathAsked({ action, path }: Request): string | null {
  if (typeof path !== "string") return null;
  return action === "on" ? (parseChannel(path)?.path ?? path) : path;
}

function bitsOf(mayBePermitted: boolean, mayBeForbidden: boolean): number {
  return (mayBePermitted ? MAY_BE_PERMITTED : 0) | (mayBeForbidden ? MAY_BE_FORBIDDEN : 0);
}

function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Where a second process begins, which knows nothing of changes that were made before. */
function endOf({ events }: Recording): number {
  const first = events.findIndex(({ kind }) => kind === "started");
  const second = events.findIndex(({ kind }, index) => kind === "started" && index > first);
  return second < 0 ? Infinity : second;
}

/** Where a write may have reached what the server keeps for itself, users and groups among it (STO-6). */
function firstWriteToOwn(recording: Recording): number {
  for (const { exchange, outcome, startIndex } of settledExchanges(recording)) {
    const { action, path } = exchange.request;
    if (action !== "set" && action !== "remove") continue;
    if (outcome === "error" || typeof path !== "string") continue;
    if (isOwn(path) || mayReachOwn(path)) return startIndex;
  }
  return Infinity;
}

const authorities = workedOutOnce((recording, profile) => new Authority(recording, profile));

/** The authority of a recording; null where the server was not in secure mode. */
export function authorityOf(recording: Recording, profile: Profile): Authority | null {
  return recording.header.security === undefined ? null : authorities(recording, profile);
}
