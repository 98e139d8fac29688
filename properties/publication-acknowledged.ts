/**
 * Who publishes with consistency 1 or 3 is told once what became of it.
 *
 * Left out are writes whose `meta` claims to be another publication (PUB-3), and those whose
 * publisher leaves.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { ConnectionRecord, Publication, Recording } from "../src/history/index.js";
import { canonical, isJsonObject, type Json } from "../src/protocol/index.js";
import { append } from "./append.js";
import {
  hearingOf,
  settledExchanges,
  spokenIn,
  type Hearing,
  type Write,
} from "./hearing/index.js";
import type { Finding, Property } from "./property.js";
import { Violations } from "./violations.js";
import { naming, timeOf } from "./words.js";

/** Virtual milliseconds that recipients have to acknowledge (PUB-4). */
const ACKNOWLEDGE_TIMEOUT_MS = 60_000;
/** What a server may be late by, in virtual milliseconds. */
const LATE_MS_MAX = 5_000;

const DEFERRED = 1;
const ACKNOWLEDGED = 3;

export const publicationAcknowledged: Property = {
  id: "publication-acknowledged",
  promise: "A publisher with consistency 1 or 3 gets one publication-ack, and with 3 a true one.",
  clauses: ["PUB-4"],
  severity: "must",
  check(recording, profile) {
    return new Acknowledging(recording, profile).judge();
  },
};

interface Acked {
  readonly index: number;
  readonly status: Json | undefined;
}

/** What one recipient was sent of a write, and when it acknowledged that; Infinity for not at all. */
interface Recipient {
  readonly publication: Publication;
  readonly ackIndex: number;
  readonly endIndex: number;
}

class Acknowledging {
  readonly #recording: Recording;
  readonly #profile: Profile;
  readonly #hearing: Hearing;
  readonly #violations = new Violations();
  readonly #quietIndex: number;
  readonly #publicationAcks = new Map<string, Acked[]>();
  /** Indices of the acknowledgements of a connection, by publicationId. */
  readonly #acks = new Map<string, number[]>();
  /** Index at which the last request of a connection arrived that was answered. */
  readonly #lastRead = new Map<string, number>();
  readonly #ambiguous = new Set<Write>();

  constructor(recording: Recording, profile: Profile) {
    const hearing = hearingOf(recording, profile);
    this.#recording = recording;
    this.#profile = profile;
    this.#hearing = hearing;
    this.#quietIndex = recording.events.findLastIndex(({ kind }) => kind === "quiet");
    recording.events.forEach((event, index) => {
      if (event.kind === "arrive") this.#takeAck(event.connection, index);
      if (event.kind === "write") this.#takePublicationAck(event.connection, index);
    });
    for (const { exchange, startIndex } of settledExchanges(recording)) {
      if (exchange.answers.length > 0) this.#lastRead.set(exchange.connection, startIndex);
    }
    for (const publication of recording.publications) {
      const source = hearing.source(publication);
      if (!("write" in source) || source.candidates.length === 1) continue;
      for (const write of source.candidates) this.#ambiguous.add(write);
    }
  }

