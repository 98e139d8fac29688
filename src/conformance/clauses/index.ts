/**
 * Every clause of docs/PROTOCOL.md, with what it takes to judge it.
 *
 * @packageDocumentation
 */
import type { ClauseGround, Convention } from "../clause-ground.js";
import { CORRELATION } from "./correlation.js";
import { DIALECT } from "./dialect.js";
import { FRAMING } from "./framing.js";
import { MESH } from "./mesh.js";
import { PUBLICATION } from "./publication.js";
import { SECURE } from "./secure.js";
import { SESSION } from "./session.js";
import { STORE } from "./store.js";
import { SUBSCRIPTION } from "./subscription.js";

/** In the order of docs/PROTOCOL.md, but for conventions. */
export const GROUNDS: readonly ClauseGround[] = [
  ...FRAMING,
  ...SESSION,
  ...CORRELATION,
  ...STORE,
  ...PUBLICATION,
  ...SUBSCRIPTION,
  ...MESH,
  ...SECURE,
  ...DIALECT,
];

export const CONVENTIONS: readonly Convention[] = [
  { id: "MSH-1", title: "what a node announces" },
  { id: "MSH-2", title: "what a call is" },
  { id: "MSH-3", title: "what a node answers" },
  { id: "MSH-5", title: "what an event is" },
  { id: "MSH-7", title: "the transcript's methods" },
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
  DIA: "Dialects",
};

const numberOf = (id: string) => Number(id.split("-")[1]);
const sectionOf = (id: string) => Object.keys(SECTIONS).indexOf(id.split("-")[0] ?? "");

/** All clauses, in the order of docs/PROTOCOL.md. */
export const CLAUSES: readonly { readonly id: string; readonly title: string }[] = [
  ...GROUNDS,
  ...CONVENTIONS,
]
  .map(({ id, title }) => ({ id, title }))
  .sort(
    (left, right) =>
      sectionOf(left.id) - sectionOf(right.id) || numberOf(left.id) - numberOf(right.id),
  );
