/**
 * The administrator of a happn-3 server in secure mode: calls the server's own security service, in
 * its process, as the package's documentation tells programs to that embed it.
 *
 * Releases before 5 keep a group's permissions in the group, and later ones one by one. Changes are
 * made one after the other, since a group's permissions are read and written back as a whole.
 *
 * @packageDocumentation
 */
import type {
  Permission,
  PermissionAction,
  SecurityChange,
  SecurityDirectory,
} from "../../protocol/index.js";

type Done<Value = unknown> = (error: unknown, value?: Value) => void;

interface StoredGroup {
  readonly name: string;
  readonly permissions?: Readonly<Record<string, { readonly actions?: readonly string[] }>>;
}

interface StoredUser {
  readonly username: string;
}

/** What is called of the service that has the groups: all releases have these. */
interface Groups {
  upsertGroup(group: StoredGroup, options: object, done: Done): unknown;
  getGroup(name: string, options: object, done: Done<StoredGroup | null>): unknown;
  linkGroup(group: StoredGroup, user: StoredUser, options: object, done: Done): unknown;
  unlinkGroup(group: StoredGroup, user: StoredUser, options: object, done: Done): unknown;
  /** Where permissions are kept one by one. */
  upsertPermission?(group: string, path: string, action: string): PromiseLike<unknown>;
  removePermission?(group: string, path: string, action: string): PromiseLike<unknown>;
}

interface Users {
  upsertUser(user: object, options: object, done: Done): unknown;
  deleteUser(user: StoredUser, options: object, done: Done): unknown;
  getUser(name: string, done: Done<StoredUser | null>): unknown;
}

interface Session {
  readonly id: string;
  readonly token?: string;
}

/** The services of a server, as far as its administrator needs them. */
export interface Happn3Services {
  readonly security: {
    readonly users: Users & Partial<Groups>;
    readonly groups?: Groups;
    revokeSession?(session: Session, reason: string, done: Done): unknown;
    revokeToken?(token: string, reason: string, done: Done): unknown;
  };
  readonly session: { getSession(id: string): Session | null };
}

export class Happn3Administrator {
  readonly #services: Happn3Services;
  readonly #users: Users;
  readonly #groups: Groups;
  #isBusy = false;
  readonly #waiting: (() => void)[] = [];

  constructor(services: Happn3Services) {
    const { users, groups } = services.security;
    this.#services = services;
    this.#users = users;
    this.#groups = groups ?? (users as Users & Groups);
  }

  /** Makes the users and groups that a server is to have before anybody comes. */
  establish(directory: SecurityDirectory, done: (error?: unknown) => void): void {
    void this.#establish(directory).then(() => done(), done);
  }

  /** Makes one change, after those asked for before; calls back with why it can't be made, or with null. */
  make(change: SecurityChange, made: (error: string | null) => void): void {
    const run = () => {
      this.#isBusy = true;
      const next = (error: string | null) => {
        this.#isBusy = false;
        made(error);
        if (!this.#isBusy) this.#waiting.shift()?.();
      };
      void this.#change(change).then(
        () => next(null),
        (error: unknown) => next(error instanceof Error ? error.message : String(error)),
      );
    };
    if (this.#isBusy) this.#waiting.push(run);
    else run();
  }

  async #establish({ groups, users }: SecurityDirectory): Promise<void> {
    for (const { name, permissions } of groups) {
      await called((done) =>
        this.#groups.upsertGroup({ name, permissions: storedOf(permissions) }, {}, done),
      );
    }
    for (const { name, password, groups: own } of users) {
      await called((done) => this.#users.upsertUser({ username: name, password }, {}, done));
      for (const group of own) await this.#link("link", name, group);
    }
  }

  async #change(change: SecurityChange): Promise<void> {
    switch (change.kind) {
      case "grant":
      case "withdraw":
        await this.#permission(change);
        return;
      case "link":
      case "unlink":
        await this.#link(change.kind, change.user, change.group);
        return;
      case "set-password": {
        const { username } = await this.#user(change.user);
        const { password } = change;
        await called((done) => this.#users.upsertUser({ username, password }, {}, done));
        return;
      }
      case "remove-user": {
        const user = await this.#user(change.user);
        await called((done) => this.#users.deleteUser(user, {}, done));
        return;
      }
      case "revoke-session":
        await this.#revoke(change.sessionId);
    }
  }

  async #permission({
    kind,
    group: name,
    path,
    actions,
  }: Extract<SecurityChange, { kind: "grant" | "withdraw" }>): Promise<void> {
    const groups = this.#groups;
    const group = await this.#group(name);
    if (groups.upsertPermission === undefined) {
      const permissions = storedWith(group, kind, path, actions);
      await called((done) => groups.upsertGroup({ name, permissions }, {}, done));
      return;
    }
    for (const action of actions) {
      await (kind === "grant"
        ? groups.upsertPermission(name, path, action)
        : groups.removePermission?.(name, path, action));
    }
  }

  async #link(kind: "link" | "unlink", userName: string, groupName: string): Promise<void> {
    const group = await this.#group(groupName);
    const user = await this.#user(userName);
    await called((done) =>
      kind === "link"
        ? this.#groups.linkGroup(group, user, {}, done)
        : this.#groups.unlinkGroup(group, user, {}, done),
    );
  }

  async #revoke(sessionId: string): Promise<void> {
    const { security, session } = this.#services;
    const found = session.getSession(sessionId);
    if (found === null) throw new Error("there is no such session");
    await called((done) =>
      security.revokeToken === undefined
        ? security.revokeSession?.(found, "ADMINISTRATOR", done)
        : security.revokeToken(found.token ?? "", "ADMINISTRATOR", done),
    );
  }

  async #user(name: string): Promise<StoredUser> {
    const user = await called<StoredUser | null>((done) => this.#users.getUser(name, done));
    if (user === null || user === undefined) throw new Error(`there is no user ${name}`);
    return user;
  }

  async #group(name: string): Promise<StoredGroup> {
    const group = await called<StoredGroup | null>((done) => this.#groups.getGroup(name, {}, done));
    if (group === null || group === undefined) throw new Error(`there is no group ${name}`);
    return group;
  }
}

/** What a call with a callback answers; a call that also answers a promise does so by its callback. */
function called<Value>(call: (done: Done<Value>) => unknown): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    call((error, value) => {
      if (error === null || error === undefined) resolve(value);
      else reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
    });
  });
}

function storedOf(permissions: readonly Permission[]) {
  const byPath = new Map<string, Set<PermissionAction>>();
  for (const { path, actions } of permissions) {
    byPath.set(path, new Set([...(byPath.get(path) ?? []), ...actions]));
  }
  return Object.fromEntries(
    [...byPath].map(([path, actions]) => [path, { actions: [...actions] }]),
  );
}

function storedWith(
  { permissions = {} }: StoredGroup,
  kind: "grant" | "withdraw",
  path: string,
  changed: readonly PermissionAction[],
) {
  const actions = new Set<string>(permissions[path]?.actions);
  for (const action of changed) {
    if (kind === "grant") actions.add(action);
    else actions.delete(action);
  }
  const others = Object.entries(permissions)
    .filter(([other]) => other !== path)
    .map(([other, { actions: own = [] }]) => [other, { actions: [...own] }] as const);
  return Object.fromEntries([...others, [path, { actions: [...actions] }] as const]);
}
