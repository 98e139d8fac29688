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

const LOGIN_AS_ANOTHER: Trigger = {
  id: "login-as-another",
  sentence: "A client logs in by other credentials than those of its user.",
  without: (plan: Plan) =>
    mapOperations(plan, ({ action }) =>
      action.kind === "login" && action.credentials !== undefined ? HARMLESS : action,
    ),
};

export const SECURITY_TRIGGERS: readonly Trigger[] = [REPEATED_CHARACTERS, LOGIN_AS_ANOTHER];
