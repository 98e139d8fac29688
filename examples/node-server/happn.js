/**
 * happn 1.3.0: what a request does, and who hears of it. Knows nothing of sockets.
 *
 * All of one frame is done before the next is looked at, so that whatever happens has one order.
 */
import { randomUUID } from "node:crypto";
import { clearTimeout, setTimeout } from "node:timers";

import { channelOf, isPattern, matches } from "./paths.js";
import { BadRequest } from "./query.js";
import { documentOf, isObject, listed, Store } from "./store.js";

const ACKNOWLEDGE_MS_MAX = 60_000;
/** What nests deeper is refused: whoever walks through it may run out of stack. */
const DEPTH_MAX = 500;
const QUEUED = 0;
const DEFERRED = 1;
const TRANSACTIONAL = 2;
const ACKNOWLEDGED = 3;
const CONSISTENCIES = [QUEUED, DEFERRED, TRANSACTIONAL, ACKNOWLEDGED];

const PROTOCOL = /^(happn|happn_1|(happn_)?1\.[0-3]\.0)$/;
const PING = /^primus::ping::/;

const RESERVED_META = new Set([
  ...["created", "modified", "path", "action", "type", "published", "status", "eventId"],
  ...["sessionId", "channel", "consistency", "publicationId"],
]);

const DESCRIPTION = { name: "node-server", secure: false, encryptPayloads: false, publicKey: "" };

const STOP_FRAME = {
  _meta: { type: "system" },
  eventKey: "server-side-disconnect",
  data: "server-side-disconnect",
};

const ACTIONS = {
  "configure-session": configure,
  describe: () => ({ data: DESCRIPTION }),
  login,
  set,
  get,
  remove,
  on,
  off,
  ack: (happn, session, request) => {
    happn.acknowledge(session, request.data);
    return { data: null };
  },
  disconnect: () => ({ data: null }),
};

/** A session: one connection's, from its opening to its end. */
class Session {
  id = randomUUID();
  protocol = "happn";
  /** By channel: what was subscribed, and how often. */
  subscriptions = new Map();

  /** @param {{ send(text: string): void, close(): void }} peer */
  constructor(peer) {
    this.peer = peer;
  }

  send(frame) {
    this.peer.send(JSON.stringify(frame));
  }

  subscribe(channel, count) {
    const total = (this.subscriptions.get(channel.text)?.count ?? 0) + count;
    if (total > 0) this.subscriptions.set(channel.text, { ...channel, count: total });
    else this.subscriptions.delete(channel.text);
  }

  unsubscribe(channel, count) {
    if (this.subscriptions.has(channel.text)) this.subscribe(channel, -count);
  }
}

export class Happn {
  store = new Store();
  #sessions = new Set();
  #unacknowledged = new Set();

  open(peer) {
    const session = new Session(peer);
    this.#sessions.add(session);
    return session;
  }

  end(session) {
    this.#sessions.delete(session);
    for (const waiting of this.#unacknowledged) {
      if (waiting.publisher === session) this.#settle(waiting);
    }
  }

  /** Tells everybody, and says goodbye. */
  stop() {
    for (const session of this.#sessions) {
      session.send(STOP_FRAME);
      session.peer.close();
    }
    for (const waiting of this.#unacknowledged) this.#settle(waiting);
  }

  /** Does what a text of a client's asks for. Whatever the text, it does not throw. */
  receive(session, text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof frame === "string") {
      if (PING.test(frame)) session.send(frame.replace(PING, "primus::pong::"));
    } else if (isObject(frame)) {
      if (Object.hasOwn(frame, "eventId")) this.#request(session, frame, depthOf(text));
      else if (frame.action === "ack") this.acknowledge(session, frame.data);
    }
  }

