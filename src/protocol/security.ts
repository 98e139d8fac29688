/**
 * Who may do what on a server in secure mode: users, the groups they are in, the permissions that
 * groups hold, and how an administrator changes them (PROTOCOL.md 8).
 *
 * @packageDocumentation
 */

/** What takes a permission; everything else a session may do by itself (SEC-2). */
export const PERMISSION_ACTIONS = ["get", "set", "remove", "on"] as const;

export type PermissionAction = (typeof PERMISSION_ACTIONS)[number];

export interface Permission {
  /** A path or a pattern; `*` alone is every path. */
  readonly path: string;
  readonly actions: readonly PermissionAction[];
}

export interface DirectoryGroup {
  readonly name: string;
  readonly permissions: readonly Permission[];
}

export interface DirectoryUser {
  readonly name: string;
  readonly password: string;
  /** Names of groups. */
  readonly groups: readonly string[];
}

/** What a server in secure mode is started with, beside its administrator. */
export interface SecurityDirectory {
  readonly groups: readonly DirectoryGroup[];
  readonly users: readonly DirectoryUser[];
}

/** Who every server in secure mode has: may do everything, everywhere. */
export const ADMINISTRATOR = { name: "_ADMIN", password: "happn" } as const;

/** A change by the administrator that concerns the directory. */
export type DirectoryChange =
  | {
      readonly kind: "grant" | "withdraw";
      readonly group: string;
      readonly path: string;
      readonly actions: readonly PermissionAction[];
    }
  | { readonly kind: "link" | "unlink"; readonly user: string; readonly group: string }
  | { readonly kind: "set-password"; readonly user: string; readonly password: string }
  | { readonly kind: "remove-user"; readonly user: string };

/** A change by the administrator: of the directory, or of one session. */
export type SecurityChange =
  DirectoryChange | { readonly kind: "revoke-session"; readonly sessionId: string };

/** Whether an action takes a permission. */
export function isPermissionAction(action: string): action is PermissionAction {
  return (PERMISSION_ACTIONS as readonly string[]).includes(action);
}
