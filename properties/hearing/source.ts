/**
 * Where publications come from: the write that each of them tells of (PUB-2).
 *
 * @packageDocumentation
 */
import { append } from "../append.js";
import {
  sessionIdOf,
  type Exchange,
  type Publication,
  type Recording,
  type Vantage,
} from "../../src/history/index.js";
import { isJsonObject, jsonEqual, publicationIdOf, type Json } from "../../src/protocol/index.js";
import { storedFormOf } from "../stored-form.js";
import { isOn, optionsOf, saysWhatItWrites } from "./exchange-outcome.js";
import type { Spoken } from "./spoken.js";
import type { Write } from "./write.js";

/**
 * `id`: its publicationId names the write. `content`: nothing does, but path, action and data are
 * those of a write (a session whose id no event shows, or a wrong publicationId). `initial`: it is
 * one of the items that `initialEmit` sends (SUB-6). `unasked`: it names a session that sent what is
 * no request, a `set` without eventId for one, or one whose eventId is no name, which the server
 * carried out all the same.
 */
export type Source =
  | {
      readonly how: "id" | "content";
      readonly write: Write;
      /** All writes that it may as well tell of, `write` among them. */
      readonly candidates: readonly Write[];
    }
  | { readonly how: "initial"; readonly exchange: Exchange }
  | { readonly how: "unasked" }
  | { readonly how: "none" };

/** Index at which the first of the writes arrived that a publication may tell of. */
export function startOf({
  candidates,
}: Extract<Source, { readonly how: "id" | "content" }>): number {
  return Math.min(...candidates.map(({ startIndex }) => startIndex));
}

/** The publications of each write on each channel of each connection, and where each publication is from. */
export class Sources {
  readonly #byId = new Map<string, Write[]>();
  readonly #byPath = new Map<string, Write[]>();
  readonly #initial = new Map<string, Exchange[]>();
  readonly #heard = new Map<string, Publication[]>();
  readonly #byWrite = new Map<Write, Publication[]>();
  readonly #sources = new Map<Publication, Source>();
  /** Sessions that sent what is no request, with the index of the first such frame. */
  readonly #looseSince = new Map<string, number>();

