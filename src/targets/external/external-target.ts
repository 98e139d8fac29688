/**
 * Targets in real time: a server behind a URL, or one that a command starts.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";

import type { ProfileId } from "../../../models/index.js";
import {
  TargetUnavailableError,
  type Environment,
  type RunningTarget,
  type ServerObserver,
  type Target,
  type WallFacts,
} from "../target.js";
import { CommandServer, untilHealthy } from "./command-server.js";
import { freePort, PORT_MARK, CommandProcess } from "./command-process.js";
import { probe } from "./probe.js";
import { realTimeFromNow } from "./real-time.js";
import { serverUrlOf } from "./server-url.js";
import { DEFAULT_SETTINGS, type ExternalSettings } from "./settings.js";
import { runShell } from "./shell.js";
import { UrlServer } from "./url-server.js";

export const COMMAND_PREFIX = "cmd:";

/** Where a server in real time is. */
export type Place =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "command"; readonly command: string };

export type PlaceOfId =
  | { readonly ok: true; readonly place: Place }
  /** One line that says what is wrong with the id. */
  | { readonly ok: false; readonly message: string };

/** The place that an id names; null where it is no id of a server in real time. */
export function placeOf(id: string): PlaceOfId | null {
  if (id.startsWith(COMMAND_PREFIX)) {
    const command = id.slice(COMMAND_PREFIX.length).trim();
    if (command === "") return wrong(`"cmd:" needs a command, as in "cmd:node server.js {port}"`);
    if (!command.includes(PORT_MARK)) {
      return wrong(
        `"${id}" does not say where its port belongs: put {port} into the command, as in "cmd:node server.js {port}"`,
      );
    }
    return { ok: true, place: { kind: "command", command } };
  }
  if (!/^(wss?|https?):/i.test(id)) return null;
  const url = serverUrlOf(id);
  if (url === null) {
    return wrong(`"${id}" is no URL of a WebSocket; it looks like ws://127.0.0.1:55000`);
  }
  return { ok: true, place: { kind: "url", url } };
}

function wrong(message: string): PlaceOfId {
  return { ok: false, message };
}

/** What is found out about a target in real time once, and handed to whoever runs cases against it. */
export class ExternalTarget implements Target {
  readonly id: string;
  readonly time = "wall";
  readonly wall: WallFacts;
  readonly #place: Place;
  readonly #settings: ExternalSettings;
  #profile: ProfileId;
  #isPrepared: boolean;

  constructor(id: string, place: Place, settings: ExternalSettings = DEFAULT_SETTINGS) {
    this.id = id;
    this.#place = place;
    this.#settings = settings;
    this.#profile = settings.profile ?? "1.x";
    this.#isPrepared = settings.isChecked;
    const { speed, patienceMs } = settings;
    this.wall = {
      realTime: realTimeFromNow,
      newNamespace: () => `hs${randomBytes(5).toString("hex")}`,
      isAlone: place.kind === "command",
      speed,
      patienceMs,
    };
  }

  /** As asked for, or as the server describes itself once it is prepared. */
  get profile(): ProfileId {
    return this.#profile;
  }

  /** Finds the server there and well, starting it for that where it has to be started. */
  async prepare(): Promise<void> {
    if (this.#isPrepared) return;
    await this.#reset();
    const described =
      this.#place.kind === "url"
        ? await describedAt(this.#place.url)
        : await this.#describedByCommand(this.#place.command);
    this.#profile = this.#settings.profile ?? described;
    this.#isPrepared = true;
  }

  async enter<T>(body: () => T): Promise<T> {
    await this.#reset();
    return body();
  }

  start(_environment: Environment, observer: ServerObserver): RunningTarget {
    return this.#place.kind === "url"
      ? new UrlServer(this.#place.url, observer)
      : new CommandServer(this.#place.command, observer, this.#settings.startMsMax);
  }

  async #describedByCommand(command: string): Promise<ProfileId> {
    const port = await freePort();
    const process = new CommandProcess(command, port);
    try {
      const healthy = await untilHealthy(process, port, this.#settings.startMsMax);
      if (!healthy.ok) throw new TargetUnavailableError(healthy.message);
      return healthy.profile;
    } finally {
      process.kill();
      await process.ended;
    }
  }

  async #reset(): Promise<void> {
    const { reset } = this.#settings;
    if (reset === null) return;
    const failure = await runShell(reset, {});
    if (failure === null) return;
    throw new TargetUnavailableError(`the command of --reset failed (${failure}): ${reset}`);
  }
}

async function describedAt(url: string): Promise<ProfileId> {
  const probed = await probe(url);
  if (!probed.ok) throw new TargetUnavailableError(probed.message);
  return probed.profile;
}
