/**
 * Each publication tells of a write, and tells it as it was.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Publication, Recording } from "../src/history/index.js";
import {
  isJsonObject,
  jsonEqual,
  publicationIdOf,
  type Json,
  type JsonObject,
} from "../src/protocol/index.js";
import {
  hearingOf,
  isOn,
  saysWhatItWrites,
  type Hearing,
  type Source,
  type Write,
} from "./hearing/index.js";
import type { Property } from "./property.js";
import { storedFormOf } from "./stored-form.js";
import { Violations } from "./violations.js";
import { naming, timeOf, typeName } from "./words.js";

/** Keys that a request's `options.meta` cannot set (PUB-3). */
const RESERVED: ReadonlySet<string> = new Set([
  "created",
  "modified",
  "path",
  "action",
  "type",
  "published",
  "status",
  "eventId",
  "sessionId",
]);

/** should, not must: the request's meta leaves them alone (PUB-3). `__proto__` is no ordinary key anywhere. */
const OPEN: ReadonlySet<string> = new Set(["channel", "consistency", "publicationId", "__proto__"]);

export const publicationContent: Property = {
  id: "publication-content",
  promise: "A publication tells of one write, with its data, path, publisher and times.",
  clauses: ["PUB-2", "PUB-3", "STO-3"],
  severity: "must",
  check(recording, profile) {
    return new Content(recording, profile).judge();
  },
};

interface Difference {
  readonly clause: string;
  /** Name of the field, and of what kind the difference is, for the shape. */
  readonly field: string;
  /** Stands for the field in the shape, where its name is the plan's and not the protocol's. */
  readonly word?: string;
  readonly kind?: string;
  readonly found: Json | undefined;
  readonly wanted: Json | undefined;
  readonly because: string;
}

type WrittenSource = Extract<Source, { write: Write }>;

class Content {
  readonly #recording: Recording;
  readonly #hearing: Hearing;
  readonly #violations = new Violations();

  constructor(recording: Recording, profile: Profile) {
    this.#recording = recording;
    this.#hearing = hearingOf(recording, profile);
  }

  judge() {
    for (const publication of this.#recording.publications) {
      const source = this.#hearing.source(publication);
      if (source.how === "initial" || source.how === "unasked") continue;
      // Before this history began, others may have been at work: their writes are not in it.
      if (source.how === "none" && !this.#knowsAllWriters(publication)) continue;
      this.#violations.exercised += 1;
      if (source.how === "none") this.#fromNowhere(publication);
      else this.#compare(publication, source);
    }
    return this.#violations.finding();
  }

  #knowsAllWriters({ frame }: Publication): boolean {
    const { path } = frame.meta;
    const { vantage, header } = this.#recording;
    const isOwn = typeof path === "string" && vantage.isOwn(path);
    if (!isOwn && (!header.fresh || vantage.hasOthers)) return false;
    return this.#hearing.writes.every(({ exchange }) => this.#sessionOf(exchange) !== null);
  }

