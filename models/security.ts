/**
 * Secure mode: who is known, who may do what, and what an administrator changes (PROTOCOL.md 8).
 *
 * @packageDocumentation
 */
import {
  ADMINISTRATOR,
  type Permission,
  type PermissionAction,
  type SecurityChange,
  type SecurityDirectory,
} from "../src/protocol/index.js";
import type { Match } from "./pattern.js";
import { coverage, widest } from "./permission.js";
import type { PatternRule } from "./profile.js";

export interface User {
  readonly password: string;
  readonly groups: ReadonlySet<string>;
}

/** By path, the actions that are allowed on it. */
export type Permissions = ReadonlyMap<string, ReadonlySet<PermissionAction>>;

/** Who a token stands for: a user, and the session that it was given to. */
export interface TokenHolder {
  readonly user: string;
  readonly sessionId: string;
}

/** Never changed in place. */
export interface SecurityState {
  /** By name, the administrator among them. */
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Permissions>;
  /** By token: opaque, each given out once. */
  readonly tokens: ReadonlyMap<string, TokenHolder>;
  /** Ids of sessions. */
  readonly revoked: ReadonlySet<string>;
}

/** What a server knows when it is started. */
export function initialSecurity({ groups, users }: SecurityDirectory): SecurityState {
  return {
    users: new Map([
      [ADMINISTRATOR.name, { password: ADMINISTRATOR.password, groups: new Set<string>() }],
      ...users.map(({ name, password, groups: own }): readonly [string, User] => [
        name,
        { password, groups: new Set(own) },
      ]),
    ]),
    groups: new Map(groups.map(({ name, permissions }) => [name, permissionsOf(permissions)])),
    tokens: new Map(),
    revoked: new Set(),
  };
}

/** The state after a change; null where it can't be made: there is no such user or group. */
export function afterChange(state: SecurityState, change: SecurityChange): SecurityState | null {
  switch (change.kind) {
    case "grant":
    case "withdraw": {
      const permissions = state.groups.get(change.group);
      if (permissions === undefined) return null;
      const actions = new Set(permissions.get(change.path));
      for (const action of change.actions) {
        if (change.kind === "grant") actions.add(action);
        else actions.delete(action);
      }
      const changed = new Map(permissions).set(change.path, actions);
      return { ...state, groups: new Map(state.groups).set(change.group, changed) };
    }
    case "link":
    case "unlink": {
      const user = state.users.get(change.user);
      if (user === undefined || !state.groups.has(change.group)) return null;
      const groups = new Set(user.groups);
      if (change.kind === "link") groups.add(change.group);
      else groups.delete(change.group);
      return { ...state, users: new Map(state.users).set(change.user, { ...user, groups }) };
    }
    case "set-password": {
      const user = state.users.get(change.user);
      if (user === undefined) return null;
      const { password } = change;
      return { ...state, users: new Map(state.users).set(change.user, { ...user, password }) };
    }
    case "remove-user": {
      const users = new Map(state.users);
      return users.delete(change.user) ? { ...state, users } : null;
    }
    case "revoke-session":
      return { ...state, revoked: new Set(state.revoked).add(change.sessionId) };
  }
}

/** Whether a user's groups allow an action on a path or pattern; nobody is allowed nothing. */
export function permits(
  { users, groups }: SecurityState,
  userName: string | null,
  action: PermissionAction,
  path: string,
  rule: PatternRule,
): Match {
  const user = userName === null ? undefined : users.get(userName);
  if (user === undefined) return "never";
  if (userName === ADMINISTRATOR.name) return "must";
  let found: Match = "never";
  for (const group of user.groups) {
    for (const [permission, actions] of groups.get(group) ?? []) {
      if (actions.has(action)) found = widest(found, coverage(permission, path, rule));
    }
  }
  return found;
}

function permissionsOf(permissions: readonly Permission[]): Permissions {
  const byPath = new Map<string, Set<PermissionAction>>();
  for (const { path, actions } of permissions) {
    byPath.set(path, new Set([...(byPath.get(path) ?? []), ...actions]));
  }
  return byPath;
}
