/**
 * Secure mode (SEC).
 *
 * @packageDocumentation
 */
import { ADMINISTRATOR, type SecurityDirectory } from "../../protocol/index.js";
import { Actor, inTurn, type DirectedCase } from "../script.js";
import { c1, c2, c3 } from "./actors.js";

const c4 = new Actor("c4");
const c5 = new Actor("c5");

/** Ann may do something, Bob more, and Cid nothing. Nobody has two groups, which is a case by itself. */
const DIRECTORY: SecurityDirectory = {
  groups: [
    {
      name: "readers",
      permissions: [
        { path: "/open/*", actions: ["get", "on"] },
        { path: "/desk", actions: ["get", "set", "on"] },
      ],
    },
    {
      name: "writers",
      permissions: [{ path: "/open/*", actions: ["get", "on", "set", "remove"] }],
    },
  ],
  users: [
    { name: "ann", password: "of-ann", groups: ["readers"] },
    { name: "bob", password: "of-bob", groups: ["writers"] },
    { name: "cid", password: "of-cid", groups: [] },
  ],
};

const TWO_GROUPS: SecurityDirectory = {
  groups: [
    {
      name: "readers",
      permissions: [
        { path: "/both", actions: ["get"] },
        { path: "/all/*", actions: ["get"] },
      ],
    },
    {
      name: "writers",
      permissions: [
        { path: "/both", actions: ["set"] },
        { path: "/all/*", actions: ["set"] },
      ],
    },
  ],
  users: [{ name: "ann", password: "of-ann", groups: ["readers", "writers"] }],
};

const ANN = { user: "ann", password: "of-ann" } as const;

/** c1 is Ann, c2 Bob, c3 Cid and c4 the administrator. */
const USERS = { c1: "ann", c2: "bob", c3: "cid", c4: ADMINISTRATOR.name };

const SECURE = { security: DIRECTORY, users: USERS };

