/**
 * `happnstance serve`: the reference server over a real WebSocket.
 *
 * @packageDocumentation
 */
import { randomBytes } from "node:crypto";

import { Option, type Command } from "commander";

import { PROFILE_IDS, profileOf, type ProfileId } from "../../models/index.js";
import { Clock, Pace, Streams, type LinkLatency } from "../sim/index.js";
import { AddressUnavailableError, Front, realTimeFromNow } from "../targets/external/index.js";
import { referenceTarget } from "../targets/reference/index.js";
import { soundEnvironment } from "../targets/environment.js";
import { TargetUnavailableError, type RunningTarget, type Target } from "../targets/target.js";
import { CommandError, EXIT, usageError, type ExitCode } from "./exit-code.js";
import { latencyRange, portNumber, seedText } from "./options.js";
import { playNode } from "./serve-node.js";
import { untilSignal } from "./signals.js";

interface ServeFlags {
  readonly profile: ProfileId;
  readonly port: number;
  readonly host: string;
  readonly latency: LinkLatency;
  readonly seed?: string;
  readonly node?: string;
  readonly mutant?: string;
  readonly json?: boolean;
}

/** happn's own default. */
const PORT = 55_000;
const NO_LATENCY: LinkLatency = { delayMsMin: 0, delayMsMax: 0, shape: "uniform" };

export function addServe(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("serve")
    .description("run the reference server on a real WebSocket, for real clients")
    .addOption(
      new Option("--profile <id>", "generation of servers to be like")
        .choices(PROFILE_IDS)
        .default("1.x"),
    )
    .option("--port <n>", "where to listen; 0 for any that is free", portNumber, PORT)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--latency <a..b>", "delay of each frame, each way, in ms", latencyRange, NO_LATENCY)
    .option("--seed <text>", "where all chance comes from (default: a new one)", seedText)
    .option("--node <name>", "play a mesh node of that name, with methods to call")
    .option("--mutant <id>", "be wrong in one way, see `happnstance targets`")
    .option("--json", "print events as JSON lines")
    .action(async (flags: ServeFlags) => end(await serve(flags)));
}

async function serve(flags: ServeFlags): Promise<ExitCode> {
  const seed = flags.seed ?? randomBytes(4).toString("hex");
  const target = targetOf(flags);
  const isJson = flags.json === true;
  const say = (event: string, facts: Readonly<Record<string, unknown>>, line: string) => {
    if (isJson) process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
    else process.stdout.write(`${line}\n`);
  };

  const clock = new Clock();
  const stopRequest = untilSignal();
  let crash = null as string | null;
  const pace = new Pace(clock, realTimeFromNow(), (error) => stopRequest.reject(error));
  const streams = new Streams(seed);
  const environment = soundEnvironment(clock, Date.now(), streams);
  const { server, started } = start(target, environment, (message) => {
    crash = message;
    stopRequest.resolve("crash");
  });
  pace.run();
  await started;

  const facts = { profile: target.profile, target: target.id, seed };
  const parts = { clock, pace, streams, server, latency: flags.latency, facts };
  const front = await open({ ...parts, host: flags.host, port: flags.port }, isJson, say);
  try {
    const { url, port } = front;
    const { node } = flags;
    if (node !== undefined) {
      pace.happen(() => playNode(node, server, clock, profileOf(target.profile)));
    }
    const listening = {
      url,
      host: flags.host,
      port,
      ...facts,
      node: node ?? null,
      pid: process.pid,
    };
    const ways = node === undefined ? "" : ` · node ${node}`;
    say(
      "listening",
      listening,
      `${target.id} (profile ${target.profile}) listens at ${url}${ways} · seed ${seed} · Ctrl-C stops it`,
    );
    const how = await stopRequest.promise;
    if (crash === null) await stop(server, front, pace);
    say("stopped", { how, ...(crash === null ? {} : { error: crash }) }, `stopped (${how})`);
  } finally {
    pace.stop();
    front.cutAll();
    await front.close();
    server.dispose();
    stopRequest.release();
  }
  if (crash !== null) throw new CommandError(EXIT.violated, `the server ended by itself: ${crash}`);
  return EXIT.passed;
}

function targetOf({ profile, mutant, node }: ServeFlags): Target {
  try {
    return referenceTarget(profile, {
      ...(mutant === undefined ? {} : { mutant }),
      // Clients of the mesh take the server's name for the node's.
      ...(node === undefined ? {} : { name: node }),
    });
  } catch (error) {
    if (error instanceof TargetUnavailableError) throw usageError(error.message);
    throw error;
  }
}

function start(
  target: Target,
  environment: Parameters<Target["start"]>[0],
  crashed: (message: string) => void,
): { server: RunningTarget; started: Promise<void> } {
  let begun: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const server = target.start(environment, {
    started: () => begun(),
    stopped: () => undefined,
    crashed: ({ message }) => crashed(message),
    undeterministic: () => undefined,
  });
  return { server, started };
}

async function open(
  parts: Parameters<typeof Front.open>[0],
  isJson: boolean,
  say: (event: string, facts: Readonly<Record<string, unknown>>, line: string) => void,
): Promise<Front> {
  try {
    // One line a connection is a program's business; a person wants to see the server, not its log.
    return await Front.open(parts, {
      connected: (connection) => {
        if (isJson) say("connected", { connection }, "");
      },
      disconnected: (connection, how) => {
        if (isJson) say("disconnected", { connection, how }, "");
      },
    });
  } catch (error) {
    if (error instanceof AddressUnavailableError) {
      throw new CommandError(EXIT.unavailable, error.message);
    }
    throw error;
  }
}

/** An orderly stop (SES-7): everybody is told, then closed. */
async function stop(server: RunningTarget, front: Front, pace: Pace): Promise<void> {
  front.beginStop();
  await new Promise<void>((resolve) => {
    pace.happen(() => {
      server.stop();
      resolve();
    });
  });
  await front.close();
}
