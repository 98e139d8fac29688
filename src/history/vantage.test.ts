import { describe, expect, it } from "vitest";

import type { HistoryFact, HistoryHeader } from "./event.js";
import { Recording } from "./recording.js";

const HEADER: HistoryHeader = {
  format: 1,
  target: "ws://localhost:1",
  profile: "1.x",
  mode: "concurrent",
  epochMs: null,
  fresh: false,
};

/** A history of one client each for the connections c1#1, c2#1 …, written event by event. */
class Script {
  readonly #events: HistoryFact[] = [{ kind: "started" }];

  connect(client: string, partial?: true): this {
    const connection = `${client}#1`;
    this.#events.push({ kind: "connect", connection, client, ...(partial && { partial }) });
    this.#events.push({ kind: "open", connection });
    return this;
  }

  send(client: string, frame: unknown): number {
    const connection = `${client}#1`;
    const text = JSON.stringify(frame);
    const of = this.#events.push({ kind: "send", connection, operation: null, frame: text }) - 1;
    return this.#events.push({ kind: "arrive", connection, of }) - 1;
  }

  write(client: string, frame: unknown): number {
    const text = JSON.stringify(frame);
    return this.#events.push({ kind: "write", connection: `${client}#1`, frame: text }) - 1;
  }

  /** A request and its answer; the indices of both. */
  ask(client: string, eventId: number): readonly [number, number] {
    const arrived = this.send(client, { action: "get", path: "/a", eventId });
    const meta = { type: "response", action: "get", eventId, status: "ok" };
    return [arrived, this.write(client, { data: null, _meta: meta })];
  }

  recording(header: Partial<HistoryHeader> = {}): Recording {
    const events = this.#events.map((fact, at) => ({ at, ...fact }));
    return new Recording({ header: { ...HEADER, ...header }, events });
  }
}

describe("vantage", () => {
  it("takes indices for moments where the server was watched", () => {
    const script = new Script().connect("c1").connect("c2");
    const first = script.write("c1", "primus::id::1");
    const second = script.write("c2", "primus::id::2");
    const { vantage } = script.recording();

    expect(vantage.isWrittenAfter(second, first)).toBe(true);
    expect(vantage.showsAllBefore("c1#1", second)).toBe(true);
  });

  it("does not tell the order of writes to two clients from when they were received", () => {
    const script = new Script().connect("c1").connect("c2");
    const first = script.write("c1", "primus::id::1");
    const second = script.write("c2", "primus::id::2");
    const { vantage } = script.recording({ boundary: "client" });

    expect(vantage.isWrittenAfter(second, first)).toBe(false);
  });

  it("tells it by a round trip in between", () => {
    const script = new Script().connect("c1").connect("c2");
    const first = script.write("c1", "primus::id::1");
    script.ask("c2", 1);
    const second = script.write("c2", "primus::id::2");
    const { vantage } = script.recording({ boundary: "client" });

    expect(vantage.isWrittenAfter(second, first)).toBe(true);
    expect(vantage.isWrittenAfter(first, second)).toBe(false);
  });

  it("tells the order of writes to one client", () => {
    const script = new Script().connect("c1");
    const first = script.write("c1", "primus::id::1");
    const second = script.write("c1", "primus::id::2");
    const { vantage } = script.recording({ boundary: "client" });

    expect(vantage.isWrittenAfter(second, first)).toBe(true);
  });

  it("knows all that was written once a later request is answered, or a later ping", () => {
    const script = new Script().connect("c1").connect("c2").connect("c3");
    const [asked, answered] = script.ask("c1", 1);
    script.send("c2", "primus::ping::1");
    const pong = script.write("c2", "primus::pong::1");
    const { vantage } = script.recording({ boundary: "client" });

    expect(vantage.showsAllBefore("c1#1", asked - 1)).toBe(true);
    expect(vantage.showsAllBefore("c1#1", asked)).toBe(false);
    expect(vantage.showsAllBefore("c2#1", answered)).toBe(true);
    expect(vantage.showsAllBefore("c2#1", answered, pong)).toBe(false);
    expect(vantage.showsAllBefore("c3#1", asked - 1)).toBe(false);
  });

  it("takes paths and patterns for its own that are within the namespace", () => {
    const { vantage } = new Script().recording({ boundary: "client", namespace: "hs7" });

    const own = ["/hs7/a", "hs7/a", "/hs7", "/hs7/*", "/_events/Node-hs7/c/*", "/a/hs7/**"];
    const others = ["/a", "*", "/*/hs7", "/hs7*", "/hs77/a", "/mesh/schema/description"];
    expect(own.filter((path) => !vantage.isOwn(path))).toEqual([]);
    expect(others.filter((path) => vantage.isOwn(path))).toEqual([]);
  });

  it("takes every path for its own in a server that nobody else has used or uses", () => {
    expect(new Script().recording({ fresh: true }).vantage.isOwn("/a")).toBe(true);
    expect(new Script().recording({ fresh: true, others: true }).vantage.isOwn("/a")).toBe(false);
  });

  it("learns no session from publications where others write as well", () => {
    const script = new Script().connect("c1");
    const path = "/a";
    script.send("c1", { action: "set", path, data: {}, eventId: 1 });
    const meta = { type: "data", path, action: `/SET@${path}`, channel: "/ALL@*" };
    script.write("c1", { data: {}, _meta: { ...meta, sessionId: "s", publicationId: "s-1" } });

    expect(script.recording({ fresh: true }).connection("c1#1").sessionId).toBe("s");
    expect(script.recording({ others: true }).connection("c1#1").sessionId).toBe(null);
  });
});