  judge(): Finding {
    const foreign = spokenIn(this.#recording, this.#profile).foreignSince;
    const eventIds = new Map<string, number>();
    for (const { exchange } of this.#hearing.writes) {
      const key = keyOf(exchange.connection, exchange.request.eventId);
      eventIds.set(key, (eventIds.get(key) ?? 0) + 1);
    }
    for (const write of this.#hearing.writes) {
      const { exchange, options, outcome, publishes } = write;
      const { consistency } = options;
      if (consistency !== DEFERRED && consistency !== ACKNOWLEDGED) continue;
      if (outcome !== "ok" || publishes !== "must" || this.#ambiguous.has(write)) continue;
      const key = keyOf(exchange.connection, exchange.request.eventId);
      if (eventIds.get(key) !== 1 || foreign.size > 0 || claimsAnother(options["meta"])) continue;
      this.#judgeWrite(write, this.#publicationAcks.get(key) ?? []);
    }
    return this.#violations.finding();
  }

  #judgeWrite(write: Write, found: readonly Acked[]): void {
    this.#violations.exercised += 1;
    const [first, second] = found;
    if (first !== undefined && second !== undefined) {
      this.#add(write, "again", [first.index, second.index], {
        found: `was sent a publication-ack of it again at ${timeOf(this.#recording, second.index)}`,
        expected: "One publication-ack to a request",
      });
    }
    if (first === undefined) this.#judgeSilence(write);
    else if (write.options["consistency"] === ACKNOWLEDGED) this.#judgeTruth(write, first);
  }

  /** By the time all is quiet, what was not waiting for a recipient has been told. */
  #judgeSilence(write: Write): void {
    const { endIndex } = this.#recording.connection(write.exchange.connection);
    if (this.#quietIndex < write.answerIndex) return;
    if (endIndex !== null && endIndex < this.#quietIndex) return;
    const recipients = this.#recipientsOf(write);
    const isWaiting =
      recipients.some((recipient) => this.#isOpen(recipient)) || this.#hasUnseenRecipients(write);
    const waitedMs = this.#at(this.#quietIndex) - this.#at(write.startIndex);
    const isDue = waitedMs > ACKNOWLEDGE_TIMEOUT_MS + LATE_MS_MAX;
    if (write.options["consistency"] === ACKNOWLEDGED && isWaiting && !isDue) return;
    const word = wordOf(recipients, isWaiting);
    this.#add(write, `never ${word}`, [], {
      found: `was sent no publication-ack of it (${word}) in ${waitedMs} ms`,
      expected:
        recipients.length === 0
          ? "A publication-ack, at once where nobody is to acknowledge"
          : "A publication-ack, with an error after 60 s where a recipient does not acknowledge",
    });
  }

  /**
   * Whether the server may still wait: no ack has come, or one that its connection's end may have
   * overtaken. A server that is busy, or paused, reads nothing, and of who has gone no more: nothing but
   * an answer to something later says that it has read the ack.
   */
  #isOpen({ publication: { connection }, ackIndex, endIndex }: Recipient): boolean {
    if (ackIndex > this.#quietIndex) return true;
    return Number.isFinite(endIndex) && (this.#lastRead.get(connection) ?? -1) < ackIndex;
  }

  #judgeTruth(write: Write, { index, status }: Acked): void {
    const recipients = this.#recipientsOf(write).filter(
      ({ publication }) => publication.writeIndex < index,
    );
    const missing = recipients.find(({ ackIndex }) => ackIndex > index);
    // One who leaves may be given up at once, or not be waited for.
    if (recipients.some(({ endIndex }) => endIndex < index)) return;
    const isUnseen = this.#hasUnseenRecipients(write);
    if (status === "ok" && missing !== undefined) {
      this.#add(write, "ok-too-early", [missing.publication.writeIndex, index], {
        found: `was told at ${timeOf(this.#recording, index)} that all had acknowledged it, though ${missing.publication.client} had not`,
        expected: "ok only after every recipient has acknowledged",
      });
    }
    const waitedMs = this.#at(index) - this.#at(write.startIndex);
    if (status === "ok" || isUnseen) return;
    if (waitedMs >= ACKNOWLEDGE_TIMEOUT_MS && !this.#isSettled(write, recipients)) return;
    this.#add(write, errorWordOf(recipients, missing), [index], {
      found: `was told ${JSON.stringify(status ?? null)} of it after ${waitedMs} ms, with ${recipients.length} recipients`,
      expected:
        "ok once all have acknowledged, at once where nobody is to, and an error only after 60 s",
    });
  }

  /** Whether nobody was to acknowledge it, or all have well before the time was up. */
  #isSettled(write: Write, recipients: readonly Recipient[]): boolean {
    if (recipients.length === 0) {
      const { subscriptions } = this.#hearing;
      return subscriptions.every((each) => this.#hearing.hears(write, each).value === "never");
    }
    const dueAt = this.#at(write.startIndex) + ACKNOWLEDGE_TIMEOUT_MS - LATE_MS_MAX;
    return recipients.every(
      ({ ackIndex }) => Number.isFinite(ackIndex) && this.#at(ackIndex) < dueAt,
    );
  }

  /** Whether it may have been sent to someone of whom the history doesn't show it. */
  #hasUnseenRecipients(write: Write): boolean {
    const { vantage } = this.#recording;
    if (vantage.isAtServer) return false;
    if (vantage.hasOthers) return true;
    return this.#hearing.subscriptions.some(
      (subscription) =>
        this.#hearing.hears(write, subscription).value !== "never" &&
        this.#hearing.heard(write, subscription).length === 0 &&
        hasLeft(this.#recording.connection(subscription.connection)),
    );
  }

  #recipientsOf(write: Write): readonly Recipient[] {
    const used = new Map<string, number>();
    return this.#hearing.publicationsOf(write).map((publication) => {
      const { connection, writeIndex, frame } = publication;
      const key = keyOf(connection, frame.meta["publicationId"]);
      // Each frame has an acknowledgement of its own: the first after it that is no other frame's.
      const after = Math.max(writeIndex, used.get(key) ?? -1);
      const ackIndex = this.#acks.get(key)?.find((index) => index > after) ?? Infinity;
      used.set(key, ackIndex);
      return {
        publication,
        ackIndex,
        endIndex: this.#recording.connection(connection).endIndex ?? Infinity,
      };
    });
  }

  #takeAck(connection: string, index: number): void {
    const frame = this.#recording.clientFrame(index);
    const isRequest = frame.kind === "request" && frame.request.action === "ack";
    const id = frame.kind === "ack" ? frame.publicationId : isRequest ? frame.request.data : null;
    if (typeof id === "string") append(this.#acks, keyOf(connection, id), index);
  }

  #takePublicationAck(connection: string, index: number): void {
    const frame = this.#recording.serverFrame(index);
    if (frame.kind !== "publication-ack") return;
    const key = keyOf(connection, frame.meta["eventId"]);
    append(this.#publicationAcks, key, { index, status: frame.status });
  }

  #at(index: number): number {
    return this.#recording.event(index).at;
  }

  #add(
    write: Write,
    word: string,
    evidence: readonly number[],
    { found, expected }: { readonly found: string; readonly expected: string },
  ): void {
    const { exchange, options, startIndex, answerIndex } = write;
    this.#violations.add({
      clause: "PUB-4",
      message: `${exchange.client} ${found}: ${naming(write)}, answered at ${timeOf(this.#recording, answerIndex)}`,
      expected: `${expected} (PUB-4).`,
      shape: [`consistency ${JSON.stringify(options["consistency"])}`, word],
      evidence: [startIndex, answerIndex, ...evidence],
    });
  }
}

function hasLeft({ endIndex, leaveIndex }: ConnectionRecord): boolean {
  return endIndex !== null || leaveIndex !== null;
}

function wordOf(recipients: readonly Recipient[], isWaiting: boolean): string {
  if (recipients.length === 0) return "without-recipients";
  if (!isWaiting) return "after-all-acknowledged";
  const isLeft = recipients.some(({ ackIndex, endIndex }) => ackIndex > endIndex);
  return isLeft ? "after-a-recipient-left" : "after-timeout";
}

function errorWordOf(recipients: readonly Recipient[], missing: Recipient | undefined): string {
  if (missing !== undefined) return "error-too-early";
  return recipients.length === 0 ? "error-without-recipients" : "error-though-acknowledged";
}

function claimsAnother(meta: Json | undefined): boolean {
  if (!isJsonObject(meta)) return false;
  return ["consistency", "publicationId", "channel"].some((key) => Object.hasOwn(meta, key));
}

function keyOf(connection: string, id: Json | undefined): string {
  return `${connection} ${canonical(id)}`;
}
