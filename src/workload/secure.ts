/**
 * Plans in secure mode: what clients do anyway, on a server where not everybody may do everything.
 *
 * Laid over a plan that was drawn before, so that plans without it stay what they are. Users, groups
 * and permissions are about the paths of the plan; logins of every sort and changes by the
 * administrator come between its operations.
 *
 * @packageDocumentation
 */
import fc from "fast-check";

import { mayReachOwn } from "../../models/index.js";
import type {
  PlannedAction,
  PlannedChange,
  PlannedClient,
  PlannedCredentials,
  PlannedOperation,
} from "../plan/index.js";
import {
  ADMINISTRATOR,
  formatChannel,
  parseChannel,
  PERMISSION_ACTIONS,
  type Permission,
  type PermissionAction,
  type SecurityDirectory,
} from "../protocol/index.js";
import { listOf, often, weighted } from "./chance.js";
import type { PlanBody } from "./plan-body.js";
import { itemAt } from "./names.js";

const USERS = ["ann", "bob", "cid"] as const;
const GROUPS = ["g1", "g2", "g3"] as const;

/** Who is not in the directory, and whose password is nobody's. */
const STRANGER = "eve";
const WRONG_PASSWORD = "wrong";
const PASSWORDS = [...USERS.map(passwordOf), "changed"] as const;

/** Of a hundred operations, how many something of secure mode comes before. */
const PERCENTS = weighted([2, 3], [3, 10], [3, 25], [1, 50]);
const MOMENTS = weighted([8, 0], [3, 1], [2, 5], [1, 60]);

function passwordOf(user: string): string {
  return `of-${user}`;
}

/** The plan in secure mode. */
export function secured(body: PlanBody): fc.Arbitrary<PlanBody> {
  const { clients, operations } = body;
  const paths = pathsOf(operations);
  const names = clients.map(({ name }) => name);
  return fc
    .record({
      directory: directories(paths),
      // Most know who they are; one in twelve connects as nobody, and one as the administrator.
      users: listOf(
        weighted<string | null>(
          [7, "ann"],
          [7, "bob"],
          [6, "cid"],
          [2, ADMINISTRATOR.name],
          [2, null],
        ),
        clients.length,
      ),
      percent: PERCENTS,
      additions: listOf(additions(names, paths), operations.length),
      twists: listOf(twists(), operations.length),
    })
    .map(({ directory, users, percent, additions: added, twists: twisted }) => ({
      ...body,
      features: [...(body.features ?? []), `security ${percent}%`],
      security: directory,
      clients: clients.map((client, index): PlannedClient => {
        const user = users[index] ?? null;
        return user === null ? client : { ...client, user };
      }),
      operations: numbered(
        operations.flatMap((operation, index): readonly PlannedOperation[] => {
          const addition = added[index] as Addition;
          const twist = twisted[index] as Twist;
          // Only the administrator may act for others: for anybody else it means nothing.
          const isLeft = twist.kind === "on-behalf" && users.includes(ADMINISTRATOR.name);
          const changed = isLeft ? operation : withTwist(operation, twist);
          if (addition.chance >= percent) return [changed];
          const client = itemAt(names, addition.clientIndex);
          const { afterMs, awaited, action } = addition;
          const isLogin = action.kind !== "administer";
          const own = isLogin ? operation.client : client;
          // What a client does first is to connect.
          const extra = { id: "", client: own, afterMs, awaited, action };
          return isLogin && operation.action.kind === "connect"
            ? [changed, extra]
            : [extra, changed];
        }),
      ),
    }));
}

interface Addition {
  /** Of a hundred. */
  readonly chance: number;
  readonly clientIndex: number;
  readonly afterMs: number;
  readonly awaited: boolean;
  readonly action: PlannedAction;
}

function additions(clients: readonly string[], paths: readonly string[]): fc.Arbitrary<Addition> {
  return fc.record({
    chance: fc.nat(99),
    clientIndex: fc.nat(20),
    afterMs: MOMENTS,
    awaited: often(2, 3),
    action: fc.oneof(
      { weight: 6, arbitrary: changes(clients, paths).map(administered) },
      { weight: 5, arbitrary: credentials(clients).map(loggingIn) },
      { weight: 1, arbitrary: fc.constant<PlannedAction>({ kind: "login" }) },
      { weight: 1, arbitrary: fc.constant<PlannedAction>({ kind: "revoke-session" }) },
    ),
  });
}

function administered(change: PlannedChange): PlannedAction {
  return { kind: "administer", change };
}

function loggingIn(drawn: PlannedCredentials): PlannedAction {
  return { kind: "login", credentials: drawn };
}

function credentials(clients: readonly string[]): fc.Arbitrary<PlannedCredentials> {
  const client = fc.constantFrom(...clients);
  const user = fc.constantFrom(...USERS);
  return fc.oneof(
    { weight: 5, arbitrary: user.map((name) => ({ user: name, password: passwordOf(name) })) },
    {
      weight: 3,
      arbitrary: fc.record({
        user: fc.constantFrom(...USERS, STRANGER, ADMINISTRATOR.name),
        password: fc.constantFrom(...PASSWORDS, WRONG_PASSWORD, ""),
      }),
    },
    { weight: 5, arbitrary: client.map((tokenOf) => ({ tokenOf })) },
    { weight: 1, arbitrary: fc.constantFrom({ token: "" }, { token: "a.b.c" }) },
  );
}

