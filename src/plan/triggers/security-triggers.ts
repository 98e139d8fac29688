/**
 * Triggers in who may do what, and in who says to be whom.
 *
 * @packageDocumentation
 */
import { isPattern, type Permission } from "../../protocol/index.js";
import type { Plan } from "../plan.js";
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
    const { security } = left;
    if (security?.groups.some(({ permissions }) => permissions.some(isRepeatedPattern)) !== true) {
      return left;
    }
    const groups = security.groups.map((group) => ({
      ...group,
      permissions: group.permissions.filter((permission) => !isRepeatedPattern(permission)),
    }));
    return { ...left, security: { ...security, groups } };
  },
};

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
    const { security } = left;
    const hasCapitals = ({ path }: Permission) => path !== path.toLowerCase();
    if (security?.groups.some(({ permissions }) => permissions.some(hasCapitals)) !== true) {
      return left;
    }
    const groups = security.groups.map(({ permissions, ...group }) => ({
      ...group,
      permissions: merged(
        permissions.map((permission) => ({ ...permission, path: permission.path.toLowerCase() })),
      ),
    }));
    return { ...left, security: { ...security, groups } };
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

const LOGIN_AS_ANOTHER: Trigger = {
  id: "login-as-another",
  sentence: "A client logs in by other credentials than those of its user.",
  without: (plan: Plan) =>
    mapOperations(plan, ({ action }) =>
      action.kind === "login" && action.credentials !== undefined ? HARMLESS : action,
    ),
};

export const SECURITY_TRIGGERS: readonly Trigger[] = [
  REPEATED_CHARACTERS,
  CAPITALS,
  LOGIN_AS_ANOTHER,
];
