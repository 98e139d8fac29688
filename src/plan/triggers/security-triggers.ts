/**
 * Triggers in who may do what, and in who says to be whom.
 *
 * @packageDocumentation
 */
import { isPattern, PERMISSION_ACTIONS, type Permission } from "../../protocol/index.js";
import type { Plan, PlannedChange } from "../plan.js";
import { HARMLESS, mapOperations, type Trigger } from "./trigger.js";

const REPEATED = /(.)\1/su;

function isRepeatedPattern({ path }: Pick<Permission, "path">): boolean {
  return isPattern(path) && REPEATED.test(path);
}

const REPEATED_CHARACTERS: Trigger = {
  id: "repeated-characters-in-permissions",
  sentence: "The pattern of a permission has the same character twice in a row.",
  without(plan) {
    const left = mapOperations(plan, ({ action }) => {
      const isMeant =
        action.kind === "administer" && "path" in action.change && isRepeatedPattern(action.change);
      return isMeant ? HARMLESS : action;
    });
    return withPermissions(left, isRepeatedPattern, (permissions) =>
      permissions.filter((permission) => !isRepeatedPattern(permission)),
    );
  },
};

/** With other permissions of all groups, where any of them is meant. */
function withPermissions(
  plan: Plan,
  isMeant: (permission: Permission) => boolean,
  change: (permissions: readonly Permission[]) => readonly Permission[],
): Plan {
  const { security } = plan;
  if (security?.groups.some(({ permissions }) => permissions.some(isMeant)) !== true) return plan;
  const groups = security.groups.map((group) => ({
    ...group,
    permissions: change(group.permissions),
  }));
  return { ...plan, security: { ...security, groups } };
}

/** With `capitals` (src/plan/triggers/path-triggers.ts), paths in any case become the same ones. */
const CAPITALS: Trigger = {
  id: "capitals-in-permissions",
  sentence: "A permission on a path with capitals.",
  without(plan) {
    const left = mapOperations(plan, ({ action }) => {
      if (action.kind !== "administer" || !("path" in action.change)) return action;
      const path = action.change.path.toLowerCase();
      if (path === action.change.path) return action;
      return { ...action, change: { ...action.change, path } };
    });
    const hasCapitals = ({ path }: Permission) => path !== path.toLowerCase();
    return withPermissions(left, hasCapitals, (permissions) =>
      merged(
        permissions.map((permission) => ({ ...permission, path: permission.path.toLowerCase() })),
      ),
    );
  },
};

/** One permission a path, with all that was allowed of it. */
function merged(permissions: readonly Permission[]): readonly Permission[] {
  const byPath = new Map<string, Permission>();
  for (const { path, actions } of permissions) {
    const known = byPath.get(path)?.actions ?? [];
    byPath.set(path, { path, actions: [...new Set([...known, ...actions])] });
  }
  return [...byPath.values()];
}

/** Who may do one thing with a path may do all: it makes no difference which of several permissions counts. */
const PARTIAL: Trigger = {
  id: "partial-permissions",
  sentence: "A permission to do some of what there is to do with a path, and not all.",
  without(plan) {
    const isPartial = ({ actions }: Pick<Permission, "actions">) =>
      actions.length > 0 && PERMISSION_ACTIONS.some((action) => !actions.includes(action));
    const left = mapOperations(plan, ({ action }) => {
      const isMeant =
        action.kind === "administer" && "actions" in action.change && isPartial(action.change);
      if (!isMeant) return action;
      return { ...action, change: { ...action.change, actions: PERMISSION_ACTIONS } };
    });
    return withPermissions(left, isPartial, (permissions) =>
      permissions.map((permission) =>
        isPartial(permission) ? { ...permission, actions: PERMISSION_ACTIONS } : permission,
      ),
    );
  },
};

const LOGIN_AS_ANOTHER: Trigger = {
  id: "login-as-another",
  sentence: "A client logs in by other credentials than those of its user.",
  without: (plan: Plan) =>
    mapOperations(plan, ({ action }) =>
      action.kind === "login" && action.credentials !== undefined ? HARMLESS : action,
    ),
};

function withoutChanges(kind: PlannedChange["kind"]): Trigger["without"] {
  return (plan) =>
    mapOperations(plan, ({ action }) =>
      action.kind === "administer" && action.change.kind === kind ? HARMLESS : action,
    );
}

export const SECURITY_TRIGGERS: readonly Trigger[] = [
  REPEATED_CHARACTERS,
  CAPITALS,
  PARTIAL,
  LOGIN_AS_ANOTHER,
  {
    id: "users-that-leave-groups",
    sentence: "A user is taken out of a group while the server runs.",
    without: withoutChanges("unlink"),
  },
  {
    id: "users-that-are-removed",
    sentence: "A user is removed while the server runs.",
    without: withoutChanges("remove-user"),
  },
];