  #request(session, frame, depth) {
    const request = depth > DEPTH_MAX ? withoutDepth(frame) : own(frame);
    if (request.eventId === undefined) return;
    try {
      if (depth > DEPTH_MAX) throw new BadRequest("the request nests too deep");
      const isKnown = typeof request.action === "string" && Object.hasOwn(ACTIONS, request.action);
      if (!isKnown) throw new BadRequest("there is no such action");
      const answer = ACTIONS[request.action](this, session, request);
      if (answer !== null) this.answer(session, request, answer);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      const meta = { error: { name: "Error", message: error.message } };
      this.answer(session, request, { data: null, meta, status: "error" });
    }
  }

  /** @param answer `items` instead of `data` for a pattern: then the answer is an array */
  answer(session, { eventId, action, sessionId }, { data, items, meta, status = "ok" }) {
    const isAnonymous = action === "login" || action === "describe";
    const whole = {
      ...{ published: false, ...meta, type: "response", status, eventId },
      ...(typeof action === "string" ? { action } : {}),
      ...(sessionId === undefined || isAnonymous ? {} : { sessionId }),
    };
    session.send(items === undefined ? { data, _meta: whole } : [...items, whole]);
  }

  /**
   * Tells whoever listens of a write, and answers it.
   *
   * @param times what the `_meta` has of them
   */
  written(session, request, action, path, data, times) {
    const { noPublish, consistency: asked, targetClients, meta, publishResults } = request.options;
    const answer = { data, meta: { ...times, path } };
    if (noPublish === true) return answer;
    const consistency = CONSISTENCIES.includes(asked) ? asked : TRANSACTIONAL;
    const isFirst = consistency !== TRANSACTIONAL;
    if (isFirst) this.answer(session, request, answer);

    const publicationId = publicationIdOf(session, request);
    const added = Object.entries(isObject(meta) ? meta : {});
    const shared = {
      ...Object.fromEntries(added.filter(([key]) => !RESERVED_META.has(key))),
      ...{ ...times, path, action: `/${action}@${path}`, type: "data" },
      ...{ sessionId: session.id, consistency, publicationId },
    };
    const recipients = this.#listeners(action, path).filter(
      ([{ id }]) => !Array.isArray(targetClients) || targetClients.includes(id),
    );
    for (const [listener, channel] of recipients) {
      listener.send({ data, _meta: { ...shared, channel } });
    }
    if (isFirst) {
      this.#afterwards(session, request, consistency, recipients, publicationId);
      return null;
    }
    const frames = recipients.length;
    const results = { successful: frames, failed: 0, skipped: 0, queued: frames };
    Object.assign(answer.meta, { published: true });
    if (publishResults === true) Object.assign(answer.meta, { publishResults: results });
    return answer;
  }

  acknowledge(session, publicationId) {
    for (const waiting of this.#unacknowledged) {
      const index = waiting.id === publicationId ? waiting.sessions.indexOf(session) : -1;
      if (index < 0) continue;
      waiting.sessions.splice(index, 1);
      if (waiting.sessions.length === 0) this.#settle(waiting, "ok");
      return;
    }
  }

  #listeners(action, path) {
    return [...this.#sessions].flatMap((session) =>
      [...session.subscriptions.values()]
        .filter((held) => held.action === action || held.action === "ALL")
        .filter((held) => matches(held.path, path))
        .map((held) => [session, held.text]),
    );
  }

  /** The publication-ack: now, or once everybody has acknowledged. */
  #afterwards(publisher, { eventId }, consistency, recipients, id) {
    if (consistency === QUEUED) return;
    const frames = recipients.length;
    const sessions = consistency === ACKNOWLEDGED ? recipients.map(([session]) => session) : [];
    const waiting = { id, publisher, eventId, frames, sessions, timer: undefined };
    this.#unacknowledged.add(waiting);
    if (sessions.length === 0) this.#settle(waiting, "ok");
    else waiting.timer = setTimeout(() => this.#settle(waiting, "error"), ACKNOWLEDGE_MS_MAX);
  }

  /** @param status absent: there is nobody left to tell */
  #settle(waiting, status) {
    clearTimeout(waiting.timer);
    this.#unacknowledged.delete(waiting);
    if (status === undefined) return;
    const { id, publisher, eventId, frames, sessions } = waiting;
    publisher.send({
      ...{ id, action: "publication-ack", status },
      ...(status === "error" ? { error: "unacknowledged publication" } : {}),
      result: {
        ...{ successful: frames, failed: 0, skipped: 0, queued: frames },
        acknowledged: frames - sessions.length,
      },
      _meta: { type: "ack", eventId },
    });
  }
}

function configure(_happn, session, { data }) {
  const protocol = isObject(data) ? data.protocol : undefined;
  if (typeof protocol !== "string" || !PROTOCOL.test(protocol)) {
    throw new BadRequest("unknown protocol");
  }
  session.protocol = protocol;
  return { data: null };
}

function login(_happn, session, { data = {} }) {
  if (!isObject(data)) throw new BadRequest("the data of a login is an object");
  const { id, protocol } = session;
  const { info } = data;
  return { data: { id, protocol, happn: DESCRIPTION, ...(info === undefined ? {} : { info }) } };
}