  readonly #vantage: Vantage;
  readonly #sessions: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(recording: Recording, writes: readonly Write[], spoken: Spoken) {
    this.#vantage = recording.vantage;
    this.#sessions = sessionsOf(recording);
    for (const write of writes) {
      const { connection, request } = write.exchange;
      for (const session of this.#sessions.get(connection) ?? []) {
        append(this.#byId, publicationIdOf(session, request.eventId), write);
      }
      // should, not must: the request's meta may overwrite it (PUB-3).
      const { meta } = write.options;
      const claimed = isJsonObject(meta) ? meta["publicationId"] : undefined;
      if (typeof claimed === "string") append(this.#byId, claimed, write);
      if (write.path !== null) append(this.#byPath, `${write.action}@${write.path}`, write);
    }
    recording.events.forEach((event, index) => {
      if (event.kind !== "arrive" || !isNameless(recording.clientFrame(index))) return;
      for (const session of this.#sessions.get(event.connection) ?? []) {
        if (!this.#looseSince.has(session)) this.#looseSince.set(session, index);
      }
    });
    for (const exchange of recording.exchanges) {
      const { path } = exchange.request;
      if (exchange.request.action !== "on" || typeof path !== "string") continue;
      const { initialEmit = false } = optionsOf(exchange);
      if (initialEmit === false || exchange.arriveIndex === null) continue;
      // Its items are in the answer (DIA-4).
      const { connection, arriveIndex } = exchange;
      const isInAnswer = spoken.of(connection).initialEmit === "in-answer";
      if (isInAnswer && !spoken.isForeignAt(connection, arriveIndex)) continue;
      append(this.#initial, `${exchange.connection}\n${path}`, exchange);
    }
    for (const publication of recording.publications) {
      const source = this.#find(publication);
      this.#sources.set(publication, source);
      if (!("write" in source)) continue;
      append(this.#heard, hearingKey(source.write, publication), publication);
      append(this.#byWrite, source.write, publication);
    }
  }

  of(publication: Publication): Source {
    return this.#sources.get(publication) ?? { how: "none" };
  }

  /** What anybody was sent of a write, in order. */
  publicationsOf(write: Write): readonly Publication[] {
    return this.#byWrite.get(write) ?? [];
  }

  /** What a connection was sent of a write on a channel, in order. */
  heard(write: Write, connection: string, channelText: string): readonly Publication[] {
    return this.#heard.get(`${write.order} ${connection}\n${channelText}`) ?? [];
  }

  #find(publication: Publication): Source {
    const { meta } = publication.frame;
    const id = meta["publicationId"];
    const named = typeof id === "string" ? arrivedBefore(this.#byId.get(id), publication) : [];
    if (named.length > 0) return { how: "id", ...this.#choose(named, publication) };

    // Where others write as well, what bears none of these names may be told of one of theirs.
    const path = textOf(meta["path"]);
    if (this.#vantage.hasOthers && !this.#vantage.isOwn(path)) return { how: "none" };

    const emitting = this.#emitting(publication);
    const [own] = emitting.filter((exchange) => this.#isNamedFor(id, exchange));
    if (own !== undefined) return { how: "initial", exchange: own };

    if (this.#isOfNoRequest(id, publication.writeIndex)) return { how: "unasked" };

    const key = `${kindOf(meta["action"])}@${String(textOf(meta["path"]))}`;
    const alike = arrivedBefore(this.#byPath.get(key), publication).filter((write) =>
      hasData(write, publication),
    );
    const [first] = emitting;
    if (alike.length === 0 && first !== undefined) return { how: "initial", exchange: first };
    if (alike.length === 0) return { how: "none" };
    return { how: "content", ...this.#choose(alike, publication) };
  }

  /** The `on`s of its channel that initial items may have been sent for. */
  #emitting({ connection, frame, writeIndex }: Publication): readonly Exchange[] {
    const known = this.#initial.get(`${connection}\n${textOf(frame.meta["channel"])}`) ?? [];
    return known.filter(({ arriveIndex }) => (arriveIndex ?? Infinity) < writeIndex);
  }

  /** Whether a publicationId is of that request; of any session's with its eventId where nothing tells its own. */
  #isNamedFor(id: Json | undefined, { connection, request }: Exchange): boolean {
    if (typeof id !== "string") return false;
    const own = this.#sessions.get(connection) ?? new Set();
    if (own.size === 0) return id.endsWith(publicationIdOf("", request.eventId));
    return [...own].some((session) => id === publicationIdOf(session, request.eventId));
  }

  #isOfNoRequest(id: Json | undefined, before: number): boolean {
    if (typeof id !== "string") return false;
    for (const [session, since] of this.#looseSince) {
      if (since < before && id.startsWith(`${session}-`)) return true;
    }
    return false;
  }

  /**
   * Of several writes with one id, the one whose path, data and time fit best and that is yet unheard
   * here. That is a guess: what it tells may be of each of them that has its path and action, since
   * nothing tells their answers apart either. A sibling that was not answered may have any path.
   */
  #choose(
    named: readonly Write[],
    publication: Publication,
  ): { write: Write; candidates: readonly Write[] } {
    const { meta } = publication.frame;
    const candidates = thatFit(
      named,
      (write) =>
        (write.path === meta["path"] || write.path === null) &&
        write.action === kindOf(meta["action"]),
    );
    let best = candidates;
    for (const fits of [
      (write: Write) => write.path !== null,
      (write: Write) => mayHaveData(write, publication),
      (write: Write) => publication.writeIndex <= write.endIndex,
    ]) {
      best = thatFit(best, fits);
    }
    const unheard = best.find((write) => !this.#heard.has(hearingKey(write, publication)));
    return { write: unheard ?? (best.at(-1) as Write), candidates };
  }
}

/** Those that fit; all of them where none does. */
function thatFit(writes: readonly Write[], fits: (write: Write) => boolean): readonly Write[] {
  if (writes.length <= 1) return writes;
  const fitting = writes.filter(fits);
  return fitting.length > 0 ? fitting : writes;
}

function hearingKey(write: Write, { connection, frame }: Publication): string {
  return `${write.order} ${connection}\n${textOf(frame.meta["channel"])}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Whether what it publishes, if anything, has a publicationId that nobody can tell (PUB-2). */
function isNameless(frame: ReturnType<Recording["clientFrame"]>): boolean {
  if (frame.kind !== "request") return frame.kind === "malformed";
  return typeof frame.request.eventId !== "number" && typeof frame.request.eventId !== "string";
}

/** `SET` of `/SET@/a/b`. */
function kindOf(action: Json | undefined): string {
  return /^\/([A-Z]+)@/.exec(textOf(action))?.[1] ?? "";
}

function hasData(write: Write, { frame }: Publication): boolean {
  const told = write.exchange.answers[0]?.frame.data;
  if (told !== undefined) return jsonEqual(told, frame.data);
  // Not answered, or without data (DIA-5).
  const { data } = write.exchange.request;
  return jsonEqual(data, frame.data) || jsonEqual(storedFormOf(data), frame.data);
}

/**
 * Whether its data may be that of a write. Of one whose answer nobody has seen, or can tell from that
 * of another with the same eventId, the request alone may not say what it came to.
 */
function mayHaveData(write: Write, publication: Publication): boolean {
  if (write.told !== undefined) return jsonEqual(write.told, publication.frame.data);
  const isOpen =
    write.action === "REMOVE" ||
    write.isGauge ||
    write.alias !== null ||
    isOn(write.options["merge"]) ||
    !saysWhatItWrites(write.exchange);
  return isOpen || hasData(write, publication);
}

function arrivedBefore(
  writes: readonly Write[] | undefined,
  { writeIndex }: Publication,
): readonly Write[] {
  return writes?.filter(({ startIndex }) => startIndex < writeIndex) ?? [];
}

/** Every id that a connection's logins were answered with; by SES-1 it is one. */
function sessionsOf(recording: Recording): ReadonlyMap<string, ReadonlySet<string>> {
  const sessions = new Map<string, Set<string>>();
  for (const { connection, sessionId } of recording.connections.values()) {
    sessions.set(connection, new Set(sessionId === null ? [] : [sessionId]));
  }
  for (const { connection, request, answers } of recording.exchanges) {
    if (request.action !== "login") continue;
    for (const { frame } of answers) {
      const id = sessionIdOf(frame.data);
      if (id !== null) sessions.get(connection)?.add(id);
    }
  }
  return sessions;
}
