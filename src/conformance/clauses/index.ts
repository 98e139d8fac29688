/**
 * Every clause of docs/PROTOCOL.md, with what it takes to judge it.
 *
 * @packageDocumentation
 */
import type { ClauseGround, UnjudgedClause } from "../clause-ground.js";
import { CORRELATION } from "./correlation.js";
import { FRAMING } from "./framing.js";
import { MESH } from "./mesh.js";
import { PUBLICATION } from "./publication.js";
import { SESSION } from "./session.js";
import { STORE } from "./store.js";
import { SUBSCRIPTION } from "./subscription.js";

/** In the order of docs/PROTOCOL.md, but for those that no case judges. */
export const GROUNDS: readonly ClauseGround[] = [
  ...FRAMING,
  ...SESSION,
  ...CORRELATION,
  ...STORE,
  ...PUBLICATION,
  ...SUBSCRIPTION,
  ...MESH,
];

const CONVENTION = "a convention, which binds clients and not the server";
const SECURE = "secure mode is not judged yet";

const RESTART = "no case of the matrix starts a server again; campaigns do";

export const UNJUDGED: readonly UnjudgedClause[] = [
  { id: "STO-11", title: "a file outlives the process", why: RESTART, isConvention: false },
  { id: "MSH-1", title: "what a node announces", why: CONVENTION, isConvention: true },
  { id: "MSH-2", title: "what a call is", why: CONVENTION, isConvention: true },
  { id: "MSH-3", title: "what a node answers", why: CONVENTION, isConvention: true },
  { id: "MSH-5", title: "what an event is", why: CONVENTION, isConvention: true },
  { id: "MSH-7", title: "the transcript's methods", why: CONVENTION, isConvention: true },
  { id: "SEC-1", title: "wrong credentials", why: SECURE, isConvention: false },
  { id: "SEC-2", title: "what no permission allows", why: SECURE, isConvention: false },
  { id: "SEC-3", title: "what may not be read", why: SECURE, isConvention: false },
  { id: "SEC-4", title: "revoked sessions", why: SECURE, isConvention: false },
];

/** Sections of docs/PROTOCOL.md by the letters of their clauses. */
export const SECTIONS: Readonly<Record<string, string>> = {
  FRM: "Framing",
  SES: "Session",
  COR: "Correlation",
  STO: "Store",
  PUB: "Publication",
  SUB: "Subscription",
  MSH: "Mesh",
  SEC: "Secure mode",
};

const numberOf = (id: string) => Number(id.split("-")[1]);
const sectionOf = (id: string) => Object.keys(SECTIONS).indexOf(id.split("-")[0] ?? "");

/** All clauses, in the order of docs/PROTOCOL.md. */
export const CLAUSES: readonly { readonly id: string; readonly title: string }[] = [
  ...GROUNDS,
  ...UNJUDGED,
]
  .map(({ id, title }) => ({ id, title }))
  .sort(
    (left, right) =>
      sectionOf(left.id) - sectionOf(right.id) || numberOf(left.id) - numberOf(right.id),
  );
