/**
 * What can be asked of a recording to know which clauses it puts to the test.
 *
 * @packageDocumentation
 */
import type { Profile } from "../../models/index.js";
import type { Exchange, Publication, Recording } from "../history/index.js";
import {
  isJsonObject,
  isPattern,
  parseChannel,
  type Json,
  type JsonObject,
} from "../protocol/index.js";

/** A request that reached the server, and how it was answered first. */
export interface Asked {
  readonly connection: string;
  readonly client: string;
  readonly action: string;
  /** Null where the request has none that is a text. */
  readonly path: string | null;
  readonly data: Json | undefined;
  readonly options: JsonObject;
  readonly eventId: Json;
  readonly sessionId: Json | undefined;
  readonly arriveIndex: number;
  /** Infinity where it was never answered. */
  readonly answerIndex: number;
  /** Null where it was never answered. */
  readonly status: "ok" | "error" | null;
  readonly answerData: Json | undefined;
}

export class Questions {
  readonly recording: Recording;
  readonly profile: Profile;
  readonly asked: readonly Asked[];

  constructor(recording: Recording, profile: Profile) {
    this.recording = recording;
    this.profile = profile;
    this.asked = recording.exchanges.flatMap((exchange) => askedOf(exchange));
  }

  get publications(): readonly Publication[] {
    return this.recording.publications;
  }

  of(...actions: readonly string[]): readonly Asked[] {
    return this.asked.filter(({ action }) => actions.includes(action));
  }

  ok(...actions: readonly string[]): readonly Asked[] {
    return this.of(...actions).filter(({ status }) => status === "ok");
  }

  /** Whether a write reached the server after an event; by default of anybody, on any path. */
  isWrittenAfter(index: number): boolean {
    return this.ok("set", "remove").some(({ arriveIndex }) => arriveIndex > index);
  }

  /** How many publications of writes a condition holds for; by default those that come after. */
  heardAfter(index: number, connection?: string): number {
    return countOf(
      this.writesHeard,
      (each) =>
        each.writeIndex > index && (connection === undefined || each.connection === connection),
    );
  }

  /** Publications of writes, without those that tell initial values. */
  get writesHeard(): readonly Publication[] {
    return this.publications.filter(
      ({ frame }) => !textOf(frame.meta["action"]).startsWith("/ON@"),
    );
  }
}

/** A text; of anything else, an empty one. */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function askedOf({
  connection,
  client,
  request,
  arriveIndex,
  answers,
}: Exchange): readonly Asked[] {
  if (arriveIndex === null) return [];
  const [answer] = answers;
  const status = answer?.frame.meta["status"];
  return [
    {
      ...{ connection, client, arriveIndex },
      action: request.action,
      path: typeof request.path === "string" ? request.path : null,
      data: request.data,
      options: isJsonObject(request.options) ? request.options : {},
      eventId: request.eventId,
      sessionId: request.sessionId,
      answerIndex: answer?.writeIndex ?? Infinity,
      status: status === "ok" ? "ok" : status === "error" ? "error" : null,
      answerData: answer?.frame.data,
    },
  ];
}

/** The path or pattern of a channel; null where the text is none. */
export function channelPath(text: Json | undefined): string | null {
  return typeof text === "string" ? (parseChannel(text)?.path ?? null) : null;
}

/** Whether a channel is of a pattern, and no catch-all. */
export function isPatternChannel(text: Json | undefined): boolean {
  const path = channelPath(text);
  return path !== null && path !== "*" && isPattern(path);
}

/** How many, by a condition. */
export function countOf<T>(items: readonly T[], isCounted: (item: T) => boolean): number {
  return items.filter(isCounted).length;
}
