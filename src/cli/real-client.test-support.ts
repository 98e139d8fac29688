/**
 * What a program does with happn-3's own client library, call by call, and what it gets.
 *
 * The same body is run against a real server and against `serve`: ids, times and keys aside, the two
 * must give the same. Nothing here sleeps: what a call brings about is waited for.
 *
 * @packageDocumentation
 */
import { once, EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";

type Json = unknown;
type Handler = (data: Json, meta: Record<string, Json>) => void;

/** The part of happn-3's client that is driven here. */
export interface HappnClient {
  readonly session: { readonly id: string; readonly happn: Json; readonly protocol: string };
  readonly socket: { readonly socket: { readonly _socket: { destroy(): void } } };
  get(path: string, options?: object): Promise<Json>;
  /** The library takes callbacks as well. */
  get(path: string, options: object, done: (error: unknown, data: Json) => void): void;
  getPaths(path: string): Promise<Json>;
  set(path: string, data: Json, options?: object): Promise<Json>;
  setSibling(path: string, data: Json): Promise<Json>;
  remove(path: string, options?: object): Promise<Json>;
  on(
    path: string,
    options: object,
    handler: Handler,
    done: (error: unknown, id: number, response: Json) => void,
  ): void;
  onAll(handler: Handler, done: (error: unknown) => void): void;
  off(id: number): Promise<Json>;
  offPath(path: string): Promise<Json>;
  offAll(): Promise<Json>;
  onEvent(name: string, handler: (...values: unknown[]) => void): string;
  offEvent(handle: string): void;
  onSystemMessage(handler: (key: string, data: Json) => void): number;
  offSystemMessage(index: number): void;
  disconnect(): Promise<Json>;
}

export interface Happn {
  readonly client: { create(options: object): Promise<HappnClient> };
}

/** happn-3 as installed in a folder; its logger says nothing. */
export function happnOf(folder: string): Happn {
  const load = createRequire(join(folder, "client.js"));
  (load("happn-logger") as { configure(options: object): void }).configure({ logLevel: "off" });
  return load("happn-3") as Happn;
}

/** What one call gave. */
export type Step = readonly [call: string, outcome: Json];

class Log {
  readonly steps: Step[] = [];

  /** Awaits a call and writes down what it gave, or the error. */
  async call(name: string, run: () => Promise<Json>): Promise<Json> {
    try {
      const value = await run();
      this.steps.push([name, normalised(value)]);
      return value;
    } catch (error) {
      this.steps.push([name, { failed: (error as Error).message }]);
      return undefined;
    }
  }

  note(name: string, value: Json): void {
    this.steps.push([name, normalised(value)]);
  }
}

/** What a client hears; each item can be waited for. */
class Ear {
  readonly #heard: Json[] = [];
  readonly #bell = new EventEmitter();

  readonly handler: Handler = (data, meta) => {
    const { action, channel, path, consistency, type } = meta;
    this.#heard.push({ data, action, channel, path, consistency, type, keys: keysOf(meta) });
    this.#bell.emit("heard");
  };

  async next(count = 1): Promise<Json> {
    while (this.#heard.length < count) await once(this.#bell, "heard");
    return this.#heard.splice(0, count);
  }

  /** What came without having been waited for. */
  rest(): Json {
    return this.#heard.splice(0);
  }
}

interface Subscribed {
  readonly id: number;
  readonly response: Json;
}

/** Subscribes; the library takes a handler, so that only callbacks can tell of its end. */
function subscribe(
  client: HappnClient,
  path: string,
  options: object,
  { handler }: Ear,
): Promise<Subscribed> {
  return new Promise((resolve, reject) => {
    client.on(path, options, handler, (error, id, response) => {
      if (error instanceof Error) reject(error);
      else resolve({ id, response });
    });
  });
}

/** Everything a program may call, in one go. */
export async function driveHappn3({ client }: Happn, port: number): Promise<Step[]> {
  const log = new Log();
  const options = { host: "127.0.0.1", port, info: { who: "test" } };
  const alice = await client.create(options);
  const bob = await client.create({ ...options, info: { who: "bob" } });
  log.note("create", alice.session);

  await driveStore(log, alice);
  await driveSubscriptions(log, alice, bob);
  await driveOptions(log, alice, bob);
  await driveReconnect(log, alice, bob);
  await log.call("disconnect", () => bob.disconnect());
  await log.call("set after disconnect", () => bob.set("/late", {}));
  await log.call("disconnect the other", () => alice.disconnect());
  return log.steps;
}

async function driveStore(log: Log, alice: HappnClient): Promise<void> {
  const values: readonly (readonly [string, Json])[] = [
    ["object", { a: 1, nested: { b: [1, 2] } }],
    ["array", [1, "two", null]],
    ["number", 7],
    ["text", "ü text"],
    ["boolean", false],
    ["null", null],
    ["nothing", undefined],
  ];
  for (const [kind, value] of values) {
    await log.call(`set ${kind}`, () => alice.set(`/values/${kind}`, value, {}));
    await log.call(`get ${kind}`, () => alice.get(`/values/${kind}`));
  }
  await log.call("set again", () => alice.set("/values/object", { c: 3 }));
  await log.call("set merge", () => alice.set("/values/object", { d: 4 }, { merge: true }));
  await log.call("get merged", () => alice.get("/values/object"));
  await log.call("set merge where nothing is", () => alice.set("/m", { a: 1 }, { merge: true }));
  await log.call("set noStore", () => alice.set("/gone", { a: 1 }, { noStore: true }));
  await log.call("get after noStore", () => alice.get("/gone"));
  await log.call("get a wildcard", () => alice.get("/values/*"));
  await log.call("get a wildcard of nothing", () => alice.get("/none/*"));
  await log.call("getPaths", () => alice.getPaths("/values/*"));
  for (const n of [1, 2, 3]) {
    await log.call(`set ${n} to query`, () => alice.set(`/query/${n}`, { n, half: n / 2 }));
  }
  await log.call("get with criteria", () => alice.get("/query/*", { criteria: { n: { $gt: 1 } } }));
  await log.call("get with fields", () => alice.get("/query/1", { fields: { half: 1 } }));
  await log.call("get sorted and limited", () =>
    alice.get("/query/*", { options: { sort: { n: -1 }, limit: 2 } }),
  );
  await log.call("get with a callback", () => {
    return new Promise((resolve) =>
      alice.get("/query/1", {}, (error, data) => resolve({ error, data })),
    );
  });
  await log.call("set tag", () => alice.set("/query/1", null, { tag: "first" }));
  await log.call("get what was tagged", () => alice.get("/query/1"));
  await log.call("get tags", async () =>
    ((await alice.get("/_TAGS/query/1/*")) as { data: Json }[]).map(({ data }) => data),
  );
  await log.call("setSibling", () => alice.setSibling("/siblings", { a: 1 }));
  await log.call("get siblings", async () => ((await alice.get("/siblings/*")) as Json[]).length);
  await log.call("remove", () => alice.remove("/values/text"));
  await log.call("remove again", () => alice.remove("/values/text"));
  await log.call("remove a wildcard", () => alice.remove("/values/n*"));
  await log.call("get what is left", () => alice.getPaths("/values/*"));
}

async function driveSubscriptions(log: Log, alice: HappnClient, bob: HappnClient): Promise<void> {
  const ear = new Ear();
  await alice.set("/news/old", { n: 0 });
  const on = async (name: string, path: string, options: object): Promise<number> => {
    const found = await log.call(name, () => subscribe(alice, path, options, ear));
    return (found as Subscribed).id;
  };
  const setId = await on("on set", "/news/one", { event_type: "set" });
  await log.call("set heard", () => bob.set("/news/one", { n: 1 }));
  log.note("heard", await ear.next());
  await log.call("remove not heard on set", () => bob.remove("/news/one"));
  const anyId = await on("on a wildcard", "/news/*", {});
  await log.call("set heard twice", () => bob.set("/news/one", { n: 2 }));
  log.note("heard on two channels", byChannel(await ear.next(2)));
  await log.call("remove heard on all", () => bob.remove("/news/one"));
  log.note("heard the removal", await ear.next());
  await log.call("off by id", () => alice.off(setId));
  await log.call("set heard once", () => bob.set("/news/one", { n: 3 }));
  log.note("heard once", await ear.next());
  await log.call("off the wildcard", () => alice.off(anyId));
  await log.call("set heard by nobody", () => bob.set("/news/one", { n: 4 }));

  const removalId = await on("on remove", "/brief", { event_type: "remove" });
  await log.call("set not heard on remove", () => bob.set("/brief", { n: 5 }));
  await log.call("remove heard on remove", () => bob.remove("/brief"));
  log.note("heard the removal alone", await ear.next());
  await log.call("off the removals", () => alice.off(removalId));

  await on("on for one event", "/count", { event_type: "set", count: 1 });
  await log.call("set counted", () => bob.set("/count", { n: 1 }));
  log.note("heard the one", await ear.next());
  await log.call("set beyond the count", () => bob.set("/count", { n: 2 }));

  await on("on twice", "/twice", { event_type: "set" });
  await on("on twice, again", "/twice", { event_type: "set" });
  await log.call("set for two listeners", () => bob.set("/twice", { n: 1 }));
  log.note("heard by both listeners", await ear.next(2));
  await log.call("offPath", () => alice.offPath("/twice"));
  await log.call("set after offPath", () => bob.set("/twice", { n: 2 }));

  await on("on with initialCallback", "/news/*", { event_type: "set", initialCallback: true });
  await log.call("offPath again", () => alice.offPath("/news/*"));
  await on("on with initialEmit", "/news/*", { event_type: "set", initialEmit: true });
  log.note("initial values", await ear.next(2));
  await log.call("onAll", () => {
    return new Promise((resolve) => alice.onAll(ear.handler, (error) => resolve({ error })));
  });
  await log.call("set heard by all", () => bob.set("/anything", { n: 1 }));
  log.note("heard on the catch-all", await ear.next());
  await log.call("offAll", () => alice.offAll());
  await log.call("set after offAll", () => bob.set("/anything", { n: 2 }));
  // An answer to alice comes behind everything that she was sent before.
  await alice.get("/anything");
  log.note("heard nothing else", ear.rest());
}

async function driveOptions(log: Log, alice: HappnClient, bob: HappnClient): Promise<void> {
  const ear = new Ear();
  await subscribe(alice, "/options/*", { event_type: "set" }, ear);
  await log.call("set with meta", () => bob.set("/options/a", { n: 1 }, { meta: { mine: "yes" } }));
  log.note("heard with meta", await ear.next());
  await log.call("set noPublish", () => bob.set("/options/a", { n: 2 }, { noPublish: true }));
  await log.call("set for others", () => bob.set("/options/a", { n: 3 }, { targetClients: [] }));
  const { id } = alice.session;
  await log.call("set for her", () => bob.set("/options/a", { n: 4 }, { targetClients: [id] }));
  log.note("heard as the target", await ear.next());
  await log.call("set with publishResults", () =>
    bob.set("/options/a", { n: 5 }, { publishResults: true }),
  );
  log.note("heard with results", await ear.next());
  for (const consistency of [0, 1, 2, 3]) {
    const asks = consistency === 1 || consistency === 3;
    let tell: (what: Json) => void = () => undefined;
    const published = new Promise<Json>((resolve) => {
      tell = resolve;
    });
    const onPublished = (error: Error | null, results: Json) =>
      tell(error === null ? results : { failed: error.message });
    await log.call(`set with consistency ${consistency}`, () =>
      bob.set("/options/a", { consistency }, asks ? { consistency, onPublished } : { consistency }),
    );
    if (asks) log.note(`published with consistency ${consistency}`, await published);
    log.note(`heard with consistency ${consistency}`, await ear.next());
  }
  await alice.get("/options/a");
  log.note("heard nothing beside", ear.rest());
}

/** The connection breaks; the library connects again by itself and subscribes anew. */
async function driveReconnect(log: Log, alice: HappnClient, bob: HappnClient): Promise<void> {
  const ear = new Ear();
  await subscribe(alice, "/again/*", { event_type: "set" }, ear);
  const before = alice.session.id;
  const events: string[] = [];
  alice.onEvent("reconnect-scheduled", () => events.push("scheduled"));
  const unheard = alice.onEvent("reconnect-successful", () => events.push("not any more"));
  alice.offEvent(unheard);
  alice.offSystemMessage(alice.onSystemMessage(() => events.push("not any more")));
  const isBack = new Promise<void>((resolve) => {
    alice.onEvent("reconnect-successful", () => resolve());
  });
  alice.socket.socket._socket.destroy();
  await isBack;
  log.note("reconnected", { events, hasAnotherSession: alice.session.id !== before });
  await log.call("set after the reconnect", () => bob.set("/again/a", { n: 1 }));
  log.note("heard after the reconnect", await ear.next());
  await log.call("get after the reconnect", () => alice.get("/again/a"));
  await log.call("set of the one who came back", () => alice.set("/again/b", { n: 2 }));
}

/** Waits for what a client is told when its server stops. */
export async function farewellOf(client: HappnClient, stop: () => void): Promise<Json> {
  const told = new Promise((resolve) => {
    client.onSystemMessage((key, data) => resolve({ key, data }));
  });
  const ended = new Promise<string>((resolve) => {
    client.onEvent("connection-ended", () => resolve("ended"));
  });
  stop();
  return { told: await told, connection: await ended };
}

function byChannel(heard: Json): Json {
  return [...(heard as { channel: string }[])].sort((left, right) =>
    left.channel < right.channel ? -1 : 1,
  );
}

function keysOf(meta: Record<string, Json>): readonly string[] {
  return Object.keys(meta).sort((left, right) => (left < right ? -1 : 1));
}

const TIMES = ["created", "modified", "timestamp"];
const OWN = ["id", "sessionId", "publicationId", "publicKey", "name"];

/** Without what is each server's own: ids, keys, times, its name. */
function normalised(value: Json): Json {
  const text = JSON.stringify(value, (key, field: unknown) => {
    // Items of a pattern get may have it (STO-6).
    if (key === "_id") return undefined;
    if (OWN.includes(key) && typeof field === "string") return `<${key}>`;
    if (TIMES.includes(key) && typeof field === "number") return "<time>";
    if (typeof field !== "string") return field;
    return field.replaceAll(/\/siblings\/.*/g, "/siblings/<id>");
  });
  return text === undefined ? null : (JSON.parse(text) as Json);
}