function set(happn, session, request) {
  const { options } = request;
  const path = pathOf(request);
  const added = documentOf(request.data);
  if (options.noStore === true) return happn.written(session, request, "SET", path, added, {});
  if (options.tag !== undefined) return tag(happn, session, request, path);
  const { store } = happn;
  const target = options.set_type === "sibling" ? `${path}/${store.newId()}` : path;
  const data = options.merge === true ? store.merged(target, added) : added;
  const { created, modified } = store.write(target, data);
  return happn.written(session, request, "SET", target, data, { created, modified });
}

/** Keeps a snapshot of what is there. */
function tag(happn, session, request, path) {
  const { store } = happn;
  const present = store.at(path);
  if (present === undefined) throw new BadRequest("there is nothing to tag");
  if (request.data !== undefined && request.data !== null) {
    throw new BadRequest("a tag takes no new data");
  }
  const target = `/_TAGS${path.startsWith("/") ? "" : "/"}${path}/${store.newId()}`;
  const data = { data: present.data, _tag: request.options.tag, path: target };
  const { created, modified } = store.write(target, data);
  return happn.written(session, request, "SET", target, data, { created, modified });
}

function get({ store }, _session, request) {
  const path = pathOf(request);
  const { items, isPathOnly, shown } = store.read(path, request.options);
  if (isPattern(path)) {
    if (isPathOnly) return { items: items.map((item) => ({ _meta: { path: item.path } })) };
    return { items: items.map((item) => listed({ ...item, data: shown(item.data) })) };
  }
  const [item] = items;
  if (item === undefined) return { data: null };
  const { created, modified } = item;
  return { data: shown(item.data), meta: { created, modified, path } };
}

function remove(happn, session, request) {
  const path = pathOf(request);
  const removed = happn.store.remove(path);
  const timestamp = happn.store.now();
  return happn.written(session, request, "REMOVE", path, { removed }, { timestamp });
}

function on({ store }, session, request) {
  const { options } = request;
  const channel = channelOf(pathOf(request));
  if (channel === null) throw new BadRequest("no /SET@, /REMOVE@ or /ALL@ and a path");
  session.subscribe(channel, countOf(options));
  if (options.initialEmit !== true && options.initialCallback !== true) return { data: {} };
  const items = store.find(channel.path).toSorted((left, right) => left.order - right.order);
  for (const item of options.initialEmit === true ? items : []) {
    emit(session, request, channel, item);
  }
  return { data: items.map(listed) };
}

function emit(session, request, { text }, { data, path, created, modified }) {
  const _meta = {
    ...{ created, modified, path, channel: text, action: `/ON@${text}`, type: "data" },
    ...{ sessionId: session.id, consistency: TRANSACTIONAL },
    publicationId: publicationIdOf(session, request),
  };
  session.send({ data, _meta });
}

function off(_happn, session, { path, options }) {
  const channel = channelOf(path);
  if (path === "*") session.subscriptions.clear();
  else if (channel === null) throw new BadRequest("no /SET@, /REMOVE@ or /ALL@ and a path");
  else session.unsubscribe(channel, countOf(options));
  return { data: {} };
}

function publicationIdOf({ id }, { eventId }) {
  return `${id}-${typeof eventId === "string" ? eventId : JSON.stringify(eventId)}`;
}

function pathOf({ path }) {
  if (typeof path !== "string" || path === "")
    throw new BadRequest("the path is no text, or empty");
  return path;
}

function countOf({ refCount }) {
  return Number.isSafeInteger(refCount) ? refCount : 1;
}

/** The fields of a request, and nothing that objects have by themselves. */
function own(frame) {
  const field = (name) => (Object.hasOwn(frame, name) ? frame[name] : undefined);
  const options = field("options");
  return {
    ...{ action: field("action"), eventId: field("eventId"), path: field("path") },
    ...{ data: field("data"), sessionId: field("sessionId") },
    options: Object.assign(Object.create(null), isObject(options) ? options : {}),
  };
}

/** What can be said again of what nests too deep. */
function withoutDepth(frame) {
  const scalar = ([, value]) => typeof value !== "object" || value === null;
  return own(Object.fromEntries(Object.entries(frame).filter(scalar)));
}

/** How deep the brackets outside of strings nest. */
function depthOf(text) {
  let [depth, deepest, isText] = [0, 0, false];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isText && character === "\\") index += 1;
    else if (character === '"') isText = !isText;
    else if (isText) continue;
    else if (character === "{" || character === "[") deepest = Math.max(deepest, (depth += 1));
    else if (character === "}" || character === "]") depth -= 1;
  }
  return deepest;
}
