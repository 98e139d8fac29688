/**
 * Mutants that are wrong about who may do what (PROTOCOL.md 8). They show in secure mode alone.
 *
 * @packageDocumentation
 */
import {
  coverage,
  permits,
  type SecurityState,
  type ServerState,
} from "../../../../models/index.js";
import {
  ADMINISTRATOR,
  isJsonObject,
  isPattern,
  isPermissionAction,
  parseChannel,
  type PermissionAction,
} from "../../../protocol/index.js";
import { askedBy, misreading, refusing, type Asked } from "./deviation.js";
import { every, everyThird, type Mutant, type Step } from "./mutant.js";

/** A request that takes a permission, with the path it is about. */
interface Guarded {
  readonly asked: Asked;
  readonly action: PermissionAction;
  readonly path: string;
  readonly user: string | null;
}

/** What a step in secure mode is asked for; null for anything else. */
function guardedBy(state: ServerState, input: Parameters<Step>[1]): Guarded | null {
  const asked = askedBy(input);
  if (asked === null || state.security === null) return null;
  const { action } = asked.request;
  if (!isPermissionAction(action)) return null;
  const session = state.sessions.get(asked.connection);
  if (session === undefined || state.security.revoked.has(session.id)) return null;
  const path = action === "on" ? (parseChannel(asked.path)?.path ?? asked.path) : asked.path;
  return { asked, action, path, user: session.user };
}

function isPermitted({ security, profile }: ServerState, { user, action, path }: Guarded): boolean {
  if (security === null) return true;
  return permits(security, user, action, path, profile.permissionRule) === "must";
}

/** A step that serves some of what is forbidden, as if the administrator had asked for it. */
function overlooking(
  step: Step,
  isOverlooked: (guarded: Guarded, security: SecurityState, state: ServerState) => boolean,
): Step {
  return (state, input) => {
    const guarded = guardedBy(state, input);
    if (guarded === null || state.security === null || isPermitted(state, guarded)) {
      return step(state, input);
    }
    if (!isOverlooked(guarded, state.security, state)) return step(state, input);
    return asAdministrator(step, state, input, guarded.asked.connection);
  };
}

function asAdministrator(
  step: Step,
  state: ServerState,
  input: Parameters<Step>[1],
  connection: string,
) {
  const session = state.sessions.get(connection);
  if (session === undefined) return step(state, input);
  const sessions = (user: string | null) =>
    new Map(state.sessions).set(connection, { ...session, user });
  const next = step({ ...state, sessions: sessions(ADMINISTRATOR.name) }, input);
  return { ...next, state: { ...next.state, sessions: sessions(session.user) } };
}

/** A step that goes by other users, groups and revocations than there are; what it changes of them is lost. */
function misjudging(
  step: Step,
  change: (security: SecurityState, guarded: Guarded, state: ServerState) => SecurityState | null,
): Step {
  return (state, input) => {
    const guarded = guardedBy(state, input);
    if (guarded === null || state.security === null) return step(state, input);
    const security = change(state.security, guarded, state);
    if (security === null) return step(state, input);
    const next = step({ ...state, security }, input);
    return { ...next, state: { ...next.state, security: state.security } };
  };
}

/** A step that mistakes what a login says; `change` gives the data that it reads, or null. */
function misreadingLogins(
  step: Step,
  change: (
    data: { readonly username: string; readonly password: string; readonly token: string | null },
    security: SecurityState,
  ) => object | null,
): Step {
  return misreading(step, ({ request }, { security }) => {
    const { data } = request;
    if (request.action !== "login" || security === null || !isJsonObject(data)) return null;
    const { username, password, token } = data;
    const read = change(
      {
        username: typeof username === "string" ? username : "",
        password: typeof password === "string" ? password : "",
        token: typeof token === "string" ? token : null,
      },
      security,
    );
    return read === null ? null : { data: { ...data, ...read } };
  });
}

export const anyPassword: Mutant = {
  id: "any-password",
  clause: "SEC-1",
  properties: ["credentials-checked"],
  isSecure: true,
  description: "Takes each third wrong password of a user for the right one.",
  create(step) {
    const isWrong = everyThird();
    return misreadingLogins(step, ({ username, password, token }, { users }) => {
      const user = users.get(username);
      if (token !== null || user === undefined || user.password === password) return null;
      return isWrong() ? { password: user.password } : null;
    });
  },
};

export const oldPasswordGood: Mutant = {
  id: "old-password-good",
  clause: "SEC-1",
  properties: ["credentials-checked"],
  isSecure: true,
  description: "Goes on taking the password that a user had at first.",
  create(step) {
    let first: SecurityState | null = null;
    return misreadingLogins(
      (state, input) => {
        first ??= state.security;
        return step(state, input);
      },
      ({ username, password }, { users }) => {
        const isOld = first?.users.get(username)?.password === password;
        return isOld ? { password: users.get(username)?.password ?? password } : null;
      },
    );
  },
};