  #sessionOf({ connection }: { connection: string }): string | null {
    return this.#recording.connection(connection).sessionId;
  }

  #fromNowhere({ client, frame, writeIndex }: Publication): void {
    this.#violations.add({
      clause: "PUB-2",
      message: `${client} was sent a publication of ${JSON.stringify(frame.meta["path"] ?? null)} at ${timeOf(this.#recording, writeIndex)} that tells of no write: its publicationId is ${JSON.stringify(frame.meta["publicationId"] ?? null)}`,
      expected: `A publication tells of a "set" or "remove" that has arrived, by its publicationId "<session>-<eventId>" (PUB-2).`,
      shape: ["no-write", typeName(frame.meta["publicationId"])],
      evidence: [writeIndex],
    });
  }

  #compare(publication: Publication, { write, candidates, how }: WrittenSource): void {
    const differences = this.#differences(publication, write, how);
    // A request that was sent twice, under one eventId, names two writes.
    const isOfAnother = candidates.some(
      (other) => other !== write && this.#differences(publication, other, how).length === 0,
    );
    if (isOfAnother) return;
    for (const { clause, field, word = field, kind = "", found, wanted, because } of differences) {
      const was = found === undefined ? "absent" : JSON.stringify(found);
      const expected =
        wanted === undefined ? `No "${field}"` : `"${field}" ${JSON.stringify(wanted)}`;
      this.#violations.add({
        clause,
        message: `${publication.client} was sent ${naming(write)} at ${timeOf(this.#recording, publication.writeIndex)} with "${field}" ${was}`,
        expected: `${expected}: ${because} (${clause}).`,
        shape: [write.exchange.request.action, ...siblingWord(write), word, kind].filter(Boolean),
        evidence: [write.startIndex, publication.writeIndex, ...answerOf(write)],
      });
    }
  }

  #differences(
    publication: Publication,
    write: Write,
    how: WrittenSource["how"],
  ): readonly Difference[] {
    const session = this.#sessionOf(write.exchange);
    return [
      ...this.#identity(publication, write, how === "content" && session !== null),
      ...this.#data(publication, write),
      ...times(publication, write),
      ...metaKeys(publication, write),
    ];
  }

  *#identity(
    { connection, frame: { meta } }: Publication,
    write: Write,
    hasWrongId: boolean,
  ): Generator<Difference> {
    const { exchange, options } = write;
    const overwritten = isJsonObject(options["meta"]) ? options["meta"] : {};
    const session = this.#sessionOf(exchange);
    const clause = "PUB-2";
    if (
      hasWrongId &&
      isEchoable(exchange.request.eventId) &&
      session !== null &&
      !("publicationId" in overwritten)
    ) {
      yield {
        clause,
        field: "publicationId",
        found: meta["publicationId"],
        wanted: publicationIdOf(session, exchange.request.eventId),
        because: "a publicationId is the publisher's session id and the request's eventId",
      };
    }
    if (session !== null && meta["sessionId"] !== session) {
      const isHearer = meta["sessionId"] === this.#recording.connection(connection).sessionId;
      const isClaimed = meta["sessionId"] === exchange.request.sessionId;
      yield {
        clause,
        field: "sessionId",
        kind: isHearer ? "the-hearer" : isClaimed ? "as-claimed" : "another",
        found: meta["sessionId"],
        wanted: session,
        because: "sessionId is the publisher's real session",
      };
    }
    if (write.path !== null && meta["path"] !== write.path) {
      yield {
        clause,
        field: "path",
        kind:
          meta["path"] === undefined
            ? "absent"
            : meta["path"] === exchange.request.path
              ? "as-requested"
              : "another",
        found: meta["path"],
        wanted: write.path,
        because: "path is the path that was written",
      };
    }
    const action = `/${write.action}@${write.path}`;
    if (write.path !== null && meta["action"] !== action) {
      yield {
        clause,
        field: "action",
        kind:
          meta["action"] === `/${write.action}@${textOf(exchange.request.path)}`
            ? "as-requested"
            : "another",
        found: meta["action"],
        wanted: action,
        because: "action is /<SET|REMOVE>@<the published path>",
      };
    }
    const { consistency = 2 } = options;
    if (write.isClear && !("consistency" in overwritten) && meta["consistency"] !== consistency) {
      yield {
        clause,
        field: "consistency",
        found: meta["consistency"],
        wanted: consistency,
        because: "consistency is the request's, 2 where it has none",
      };
    }
    const channel = this.#misnamed(connection, meta, write);
    if (channel !== null && !("channel" in overwritten)) yield channel;
  }

  /** A channel that the session never asked for, where another one of its own takes the write in. */
  #misnamed(connection: string, meta: JsonObject, write: Write): Difference | null {
    const { channel } = meta;
    if (this.#recording.connection(connection).isPartial) return null;
    if (typeof channel === "string" && this.#hearing.subscription(connection, channel) !== null) {
      return null;
    }
    const own = this.#hearing
      .subscriptionsOf(connection)
      .find((subscription) => this.#hearing.hears(write, subscription).value !== "never");
    if (own === undefined) return null;
    return {
      clause: "PUB-2",
      field: "channel",
      kind: channel === meta["action"] ? "the-action" : typeName(channel),
      found: channel,
      wanted: own.channelText,
      because: "channel is /<ACTION>@<the subscription's path>",
    };
  }

  *#data({ frame }: Publication, write: Write): Generator<Difference> {
    const wanted = publishedData(write);
    if (wanted === undefined || jsonEqual(wanted.data, frame.data)) return;
    yield {
      clause: "PUB-2",
      field: "data",
      kind: `${typeName(write.exchange.request.data)} as ${typeName(frame.data)}`,
      found: frame.data,
      wanted: wanted.data,
      because: `data equals ${wanted.of}`,
    };
  }
}

