/**
 * What no permission of a session allows is refused, and leaves no trace.
 *
 * @packageDocumentation
 */
import { match, mayReachOwn, type Profile } from "../models/index.js";
import type { Publication, Recording } from "../src/history/index.js";
import {
  isJsonObject,
  isPattern,
  isPermissionAction,
  type PermissionAction,
} from "../src/protocol/index.js";
import { hearingOf, settledExchanges, type SettledExchange, type Write } from "./hearing/index.js";
import {
  circumstanceOf,
  likenessOf,
  pathAsked,
  secureProperty,
  type Authority,
  type SecureCase,
} from "./security/index.js";
import type { Violations } from "./violations.js";
import { kindOfPath, timeOf } from "./words.js";

export const forbiddenHasNoEffect = secureProperty(
  {
    id: "forbidden-has-no-effect",
    promise: "In secure mode what no permission allows is refused, and does not happen.",
    clauses: ["SEC-2"],
  },
  (one) => new Forbidden(one).judge(),
);

class Forbidden {
  readonly #recording: Recording;
  readonly #profile: Profile;
  readonly #authority: Authority;
  readonly #violations: Violations;

  constructor({ recording, profile, authority, violations }: SecureCase) {
    this.#recording = recording;
    this.#profile = profile;
    this.#authority = authority;
    this.#violations = violations;
  }

  judge(): void {
    const told = this.#told();
    const { writes } = hearingOf(this.#recording, this.#profile);
    const writeOf = new Map(writes.map((write) => [write.exchange, write]));
    for (const settled of settledExchanges(this.#recording)) {
      const { request, connection } = settled.exchange;
      const path = pathAsked(request);
      if (!isPermissionAction(request.action) || path === null) continue;
      const interval = [settled.startIndex, settled.answerIndex] as const;
      // What a revoked session does is judged with its revocation (SEC-4).
      if (this.#authority.isRevoked(connection, interval) !== "never") continue;
      if (this.#isForbidden(settled, path, request.action)) {
        const write = writeOf.get(settled.exchange);
        this.#judgeForbidden(settled, path, write === undefined ? undefined : told.get(write));
      } else if (request.action === "remove" && isPattern(path) && !mayReachOwn(path)) {
        this.#judgeRemoval(settled, path);
      }
    }
  }

  /** Publications that tell of one write and of no other. */
  #told(): ReadonlyMap<Write, Publication> {
    const hearing = hearingOf(this.#recording, this.#profile);
    const told = new Map<Write, Publication>();
    for (const publication of this.#recording.publications) {
      const source = hearing.source(publication);
      if (!("write" in source) || source.candidates.length > 1) continue;
      if (!told.has(source.write)) told.set(source.write, publication);
    }
    return told;
  }

  #isForbidden(
    { exchange, startIndex, answerIndex }: SettledExchange,
    path: string,
    action: PermissionAction,
  ): boolean {
    const { connection, request } = exchange;
    const isForbidden = (asked: string) =>
      this.#authority.permits(connection, action, asked, [startIndex, answerIndex]) === "never";
    // A sibling is stored under its path (STO-9).
    const isSibling = isJsonObject(request.options) && request.options["set_type"] === "sibling";
    return isForbidden(path) && (!isSibling || isForbidden(`${path}/*`));
  }

  #judgeForbidden(
    settled: SettledExchange,
    path: string,
    publication: Publication | undefined,
  ): void {
    const { exchange, outcome, startIndex, answerIndex } = settled;
    this.#violations.exercised += 1;
    if (outcome === "ok") {
      this.#add(settled, path, `was answered "ok" at ${timeOf(this.#recording, answerIndex)}`, [
        "served",
      ]);
    } else if (this.#showsData(settled)) {
      this.#add(settled, path, `was denied with data at ${timeOf(this.#recording, answerIndex)}`, [
        "denied-with-data",
      ]);
    } else if (publication !== undefined) {
      const { client, writeIndex } = publication;
      this.#violations.add({
        clause: "SEC-2",
        message: `${exchange.client}'s ${exchange.request.action} of ${JSON.stringify(path)}, which no permission allows, was published to ${client} at ${timeOf(this.#recording, writeIndex)}`,
        expected: "Nothing: what no permission allows does not happen (SEC-2).",
        shape: ["published", exchange.request.action],
        evidence: [startIndex, writeIndex],
      });
    }
  }

  /** Whether an answer that is an error has what is stored in it. */
  #showsData({ exchange, outcome }: SettledExchange): boolean {
    if (outcome !== "error" || exchange.request.action !== "get") return false;
    const data = exchange.answers[0]?.frame.data;
    return isJsonObject(data) && Object.keys(data).length > 0;
  }

  /** A pattern may be served in part: what it takes away must be permitted. */
  #judgeRemoval(settled: SettledExchange, pattern: string): void {
    const { exchange, outcome, startIndex, answerIndex } = settled;
    const data = exchange.answers[0]?.frame.data;
    const removed = isJsonObject(data) ? data["removed"] : undefined;
    if (outcome !== "ok" || typeof removed !== "number") return;
    const paths = this.#pathsThatMayBe(answerIndex);
    if (paths === null) return;
    const permitted = paths.filter((path) => {
      if (match(pattern, path, this.#profile.storeRule) === "never") return false;
      const interval = [startIndex, answerIndex] as const;
      return this.#authority.permits(exchange.connection, "remove", path, interval) !== "never";
    });
    this.#violations.exercised += 1;
    if (removed <= permitted.length) return;
    this.#violations.add({
      clause: "SEC-2",
      message: `${exchange.client}'s remove of ${JSON.stringify(pattern)} took away ${removed} items at ${timeOf(this.#recording, answerIndex)}, though a permission allows to remove ${permitted.length} of what may have been there at the most`,
      expected: "What no permission allows to remove stays (SEC-2).",
      shape: ["removed-by-pattern", kindOfPath(pattern)],
      evidence: [startIndex, answerIndex],
    });
  }

  /** All that may have been stored by then; null where a server may have chosen the path. */
  #pathsThatMayBe(beforeIndex: number): readonly string[] | null {
    const paths = new Set<string>();
    for (const { path, alias, action, exchange, startIndex } of hearingOf(
      this.#recording,
      this.#profile,
    ).writes) {
      if (action !== "SET" || startIndex >= beforeIndex) continue;
      const isSibling =
        isJsonObject(exchange.request.options) &&
        exchange.request.options["set_type"] !== undefined;
      if (path === null || alias !== null || isSibling) return null;
      paths.add(path);
    }
    return [...paths];
  }

  #add(
    { exchange, startIndex, answerIndex }: SettledExchange,
    path: string,
    what: string,
    words: readonly string[],
  ): void {
    const { connection, client, request } = exchange;
    const action = request.action as PermissionAction;
    const question = { connection, action, path, index: startIndex };
    const circumstance = circumstanceOf(this.#authority, question);
    const likeness = likenessOf(this.#authority, question, this.#profile);
    this.#violations.add({
      clause: "SEC-2",
      message: `${client}'s ${action} of ${JSON.stringify(path)}, which no permission allows (${circumstance}), ${what}`,
      expected: "An error: what no permission allows is refused, and does not happen (SEC-2).",
      shape: [...words, likeness, circumstance, action],
      evidence: [startIndex, answerIndex],
    });
  }
}