export const tokenOfAnother: Mutant = {
  id: "token-of-another",
  clause: "SEC-1",
  properties: ["credentials-checked"],
  isSecure: true,
  description: "Takes each third token for the one that it gave out last.",
  create(step) {
    const isWrong = everyThird();
    return misreadingLogins(step, ({ token }, { tokens }) => {
      const last = [...tokens.keys()].at(-1);
      if (token === null || last === undefined || last === token) return null;
      return isWrong() ? { token: last } : null;
    });
  },
};

export const loginRefused: Mutant = {
  id: "login-refused",
  clause: "SEC-1",
  properties: ["credentials-checked"],
  isSecure: true,
  description: "Refuses each seventh login, whoever it is.",
  create(step) {
    const isWrong = every(7);
    return (state, input) => {
      const asked = askedBy(input);
      if (asked?.request.action !== "login" || state.security === null) return step(state, input);
      return isWrong() ? refusing(state, asked) : step(state, input);
    };
  },
};

export const forbiddenGetServed: Mutant = {
  id: "forbidden-get-served",
  clause: "SEC-2",
  properties: ["forbidden-has-no-effect"],
  isSecure: true,
  description: "Answers each third get that no permission allows.",
  create(step) {
    const isWrong = everyThird();
    return overlooking(step, ({ action }) => action === "get" && isWrong());
  },
};

export const forbiddenSetPublished: Mutant = {
  id: "forbidden-set-published",
  clause: "SEC-2",
  properties: ["forbidden-has-no-effect"],
  isSecure: true,
  description: "Publishes what it refuses to store for want of permission.",
  create(step) {
    return (state, input) => {
      const guarded = guardedBy(state, input);
      const refused = step(state, input);
      if (guarded?.action !== "set" || isPermitted(state, guarded)) return refused;
      const { outputs } = asAdministrator(step, state, input, guarded.asked.connection);
      const publications = outputs.filter(
        (output) =>
          output.kind === "frame" &&
          isJsonObject(output.frame) &&
          isJsonObject(output.frame["_meta"]) &&
          output.frame["_meta"]["type"] === "data",
      );
      return { ...refused, outputs: [...publications, ...refused.outputs] };
    };
  },
};

export const forbiddenSetStored: Mutant = {
  id: "forbidden-set-stored",
  clause: "SEC-2",
  properties: ["store-linearizable", "refusal-leaves-no-trace"],
  isSecure: true,
  description: "Stores what it refuses for want of permission.",
  create(step) {
    return (state, input) => {
      const guarded = guardedBy(state, input);
      const refused = step(state, input);
      if (guarded?.action !== "set" || isPermitted(state, guarded)) return refused;
      const { store } = asAdministrator(step, state, input, guarded.asked.connection).state;
      return { ...refused, state: { ...refused.state, store } };
    };
  },
};

export const permissionAnywhere: Mutant = {
  id: "permission-anywhere",
  clause: "SEC-2",
  properties: ["forbidden-has-no-effect"],
  isSecure: true,
  description: "Takes a permission's path for one that only has to stand somewhere in the path.",
  create: (step) =>
    overlooking(step, ({ user, action, path }, { users, groups }) =>
      [...(users.get(user ?? "")?.groups ?? [])].some((group) =>
        [...(groups.get(group) ?? [])].some(
          ([permission, actions]) =>
            actions.has(action) && path.includes(permission.replaceAll("*", "")),
        ),
      ),
    ),
};

export const readersMayRemove: Mutant = {
  id: "readers-may-remove",
  clause: "SEC-2",
  properties: ["forbidden-has-no-effect"],
  isSecure: true,
  description: "Lets those remove who may read.",
  create: (step) =>
    overlooking(
      step,
      (guarded, _security, state) =>
        guarded.action === "remove" && isPermitted(state, { ...guarded, action: "get" }),
    ),
};

export const removedUserActs: Mutant = {
  id: "removed-user-acts",
  clause: "SEC-2",
  properties: ["forbidden-has-no-effect"],
  isSecure: true,
  description: "Lets the sessions of a user who was removed go on as before.",
  create: (step) => (state, input) => {
    if (input.kind !== "administer" || input.change.kind !== "remove-user") {
      return step(state, input);
    }
    const { user } = input.change;
    // Nobody knows it, so that nobody logs in any more.
    return step(state, { ...input, change: { kind: "set-password", user, password: "\u0000" } });
  },
};

export const grantForgotten: Mutant = {
  id: "grant-forgotten",
  clause: "SEC-2",
  properties: ["permitted-is-served"],
  isSecure: true,
  description: "Forgets each third permission that is given to a group.",
  create(step) {
    const isWrong = everyThird();
    return (state, input) => {
      const isGrant = input.kind === "administer" && input.change.kind === "grant";
      return isGrant && isWrong() ? { state, outputs: [] } : step(state, input);
    };
  },
};