export const SECURE_CASES: readonly DirectedCase[] = [
  inTurn({
    id: "right-and-wrong-credentials",
    clauses: ["SEC-1"],
    says: "Clients log in with what is right, and with what is nobody's.",
    security: DIRECTORY,
    steps: [
      ...[c1, c2, c3, c4, c5].map((client) => client.connect("none")),
      c1.login(ANN),
      c1.get("/desk"),
      c2.login({ user: "ann", password: "of-bob" }),
      c3.login({ user: "dan", password: "of-dan" }),
      c4.login({ token: "made up" }),
      c5.login({ tokenOf: "c1" }),
      c5.get("/desk"),
    ],
  }),
  inTurn({
    id: "credentials-that-change",
    clauses: ["SEC-1"],
    says: "A password is changed, and a user is removed.",
    security: DIRECTORY,
    steps: [
      ...[c1, c2, c3, c4].map((client) => client.connect("none")),
      c1.login(ANN),
      c1.administers({ kind: "set-password", user: "ann", password: "new" }),
      c2.login(ANN),
      c3.login({ user: "ann", password: "new" }),
      c1.administers({ kind: "remove-user", user: "bob" }),
      c4.login({ user: "bob", password: "of-bob" }),
    ],
  }),
  inTurn({
    id: "what-groups-may-do",
    clauses: ["SEC-2"],
    says: "Users do what their groups may, and try what they may not.",
    ...SECURE,
    steps: [
      ...[c1, c2, c3, c4].map((client) => client.connect()),
      c4.set("/open/1", { x: 1 }),
      c4.set("/shut", { x: 1 }),
      c1.get("/open/1"),
      c1.set("/open/1", { x: 2 }),
      c1.set("/desk", { x: 1 }),
      c1.remove("/desk"),
      c1.get("/shut"),
      c1.on("/SET@/open/1"),
      c1.on("/SET@/shut"),
      c2.set("/open/2", { x: 1 }),
      c2.get("/open/2"),
      c2.remove("/open/2"),
      c2.remove("/shut"),
      c3.get("/open/1"),
      c3.set("/open/1", { x: 3 }),
      c3.on("/ALL@/open/*"),
      c4.get("/open/1"),
      c4.get("/desk"),
      c4.get("/shut"),
    ],
  }),
  inTurn({
    id: "two-groups-of-one-user",
    clauses: ["SEC-2"],
    says: "A user does what one of two groups may, on paths and patterns that both are about.",
    security: TWO_GROUPS,
    users: { c1: "ann", c4: ADMINISTRATOR.name },
    steps: [
      ...[c1, c4].map((client) => client.connect()),
      c1.set("/both", { x: 1 }),
      c1.get("/both"),
      c1.set("/all/1", { x: 1 }),
      c1.get("/all/1"),
      c1.remove("/all/1"),
      c1.get("/both/1"),
      c4.get("/all/1"),
    ],
  }),
  inTurn({
    id: "permissions-that-change",
    clauses: ["SEC-2"],
    says: "Permissions and groups are given and taken away, and what they allow with them.",
    ...SECURE,
    steps: [
      ...[c1, c3, c4].map((client) => client.connect()),
      c4.set("/shut", { x: 1 }),
      c1.get("/shut"),
      c4.administers({ kind: "grant", group: "readers", path: "/shut", actions: ["get"] }),
      c1.get("/shut"),
      c4.administers({ kind: "withdraw", group: "readers", path: "/shut", actions: ["get"] }),
      c1.get("/shut"),
      c3.get("/desk"),
      c4.administers({ kind: "link", user: "cid", group: "readers" }),
      c3.get("/desk"),
      c4.administers({ kind: "unlink", user: "cid", group: "readers" }),
      c3.get("/desk"),
    ],
  }),
  inTurn({
    id: "paths-like-permitted-ones",
    clauses: ["SEC-2"],
    says: "A client asks for paths that are permitted ones but for a letter, a slash or a beginning.",
    ...SECURE,
    steps: [
      ...[c1, c4].map((client) => client.connect()),
      ...["/Open/1", "/x/open/1", "/opens/1", "open/1", "/Desk", "/desk/1", "desk"].flatMap(
        (path) => [c4.set(path, { x: 1 }), c1.get(path)],
      ),
      c1.get("/open/1"),
      c1.get("/desk"),
    ],
  }),
  inTurn({
    id: "wider-than-permitted",
    clauses: ["SEC-3"],
    says: "A client subscribes to more than it may hear of, and others write there.",
    ...SECURE,
    steps: [
      ...[c1, c4].map((client) => client.connect()),
      c4.set("/shut", { x: 1 }),
      c4.set("/open/1", { x: 1 }),
      c1.on("/ALL@/*", { initialCallback: true }),
      c1.on("/SET@*"),
      c1.on("/SET@/open/*", { initialCallback: true }),
      c1.get("/*"),
      c1.get("/open/*"),
      c4.set("/shut", { x: 2 }),
      c4.set("/open/1", { x: 2 }),
      c4.remove("/shut"),
    ],
  }),
  inTurn({
    id: "hearing-until-it-ends",
    clauses: ["SEC-3"],
    says: "A client hears what it may, until that is taken from it: a permission, a group, its user.",
    ...SECURE,
    steps: [
      ...[c1, c2, c4].map((client) => client.connect()),
      c1.on("/SET@/open/*"),
      c1.on("/SET@/desk"),
      c2.on("/SET@/open/*"),
      c4.set("/open/1", { x: 1 }),
      c4.set("/desk", { x: 1 }),
      c4.administers({ kind: "withdraw", group: "readers", path: "/desk", actions: ["on"] }),
      c4.set("/desk", { x: 2 }),
      c4.administers({ kind: "unlink", user: "ann", group: "readers" }),
      c4.set("/open/1", { x: 2 }),
      c4.administers({ kind: "remove-user", user: "bob" }),
      c4.set("/open/1", { x: 3 }),
    ],
  }),
  inTurn({
    id: "session-revoked",
    clauses: ["SEC-4"],
    says: "The administrator revokes a session that is subscribed.",
    ...SECURE,
    steps: [
      ...[c1, c2, c4].map((client) => client.connect()),
      c5.connect("none"),
      c1.on("/SET@/open/*"),
      c2.set("/open/1", { x: 1 }),
      c4.administers({ kind: "revoke-session", client: "c1" }),
      c2.set("/open/1", { x: 2 }),
      c1.get("/open/1"),
      c5.login({ tokenOf: "c1" }),
    ],
  }),
  inTurn({
    id: "session-revokes-itself",
    clauses: ["SEC-4"],
    says: "A client that is subscribed revokes its own session.",
    ...SECURE,
    steps: [
      ...[c1, c2].map((client) => client.connect()),
      c5.connect("none"),
      c1.on("/SET@/open/*"),
      c2.set("/open/1", { x: 1 }),
      c1.does("revoke-session"),
      c2.set("/open/1", { x: 2 }),
      c1.get("/open/1"),
      c5.login({ tokenOf: "c1" }),
    ],
  }),
];
