/**
 * `happnstance proxy`: stands between real clients and a real server, and judges what goes by.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";
import { createWriteStream, writeFileSync, type WriteStream } from "node:fs";
import { join } from "node:path";

import { InvalidArgumentError, Option, type Command } from "commander";

import { PROFILE_IDS, type ProfileId } from "../../models/index.js";
import { formatTrafficLine, type TrafficItem } from "../engine/index.js";
import { counted, paintOf, storyOf } from "../report/index.js";
import { Clock, Pace, Streams, type LinkLatency } from "../sim/index.js";
import {
  AddressUnavailableError,
  makeWeather,
  probe,
  realTimeFromNow,
  Relay,
  serverUrlOf,
  type RelayObserver,
  type WeatherOptions,
} from "../targets/external/index.js";
import { CommandError, EXIT, usageError, type ExitCode } from "./exit-code.js";
import { durationMs, latencyRange, portNumber, seedText, wholeNumber } from "./options.js";
import { RunFolder } from "./run-folder.js";
import { untilSignal } from "./signals.js";
import { TrafficJudge, type Told } from "./traffic-judge.js";

interface ProxyFlags {
  readonly listen: number;
  readonly host: string;
  readonly upstream: string;
  readonly profile?: ProfileId;
  readonly latency: LinkLatency;
  readonly jitter: number;
  readonly bandwidth?: number;
  readonly stall?: { readonly min: number; readonly max: number };
  readonly stallEvery: number;
  readonly cutEvery?: number;
  readonly seed?: string;
  readonly alone?: boolean;
  readonly out: string;
  readonly json?: boolean;
}

const NO_LATENCY: LinkLatency = { delayMsMin: 0, delayMsMax: 0, shape: "uniform" };
/** How often what went by is judged at most, in milliseconds. */
const JUDGE_MS = 500;
/** Judging takes at most one part in so many of the time. */
const JUDGE_SHARE = 5;

export function addProxy(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("proxy")
    .description("stand between real clients and a real server: bad network, recording, judgement")
    .requiredOption(
      "--listen <port>",
      "where clients connect to; 0 for any that is free",
      portNumber,
    )
    .requiredOption("--upstream <url>", "the server, ws://host:port")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .addOption(
      new Option(
        "--profile <id>",
        "generation of servers to judge by (default: as the server describes itself)",
      ).choices(PROFILE_IDS),
    )
    .option("--latency <a..b>", "delay of each frame, each way, in ms", latencyRange, NO_LATENCY)
    .option("--jitter <ms>", "further delay of each frame, up to that", wholeNumber(0, 60_000), 0)
    .option("--bandwidth <n>", "bytes a second, of each connection, each way", wholeNumber(1))
    .option("--stall <a..b>", "hold a connection's frames for so many ms now and then", stallRange)
    .option("--stall-every <duration>", "about how often", durationMs, 10_000)
    .option("--cut-every <duration>", "cut a connection about that often", durationMs)
    .option("--seed <text>", "where all chance comes from (default: a new one)", seedText)
    .option("--alone", "everybody who uses the server comes through here: judge more")
    .option("--out <folder>", "where runs are kept", "happnstance-out")
    .option("--json", "print events as JSON lines")
    .action(async (flags: ProxyFlags) => end(await new Proxy(flags).run()));
}

function stallRange(text: string): { min: number; max: number } {
  const { delayMsMin, delayMsMax } = latencyRange(text);
  if (delayMsMax === 0) throw new InvalidArgumentError("a stall takes time, such as 200..2000.");
  return { min: delayMsMin, max: delayMsMax };
}

class Proxy {
  readonly #flags: ProxyFlags;
  readonly #upstream: string;
  readonly #seed: string;
  readonly #clock = new Clock();
  readonly #stop = untilSignal();
  readonly #pace: Pace;
  readonly #begunAt = Date.now();
  #judge: TrafficJudge | null = null;
  #file: WriteStream | null = null;

  constructor(flags: ProxyFlags) {
    const upstream = serverUrlOf(flags.upstream);
    if (upstream === null) {
      throw usageError(
        `"${flags.upstream}" is no URL of a WebSocket; --upstream takes one like ws://127.0.0.1:55000`,
      );
    }
    this.#flags = flags;
    this.#upstream = upstream;
    this.#seed = flags.seed ?? randomBytes(4).toString("hex");
    this.#pace = new Pace(this.#clock, realTimeFromNow(), (error) => this.#stop.reject(error));
  }

