/**
 * Plans written for clauses, one or more each.
 *
 * @packageDocumentation
 */
import type { DirectedCase } from "../script.js";
import { CORRELATION_CASES } from "./correlation-cases.js";
import { DIALECT_CASES } from "./dialect-cases.js";
import { MESH_CASES } from "./mesh-cases.js";
import { PUBLICATION_CASES } from "./publication-cases.js";
import { SECURE_CASES } from "./secure-cases.js";
import { SESSION_CASES } from "./session-cases.js";
import { STORE_CASES } from "./store-cases.js";
import { SUBSCRIPTION_CASES } from "./subscription-cases.js";

/** In the order of docs/PROTOCOL.md. */
export const DIRECTED_CASES: readonly DirectedCase[] = [
  ...SESSION_CASES,
  ...CORRELATION_CASES,
  ...STORE_CASES,
  ...PUBLICATION_CASES,
  ...SUBSCRIPTION_CASES,
  ...MESH_CASES,
  ...SECURE_CASES,
  ...DIALECT_CASES,
];
