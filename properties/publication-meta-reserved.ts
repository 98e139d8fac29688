/**
 * What a publisher puts into `meta` leaves the publication's own fields alone.
 *
 * The keys that are reserved by a must are judged by `publication-content`.
 *
 * @packageDocumentation
 */
import { isJsonObject, jsonEqual, publicationIdOf, type Json } from "../src/protocol/index.js";
import { hearingOf } from "./hearing/index.js";
import type { Property } from "./property.js";
import { Violations } from "./violations.js";
import { naming, timeOf } from "./words.js";

export const publicationMetaReserved: Property = {
  id: "publication-meta-reserved",
  promise: "A request's meta does not overwrite channel, consistency or publicationId.",
  clauses: ["PUB-3"],
  severity: "should",
  check(recording, profile) {
    const violations = new Violations();
    const hearing = hearingOf(recording, profile);
    for (const publication of recording.publications) {
      const source = hearing.source(publication);
      if (!("write" in source) || source.candidates.length > 1) continue;
      const { exchange, options, startIndex } = source.write;
      const { sessionId } = recording.connection(exchange.connection);
      const asked = options["meta"];
      if (!isJsonObject(asked)) continue;
      const { meta } = publication.frame;
      const isOwn = (field: string, value: Json): boolean => {
        if (field === "consistency") return value === (options["consistency"] ?? 2);
        if (field === "channel") {
          if (typeof value !== "string") return false;
          return hearing.subscription(publication.connection, value) !== null;
        }
        if (sessionId === null) return true;
        return value === publicationIdOf(sessionId, exchange.request.eventId);
      };
      for (const field of ["channel", "consistency", "publicationId"]) {
        const value = Object.hasOwn(asked, field) ? asked[field] : undefined;
        if (value === undefined || isOwn(field, value)) continue;
        violations.exercised += 1;
        if (!jsonEqual(meta[field], value)) continue;
        violations.add({
          clause: "PUB-3",
          message: `${publication.client} was sent ${naming(source.write)} at ${timeOf(recording, publication.writeIndex)} with the ${field} ${JSON.stringify(value)} of the request's meta`,
          expected: `The publication's own ${field}: the request's meta does not overwrite it (PUB-3).`,
          shape: [field],
          evidence: [startIndex, publication.writeIndex],
        });
      }
    }
    return violations.finding();
  },
};
