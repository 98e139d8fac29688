/**
 * Why a session may not do something, and what of its permissions comes near: tells bugs apart, for
 * shapes.
 *
 * @packageDocumentation
 */
import { coverage, type Profile } from "../../models/index.js";
import { parseChannel, type PermissionAction } from "../../src/protocol/index.js";
import type { Authority } from "./authority.js";

/**
 * `nobody` has logged in; the user is `gone`; `another` user was logged in before, who may have been
 * allowed to; the permission was `withdrawn`; or there `never` was one.
 */
export type Circumstance = "nobody" | "gone" | "another" | "withdrawn" | "never";

export interface Question {
  readonly connection: string;
  readonly action: PermissionAction;
  readonly path: string;
  /** Index at which the session may not. */
  readonly index: number;
}

/** The first that applies. */
export function circumstanceOf(authority: Authority, question: Question): Circumstance {
  const { connection, action, path, index } = question;
  const users = [...authority.usersAt(connection, index)];
  if (users.every((user) => user === null)) return "nobody";
  if (users.every((user) => user === null || authority.mayBeGone(user, index))) return "gone";
  if (authority.permits(connection, action, path, [0, index]) === "never") return "never";
  return authority.usersUntil(connection, index).size > 1 ? "another" : "withdrawn";
}

/** How a permission that the session has is like the one that it lacks; `unlike` where none is. */
export function likenessOf(
  authority: Authority,
  { connection, action, path, index }: Question,
  { permissionRule: rule }: Profile,
): string {
  const held = authority.possiblePermissions(connection, index);
  const own = held.filter((permission) => permission.action === action);
  const isLike = (change: (text: string) => string) =>
    own.some((permission) => coverage(change(permission.path), change(path), rule) !== "never");
  const channel = parseChannel(path);
  if (channel !== null) {
    const inner = channel.path;
    if (own.some((permission) => coverage(permission.path, inner, rule) !== "never")) {
      return "as-channel";
    }
  }
  if (isLike((text) => text.split("/").filter(Boolean).join("/"))) return "other-slashes";
  if (own.some((permission) => isInside(permission.path, path))) return "inside";
  if (isLike((text) => text.toLowerCase())) return "other-case";
  const isOneOff = own.some((permission) =>
    [...permission.path].some((_, at) => {
      const shorter = permission.path.slice(0, at) + permission.path.slice(at + 1);
      return shorter !== "" && coverage(shorter, path, rule) !== "never";
    }),
  );
  if (isOneOff) return "one-character-off";
  if (held.some((permission) => coverage(permission.path, path, rule) !== "never")) {
    return "other-action";
  }
  return "unlike";
}

/** Whether what stands between the stars of a permission stands in the path, in that order, anywhere. */
function isInside(permission: string, path: string): boolean {
  let position = 0;
  for (const literal of permission.split("*")) {
    const found = path.indexOf(literal, position);
    if (found < 0) return false;
    position = found + literal.length;
  }
  return true;
}

/**
 * What else the session holds beside the permission that allows something: the same path `twice`, a
 * wider pattern of other actions by which it is `shadowed`, or nothing of the kind (`alone`).
 */
export function howHeld(
  authority: Authority,
  { connection, action, path, index }: Question,
  { permissionRule: rule }: Profile,
): "twice" | "shadowed" | "alone" {
  const held = authority.possiblePermissions(connection, index);
  const allowing = held.filter(
    (permission) =>
      permission.action === action && coverage(permission.path, path, rule) !== "never",
  );
  const isTwice = allowing.some((permission) =>
    held.some(({ path: other, group }) => other === permission.path && group !== permission.group),
  );
  if (isTwice) return "twice";
  const isShadowed = allowing.some((permission) =>
    held.some(
      ({ path: other }) =>
        other !== permission.path && coverage(other, permission.path, rule) !== "never",
    ),
  );
  return isShadowed ? "shadowed" : "alone";
}