function changes(
  clients: readonly string[],
  paths: readonly string[],
): fc.Arbitrary<PlannedChange> {
  const user = fc.constantFrom(...USERS);
  const group = fc.constantFrom(...GROUPS);
  const permission = permissions(paths);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(weighted<"grant" | "withdraw">([1, "grant"], [1, "withdraw"]), group, permission)
        .map(([kind, name, { path, actions }]) => ({ kind, group: name, path, actions })),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom("link" as const, "unlink" as const),
        user,
        group,
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("revoke-session" as const),
        client: fc.constantFrom(...clients),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("set-password" as const),
        user,
        password: fc.constantFrom(...PASSWORDS),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove-user" as const), user }) },
  );
}

function directories(paths: readonly string[]): fc.Arbitrary<SecurityDirectory> {
  return fc.record({
    groups: fc.tuple(
      ...GROUPS.map((name) =>
        fc.record({
          name: fc.constant(name),
          permissions: fc
            .array(permissions(paths), { minLength: 1, maxLength: 4 })
            .map((drawn) => merged(drawn)),
        }),
      ),
    ),
    users: fc.tuple(
      ...USERS.map((name) =>
        fc.record({
          name: fc.constant(name),
          password: fc.constant(passwordOf(name)),
          groups: fc.subarray([...GROUPS], { minLength: 1 }),
        }),
      ),
    ),
  });
}

/**
 * On a path of the plan, or on what is around it; of all actions, or of some. Nobody may write wherever
 * the server keeps its users: who removes them has nothing more to say.
 */
function permissions(paths: readonly string[]): fc.Arbitrary<Permission> {
  return drawnPermissions(paths).map(({ path, actions }) => {
    const left = actions.filter((action) => action !== "remove");
    if (!mayReachOwn(path)) return { path, actions };
    return { path, actions: left.length === 0 ? ["get"] : left };
  });
}

function drawnPermissions(paths: readonly string[]): fc.Arbitrary<Permission> {
  return fc.record({
    path: fc
      .tuple(fc.constantFrom(...paths), fc.nat(11), fc.nat(40))
      .map(([path, how, where]) => permittedPath(path, how, where)),
    actions: fc.oneof(
      { weight: 3, arbitrary: fc.constant<PermissionAction[]>([...PERMISSION_ACTIONS]) },
      { weight: 3, arbitrary: fc.subarray([...PERMISSION_ACTIONS], { minLength: 1 }) },
    ),
  });
}

function permittedPath(path: string, how: number, where: number): string {
  switch (how) {
    case 0:
      return "*";
    case 1:
    case 2:
      return `${path.slice(0, path.lastIndexOf("/") + 1)}*`;
    case 3:
      return `${path.split("/").slice(0, 2).join("/")}/*`;
    case 4:
      return path.endsWith("*") ? path : `${path}/*`;
    case 5:
      return nearMiss(path, where);
    case 6:
      return `${nearMiss(path.slice(0, path.lastIndexOf("/")), where)}/*`;
    default:
      return path;
  }
}

/** Another path that looks like the first: a character doubled, left out, or in its other case. */
function nearMiss(path: string, where: number): string {
  const at = where % Math.max(1, path.length);
  const character = path.charAt(at);
  const other =
    character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
  const instead = [character + character, "", other][where % 3] ?? "";
  return `${path.slice(0, at)}${instead}${path.slice(at + 1)}` || "/";
}

/** One permission for each path. */
function merged(drawn: readonly Permission[]): readonly Permission[] {
  const byPath = new Map<string, Set<PermissionAction>>();
  for (const { path, actions } of drawn) {
    byPath.set(path, new Set([...(byPath.get(path) ?? []), ...actions]));
  }
  return [...byPath].map(([path, actions]) => ({ path, actions: [...actions] }));
}

/** What may make a server mistake a request: whose it is, or what it is about. */
type Twist =
  | { readonly kind: "none" }
  | { readonly kind: "on-behalf"; readonly user: string }
  | { readonly kind: "as-channel"; readonly action: "SET" | "REMOVE" | "ALL" };

function twists(): fc.Arbitrary<Twist> {
  return fc.oneof(
    { weight: 60, arbitrary: fc.constant<Twist>({ kind: "none" }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("on-behalf" as const),
        user: fc.constantFrom(...USERS, ADMINISTRATOR.name, STRANGER),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("as-channel" as const),
        action: fc.constantFrom("SET" as const, "REMOVE" as const, "ALL" as const),
      }),
    },
  );
}

function withTwist(operation: PlannedOperation, twist: Twist): PlannedOperation {
  const { action } = operation;
  if (twist.kind === "none" || !("options" in action)) return operation;
  if (twist.kind === "on-behalf") {
    const options = { ...action.options, onBehalfOf: twist.user };
    return { ...operation, action: { ...action, options } };
  }
  if (!("path" in action)) return operation;
  const path = formatChannel({ action: twist.action, path: action.path });
  return { ...operation, action: { ...action, path } };
}

/** What the plan's requests are about, those of channels included; never none. */
function pathsOf(operations: readonly PlannedOperation[]): readonly string[] {
  const paths = operations.flatMap(({ action }): readonly string[] => {
    if ("path" in action) return [action.path];
    if (!("channel" in action)) return [];
    const channel = parseChannel(action.channel);
    return channel === null ? [] : [channel.path];
  });
  const distinct = [...new Set(paths)].filter((path) => path !== "");
  return distinct.length === 0 ? ["/a"] : distinct;
}

function numbered(operations: readonly PlannedOperation[]): readonly PlannedOperation[] {
  return operations.map((operation, index) => ({ ...operation, id: `o${index + 1}` }));
}
