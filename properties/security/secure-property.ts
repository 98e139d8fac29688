/**
 * What the promises of secure mode have in common (SEC-1 to SEC-4).
 *
 * @packageDocumentation
 */
import type { Profile } from "../../models/index.js";
import type { Recording } from "../../src/history/index.js";
import type { Property } from "../property.js";
import { Violations } from "../violations.js";
import { authorityOf, type Authority } from "./authority.js";

/** A history of a server in secure mode, and where its judgement is kept. */
export interface SecureCase {
  readonly recording: Recording;
  readonly profile: Profile;
  readonly authority: Authority;
  readonly violations: Violations;
}

/** A `must` that servers promise in secure mode, and only there. `judge` adds what it finds. */
export function secureProperty(
  said: Pick<Property, "id" | "promise" | "clauses">,
  judge: (one: SecureCase) => void,
): Property {
  return {
    ...said,
    severity: "must",
    applies: (_, { security }) => security !== undefined,
    check(recording, profile) {
      const violations = new Violations();
      const authority = authorityOf(recording, profile);
      if (authority !== null) judge({ recording, profile, authority, violations });
      return violations.finding();
    },
  };
}