function publishedData(
  write: Write,
): { readonly data: Json | undefined; readonly of: string } | undefined {
  const { exchange, options, action, told } = write;
  if (told !== undefined) return { data: told, of: "that of the answer" };
  const { merge, tag } = options;
  // What counts a gauge tells its value, wherever it is known that it does (DIA-7).
  if (isOn(options["increment"])) return undefined;
  if (action === "REMOVE" || isOn(merge) || isOn(tag) || !saysWhatItWrites(exchange)) {
    return undefined;
  }
  return { data: storedFormOf(exchange.request.data), of: "what was to be stored" };
}

/** `created` and `modified`: those of the answer, and none for what is not stored. */
function* times({ frame: { meta } }: Publication, write: Write): Generator<Difference> {
  if (write.action !== "SET" || isOn(write.options["tag"])) return;
  const answer = write.told === undefined ? undefined : write.exchange.answers[0]?.frame.meta;
  for (const field of ["created", "modified"] as const) {
    if (write.options["noStore"] === true) {
      if (meta[field] === undefined) continue;
      yield {
        clause: "STO-3",
        field,
        found: meta[field],
        wanted: undefined,
        because: "what is not stored has no times",
      };
    } else if (answer !== undefined && !jsonEqual(answer[field], meta[field])) {
      yield {
        clause: "PUB-2",
        field,
        kind: meta[field] === undefined ? "absent" : "another",
        found: meta[field],
        wanted: answer[field],
        because: "the publication has the times of the answer",
      };
    }
  }
}

/** The request's own keys are added, and none of them takes a reserved place. */
function* metaKeys({ frame: { meta } }: Publication, write: Write): Generator<Difference> {
  const asked = write.options["meta"];
  if (!isJsonObject(asked)) return;
  for (const field of Object.keys(asked)) {
    if (OPEN.has(field)) continue;
    const found = Object.hasOwn(meta, field) ? meta[field] : undefined;
    if (!RESERVED.has(field)) {
      if (jsonEqual(found, asked[field])) continue;
      yield {
        clause: "PUB-3",
        field,
        word: "own-key",
        kind: found === undefined ? "absent" : "another",
        found,
        wanted: asked[field],
        because: "the keys of the request's meta are added to the publication's _meta",
      };
    } else if (["published", "status", "eventId"].includes(field) && found !== undefined) {
      if (!jsonEqual(found, asked[field])) continue;
      yield {
        clause: "PUB-3",
        field,
        kind: "taken-from-meta",
        found,
        wanted: undefined,
        because: "the request's meta cannot set a reserved key",
      };
    }
  }
}

/** The one option that changes what a publication tells; others only change who hears of it. */
function siblingWord({ options }: Write): readonly string[] {
  return options["set_type"] === "sibling" ? ["sibling"] : [];
}

function answerOf({ answerIndex }: Write): readonly number[] {
  return answerIndex === Infinity ? [] : [answerIndex];
}

/** Numbers that JSON can't say again, such as 1e400, have no one text. */
function isEchoable(eventId: Json): boolean {
  return typeof eventId === "number" ? Number.isSafeInteger(eventId) : typeof eventId === "string";
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
