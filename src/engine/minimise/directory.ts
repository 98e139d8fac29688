/**
 * Less of who may do what: permissions, links, users and groups that the failure does not need.
 *
 * @packageDocumentation
 */
import type { Plan } from "../../plan/index.js";
import type { DirectoryGroup, SecurityDirectory } from "../../protocol/index.js";
import type { StepsPass } from "./pass.js";
import { jsonWeight } from "./weight.js";

/** A part of the directory less, one at a time; a permission for everything, everywhere, at first. */
export const SMALLER_DIRECTORY: StepsPass = {
  kind: "steps",
  name: "smaller directory",
  *steps(plan) {
    const { security, ...insecure } = plan;
    if (security === undefined) return;
    if (!needsDirectory(plan)) yield insecure;
    for (const directory of smaller(security)) yield { ...plan, security: directory };
    for (const { name, user } of plan.clients) {
      if (user === undefined) continue;
      yield {
        ...plan,
        clients: plan.clients.map(({ user: own, ...client }) =>
          client.name === name || own === undefined ? client : { ...client, user: own },
        ),
      };
    }
    yield* smallerChanges(plan);
  },
};

/** Whether anybody logs in as somebody, or asks for a change of who may do what. */
function needsDirectory({ clients, operations }: Plan): boolean {
  return (
    clients.some(({ user }) => user !== undefined) ||
    operations.some(
      ({ action }) =>
        action.kind === "administer" ||
        action.kind === "revoke-session" ||
        (action.kind === "login" && action.credentials !== undefined),
    )
  );
}

function* smaller({ groups, users }: SecurityDirectory): Iterable<SecurityDirectory> {
  for (const gone of groups) {
    yield {
      groups: groups.filter((group) => group !== gone),
      users: users.map((user) => ({
        ...user,
        groups: user.groups.filter((name) => name !== gone.name),
      })),
    };
  }
  for (const gone of users) yield { groups, users: users.filter((user) => user !== gone) };
  for (const changed of users) {
    for (const link of changed.groups) {
      const less = { ...changed, groups: changed.groups.filter((name) => name !== link) };
      yield { groups, users: users.map((user) => (user === changed ? less : user)) };
    }
  }
  for (const changed of groups) {
    for (const less of smallerGroups(changed)) {
      yield { users, groups: groups.map((group) => (group === changed ? less : group)) };
    }
  }
}

function* smallerGroups({ name, permissions }: DirectoryGroup): Iterable<DirectoryGroup> {
  for (const gone of permissions) {
    yield { name, permissions: permissions.filter((permission) => permission !== gone) };
  }
  for (const changed of permissions) {
    for (const gone of changed.actions) {
      const less = { ...changed, actions: changed.actions.filter((action) => action !== gone) };
      yield {
        name,
        permissions: permissions.map((permission) => (permission === changed ? less : permission)),
      };
    }
  }
}

/** An action less in what the administrator gives or takes. */
function* smallerChanges(plan: Plan): Iterable<Plan> {
  for (const operation of plan.operations) {
    const { action } = operation;
    if (action.kind !== "administer") continue;
    const { change } = action;
    if (change.kind !== "grant" && change.kind !== "withdraw") continue;
    for (const gone of change.actions) {
      const actions = change.actions.filter((each) => each !== gone);
      if (actions.length === 0) continue;
      const less = { ...operation, action: { ...action, change: { ...change, actions } } };
      yield {
        ...plan,
        operations: plan.operations.map((each) => (each === operation ? less : each)),
      };
    }
  }
}

/** Nothing where there is none. */
export function directoryWeight({ security, clients }: Plan): number {
  if (security === undefined) return 0;
  const users = clients.filter(({ user }) => user !== undefined).length;
  const groups = security.groups.map(({ name, permissions }) => ({
    name,
    permissions: permissions.map(({ path, actions }) => ({ path, actions: [...actions] })),
  }));
  const known = security.users.map((user) => ({ ...user, groups: [...user.groups] }));
  return users + jsonWeight({ groups, users: known });
}
