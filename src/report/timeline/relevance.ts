/**
 * How much each event has to do with a finding.
 *
 * Essential is the evidence, with the whole way of its frames, of the requests that they belong to,
 * and of the publications that these caused. Related is what else was done at the same paths, and
 * what became of the connections and the server. The rest is other.
 *
 * @packageDocumentation
 */
import { match, profileOf, type PatternRule, type ProfileId } from "../../../models/index.js";
import type { Exchange, Recording } from "../../history/index.js";
import { isPattern, parseChannel, publicationIdOf } from "../../protocol/index.js";
import type { Relevance } from "./model.js";

/** What belongs to a request: the events of its frames, and of what it caused. */
export interface Affair {
  readonly exchange: Exchange;
  /** Events at which publications of it were written. */
  readonly publications: readonly number[];
}

/** The affairs of a recording, and to which of them an event belongs. */
export class Affairs {
  readonly all: readonly Affair[];
  readonly #byEvent = new Map<number, Affair>();
  readonly #ends: ReadonlyMap<number, number>;
  readonly #recording: Recording;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#ends = endsOf(recording);
    const publications = publicationsOf(recording);
    this.all = recording.exchanges.map((exchange) => ({
      exchange,
      publications: publications.get(exchange) ?? [],
    }));
    for (const affair of this.all) {
      const { exchange, publications: published } = affair;
      const written = exchange.answers.map(({ writeIndex }) => writeIndex);
      for (const start of [exchange.sendIndex, ...written, ...published]) {
        for (const index of this.wayOf(start)) this.#byEvent.set(index, affair);
      }
    }
  }

  /** The affair that an event is part of; null where it is part of none. */
  of(index: number): Affair | null {
    return this.#byEvent.get(index) ?? null;
  }

  /** The event at which a frame comes in that sets out at this one. */
  endOf(start: number): number | undefined {
    return this.#ends.get(start);
  }

  /** Both ends of the frame that an event is one of; of other events the event alone. */
  wayOf(index: number): readonly number[] {
    const event = this.#recording.event(index);
    const start = event.kind === "arrive" || event.kind === "receive" ? event.of : index;
    const end = this.#ends.get(start);
    return end === undefined ? [start] : [start, end];
  }

  /** All events of an affair. */
  eventsOf({ exchange, publications }: Affair): readonly number[] {
    const written = exchange.answers.map(({ writeIndex }) => writeIndex);
    return [exchange.sendIndex, ...written, ...publications].flatMap((start) => this.wayOf(start));
  }
}

export interface RelevanceParts {
  readonly recording: Recording;
  readonly affairs: Affairs;
  readonly evidence: readonly number[];
  /** Paths, patterns and channels that an event names. */
  pathsOf(index: number): readonly string[];
}

/** One for each event. */
export function relevanceOf(parts: RelevanceParts): readonly Relevance[] {
  const { recording, affairs } = parts;
  const evidence = parts.evidence.filter((index) => index < recording.events.length);
  const essential = new Set<number>();
  for (const index of evidence) {
    const affair = affairs.of(index);
    for (const each of affair === null ? affairs.wayOf(index) : affairs.eventsOf(affair)) {
      essential.add(each);
    }
  }
  const kin = new Kinship(recording, namedBy(parts, evidence));
  const related = new Set<number>();
  for (const affair of affairs.all) {
    const events = affairs.eventsOf(affair);
    if (parts.pathsOf(affair.exchange.sendIndex).some((path) => kin.includes(path))) {
      for (const index of events) related.add(index);
    }
  }
  const connections = new Set(
    [...essential, ...related].map((index) => connectionAt(recording, index)),
  );
  return recording.events.map((event, index) => {
    if (essential.has(index)) return "essential";
    if (related.has(index)) return "related";
    if (FRAMES.has(event.kind) || event.kind === "skip") return "other";
    const connection = connectionAt(recording, index);
    return connection === null || connections.has(connection) ? "related" : "other";
  });
}

const FRAMES: ReadonlySet<string> = new Set(["send", "relay", "arrive", "write", "receive"]);

function connectionAt(recording: Recording, index: number): string | null {
  const event = recording.event(index);
  return "connection" in event ? event.connection : null;
}

/** What the evidence names itself, or the requests that it belongs to. */
function namedBy(parts: RelevanceParts, evidence: readonly number[]): readonly string[] {
  return evidence.flatMap((index) => {
    const affair = parts.affairs.of(index);
    const request = affair === null ? [] : parts.pathsOf(affair.exchange.sendIndex);
    return [...parts.pathsOf(index), ...request];
  });
}

/**
 * Whether a path, pattern or channel may have to do with what the evidence names: with its paths,
 * and only where it names none, with all that its patterns reach.
 */
class Kinship {
  readonly #named: ReadonlySet<string>;
  readonly #paths: readonly string[];
  readonly #patterns: readonly string[];
  readonly #rules: readonly PatternRule[];
  readonly #known = new Map<string, boolean>();

  constructor(recording: Recording, named: readonly string[]) {
    const { subscriptionRule, storeRule } = profileOf(recording.header.profile as ProfileId);
    this.#rules = [subscriptionRule, storeRule];
    this.#named = new Set(named.map(bare));
    this.#paths = [...this.#named].filter((path) => !isPattern(path));
    this.#patterns = this.#paths.length > 0 ? [] : [...this.#named];
  }

  includes(path: string): boolean {
    const own = bare(path);
    let isKin = this.#known.get(own);
    if (isKin === undefined) {
      isKin =
        this.#named.has(own) ||
        (isPattern(own) && this.#paths.some((target) => this.#reaches(own, target))) ||
        this.#patterns.some((pattern) => this.#reaches(pattern, own));
      this.#known.set(own, isKin);
    }
    return isKin;
  }

  #reaches(pattern: string, path: string): boolean {
    return this.#rules.some((rule) => match(pattern, path, rule) !== "never");
  }
}

function bare(path: string): string {
  return parseChannel(path)?.path ?? path;
}

function endsOf(recording: Recording): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  recording.events.forEach((event, index) => {
    if (event.kind === "arrive" || event.kind === "receive") ends.set(event.of, index);
  });
  return ends;
}

/** What each request published, by the publication's own id (PUB-2): the latest request before it that can have it. */
function publicationsOf(recording: Recording): ReadonlyMap<Exchange, readonly number[]> {
  const byId = new Map<string, Exchange[]>();
  for (const exchange of recording.exchanges) {
    const { sessionId } = recording.connection(exchange.connection);
    if (exchange.arriveIndex === null || sessionId === null) continue;
    const id = publicationIdOf(sessionId, exchange.request.eventId);
    const others = byId.get(id);
    if (others === undefined) byId.set(id, [exchange]);
    else others.push(exchange);
  }
  const published = new Map<Exchange, number[]>();
  for (const { frame, writeIndex } of recording.publications) {
    const { publicationId } = frame.meta;
    if (typeof publicationId !== "string") continue;
    const cause = byId
      .get(publicationId)
      ?.findLast(({ arriveIndex }) => (arriveIndex ?? Infinity) < writeIndex);
    if (cause === undefined) continue;
    const others = published.get(cause);
    if (others === undefined) published.set(cause, [writeIndex]);
    else others.push(writeIndex);
  }
  return published;
}