export const oneGroupCounts: Mutant = {
  id: "one-group-counts",
  clause: "SEC-2",
  properties: ["permitted-is-served"],
  isSecure: true,
  description: "Of a user's groups, goes by the permissions of the first alone.",
  create: (step) =>
    misjudging(step, (security, { user }) => {
      const own = security.users.get(user ?? "");
      if (user === null || own === undefined || own.groups.size < 2) return null;
      const groups = new Set([...own.groups].slice(0, 1));
      return { ...security, users: new Map(security.users).set(user, { ...own, groups }) };
    }),
};

export const withdrawnStillHeard: Mutant = {
  id: "withdrawn-still-heard",
  clause: "SEC-3",
  properties: ["forbidden-not-heard"],
  isSecure: true,
  description: "Asks for permission when somebody subscribes, and never again.",
  create: (step) => (state, input) => {
    const guarded = guardedBy(state, input);
    const isWrite = guarded?.action === "set" || guarded?.action === "remove";
    if (guarded === null || !isWrite || !isPermitted(state, guarded)) return step(state, input);
    const next = step({ ...state, security: null }, input);
    return { ...next, state: { ...next.state, security: state.security } };
  },
};

export const wideReadShown: Mutant = {
  id: "wide-read-shown",
  clause: "SEC-3",
  properties: ["forbidden-not-shown"],
  isSecure: true,
  description: "Answers a get of a pattern that a permission takes in a part of, with all of it.",
  create: (step) => overlooking(step, (guarded, ...rest) => isPartly(guarded, "get", ...rest)),
};

export const wideInitialShown: Mutant = {
  id: "wide-initial-shown",
  clause: "SEC-3",
  properties: ["forbidden-not-shown"],
  isSecure: true,
  description: "Tells who subscribes to a wider pattern than is permitted all that is there.",
  create: (step) => overlooking(step, (guarded, ...rest) => isPartly(guarded, "on", ...rest)),
};

/** Whether a permission takes in a part of the pattern that is asked for. */
function isPartly(
  { user, action, path }: Guarded,
  wanted: PermissionAction,
  { users, groups }: SecurityState,
  { profile }: ServerState,
): boolean {
  if (action !== wanted || !isPattern(path)) return false;
  return [...(users.get(user ?? "")?.groups ?? [])].some((group) =>
    [...(groups.get(group) ?? [])].some(
      ([permission, actions]) =>
        actions.has(action) && coverage(permission, path, profile.permissionRule) === "may",
    ),
  );
}

export const revokedStillActs: Mutant = {
  id: "revoked-still-acts",
  clause: "SEC-4",
  properties: ["revoked-session-ended"],
  isSecure: true,
  description: "Goes on serving a session that is revoked.",
  create: (step) => (state, input) => {
    const asked = askedBy(input);
    const isServed = asked !== null && isPermissionAction(asked.request.action);
    return isServed ? withoutRevocations(step, state, input) : step(state, input);
  },
};

export const revokedStillHears: Mutant = {
  id: "revoked-still-hears",
  clause: "SEC-4",
  properties: ["revoked-session-ended"],
  isSecure: true,
  description: "Goes on publishing to a session that is revoked.",
  create: (step) => (state, input) =>
    guardedBy(state, input) === null ? step(state, input) : withoutRevocations(step, state, input),
};

export const revokedTokenGood: Mutant = {
  id: "revoked-token-good",
  clause: "SEC-4",
  properties: ["revoked-session-ended"],
  isSecure: true,
  description: "Lets somebody log in by the token of a session that is revoked.",
  create: (step) => (state, input) => {
    const isLogin = askedBy(input)?.request.action === "login";
    if (!isLogin || state.security === null) return step(state, input);
    const { revoked } = state.security;
    const next = step({ ...state, security: { ...state.security, revoked: new Set() } }, input);
    const security = next.state.security === null ? null : { ...next.state.security, revoked };
    return { ...next, state: { ...next.state, security } };
  },
};

function withoutRevocations(step: Step, state: ServerState, input: Parameters<Step>[1]) {
  if (state.security === null) return step(state, input);
  const next = step({ ...state, security: { ...state.security, revoked: new Set() } }, input);
  return { ...next, state: { ...next.state, security: state.security } };
}

export const denialWithData: Mutant = {
  id: "denial-with-data",
  clause: "SEC-2",
  properties: ["forbidden-has-no-effect"],
  isSecure: true,
  description: "Says that a read of what is forbidden is denied, and gives the data all the same.",
  create: (step) => (state, input) => {
    const guarded = guardedBy(state, input);
    if (guarded?.action !== "get" || isPermitted(state, guarded) || isPattern(guarded.path)) {
      return step(state, input);
    }
    const { outputs } = asAdministrator(step, state, input, guarded.asked.connection);
    const [answer] = step(state, input).outputs;
    const [served] = outputs;
    if (answer?.kind !== "frame" || served?.kind !== "frame") return step(state, input);
    if (!isJsonObject(answer.frame) || !isJsonObject(served.frame)) return step(state, input);
    const { data = null } = served.frame;
    return { state, outputs: [{ ...answer, frame: { ...answer.frame, data } }] };
  },
};