  async run(): Promise<ExitCode> {
    const described = await probe(this.#upstream);
    if (!described.ok) throw new CommandError(EXIT.unavailable, described.message);
    const profile = this.#flags.profile ?? described.profile;
    const isAlone = this.#flags.alone === true;
    this.#judge = new TrafficJudge({ target: this.#flags.upstream, profile, isAlone });
    const streams = new Streams(this.#seed);
    const relay = await this.#open(streams);
    const folder = RunFolder.create(this.#flags.out);
    const recording = join(folder.path, "traffic.jsonl");
    this.#file = createWriteStream(recording);
    const fileFailure = new Promise<never>((_resolve, reject) => {
      this.#file?.on("error", reject);
    });
    this.#pace.happen(() =>
      makeWeather(
        relay,
        this.#weather(),
        { clock: this.#clock, streams },
        {
          stalled: (connection, directions, ms) =>
            this.#tell("stalled", { connection, directions, ms }, null),
          cut: (connection) => this.#tell("cut", { connection }, null),
        },
      ),
    );
    this.#tell(
      "listening",
      {
        url: relay.url,
        port: relay.port,
        upstream: this.#flags.upstream,
        profile,
        seed: this.#seed,
        recording,
        pid: process.pid,
      },
      `${relay.url} leads to ${this.#flags.upstream} (profile ${profile}) · seed ${this.#seed} · Ctrl-C stops it`,
    );
    const judging = this.#judgeNowAndThen();
    let how: string;
    try {
      how = await Promise.race([this.#stop.promise, fileFailure]);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === undefined
        ? error
        : usageError(`cannot write ${recording} (${code}); choose another folder with --out`);
    } finally {
      clearInterval(judging);
      this.#pace.stop();
      await relay.close();
      this.#stop.release();
    }
    await new Promise<void>((resolve) => this.#file?.end(resolve));
    return this.#sumUp(how, folder.path, recording);
  }

  async #open(streams: Streams): Promise<Relay> {
    const { host, listen: port, latency } = this.#flags;
    const { host: authority, protocol } = new URL(this.#upstream);
    try {
      return await Relay.open(
        {
          clock: this.#clock,
          pace: this.#pace,
          streams,
          upstream: `${protocol}//${authority}`,
          latency,
          host,
          port,
        },
        this.#observer(),
      );
    } catch (error) {
      if (error instanceof AddressUnavailableError) {
        throw new CommandError(EXIT.unavailable, error.message);
      }
      throw error;
    }
  }

  #observer(): RelayObserver {
    return {
      up: (connection, text) => this.#take(connection, { kind: "frame", direction: "up", text }),
      down: (connection, text) =>
        this.#take(connection, { kind: "frame", direction: "down", text }),
      opened: (connection) => this.#tell("opened", { connection }, null),
      closed: (connection, by) => {
        this.#take(connection, { kind: "close", by: by === "server" ? "server" : "client" });
        this.#tell("closed", { connection, by }, null);
      },
      refused: (connection, reason) =>
        this.#tell("refused", { connection, reason }, `  ${connection}: ${reason}`),
    };
  }

  #take(connection: string, what: TrafficItem["what"]): void {
    const item: TrafficItem = { at: this.#begunAt + this.#clock.now(), what };
    this.#file?.write(formatTrafficLine(connection, item));
    this.#judge?.take(connection, item);
  }

  #weather(): WeatherOptions {
    const { jitter, bandwidth, stall, stallEvery, cutEvery } = this.#flags;
    return {
      jitterMsMax: jitter,
      bytesPerSecond: bandwidth ?? null,
      stallMs: stall ?? null,
      stallEveryMs: stallEvery,
      cutEveryMs: cutEvery ?? null,
    };
  }

  #judgeNowAndThen(): NodeJS.Timeout {
    let notBefore = 0;
    return setInterval(() => {
      const startedAt = performance.now();
      if (startedAt < notBefore) return;
      this.#report(this.#judge?.judge() ?? []);
      notBefore = startedAt + JUDGE_SHARE * (performance.now() - startedAt);
    }, JUDGE_MS);
  }

  #report(found: readonly Told[]): void {
    const paint = paintOf(process.stdout.isTTY);
    for (const { violation, history } of found) {
      const { severity, property, clause, message, expected, fingerprint } = violation;
      const facts = { severity, property, clause, message, expected, fingerprint };
      const lines = [
        `  ${paint.red(severity)}  ${paint.bold(property)}  ${clause}`,
        `  ${message}`,
        `  expected: ${expected}`,
        ...storyOf(violation.evidence, history.events),
        "",
      ];
      this.#tell("violation", facts, lines.join("\n"));
    }
  }

  #sumUp(how: string, folder: string, recording: string): ExitCode {
    const judge = this.#judge as TrafficJudge;
    this.#report(judge.judge());
    const { violations, unknown, connectionCount, requestCount, frameCount } = judge;
    const code = violations.some(({ severity }) => severity !== "may")
      ? EXIT.violated
      : unknown.length > 0
        ? EXIT.unknown
        : EXIT.passed;
    const facts = {
      how,
      connections: connectionCount,
      requests: requestCount,
      frames: frameCount,
      violations: violations.length,
      unknown,
      recording,
      exitCode: code,
    };
    writeFileSync(
      join(folder, "summary.json"),
      `${JSON.stringify({ upstream: this.#flags.upstream, seed: this.#seed, ...facts, violations }, null, 2)}\n`,
    );
    const lines = [
      `stopped (${how}): ${counted(connectionCount, "connection")} · ${counted(requestCount, "request")} · ${counted(frameCount, "frame")} · ${counted(violations.length, "violation")}`,
      ...unknown.map(({ property, reason }) => `  unknown  ${property}: ${reason}`),
      `  recording: ${recording} (judge it again: happnstance check ${recording})`,
    ];
    this.#tell("stopped", facts, lines.join("\n"));
    return code;
  }

  /** @param line what a person is told; null for nothing */
  #tell(event: string, facts: Readonly<Record<string, unknown>>, line: string | null): void {
    if (this.#flags.json === true) process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
    else if (line !== null) process.stdout.write(`${line}\n`);
  }
}
