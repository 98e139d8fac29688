import { describe, expect, it } from "vitest";

import type { HistoryEvent, HistoryFact } from "./event.js";
import { Recording, sessionIdOf } from "./recording.js";

const SESSION = "31ac7240-25fa-4a39-8b93-5fb8610127c5";

function recordingOf(...facts: readonly HistoryFact[]): Recording {
  const events = facts.map((fact, index): HistoryEvent => ({ at: index * 10, ...fact }));
  return new Recording({
    header: {
      format: 1,
      target: "reference",
      profile: "1.x",
      mode: "concurrent",
      epochMs: 0,
      fresh: true,
    },
    events,
  });
}

const connect: HistoryFact = { kind: "connect", connection: "c1#1", client: "c1" };
const open: HistoryFact = { kind: "open", connection: "c1#1" };

function send(frame: object | string): HistoryFact {
  const text = typeof frame === "string" ? frame : JSON.stringify(frame);
  return { kind: "send", connection: "c1#1", operation: "o1", frame: text };
}

function arrive(of: number): HistoryFact {
  return { kind: "arrive", connection: "c1#1", of };
}

function write(frame: object): HistoryFact {
  return { kind: "write", connection: "c1#1", frame: JSON.stringify(frame) };
}

function answer(action: string, eventId: number, data: object | null = null): HistoryFact {
  return write({ data, _meta: { type: "response", status: "ok", action, eventId } });
}

describe("recording", () => {
  it("pairs an answer with its request by eventId", () => {
    const { exchanges, strays } = recordingOf(
      connect,
      open,
      send({ action: "set", eventId: 4, path: "/a" }),
      arrive(2),
      send({ action: "get", eventId: 5, path: "/a" }),
      arrive(4),
      answer("get", 5),
      answer("set", 4),
    );

    expect(
      exchanges.map(({ request, sendIndex, arriveIndex, arriveAt, answers }) => [
        request.eventId,
        sendIndex,
        arriveIndex,
        arriveAt,
        answers.map(({ writeIndex }) => writeIndex),
      ]),
    ).toEqual([
      [4, 2, 3, 30, [7]],
      [5, 4, 5, 50, [6]],
    ]);
    expect(strays).toEqual([]);
  });

  it("gives two requests with one eventId an answer each, the first to the first", () => {
    const { exchanges } = recordingOf(
      connect,
      send({ action: "get", eventId: 4, path: "/a" }),
      send({ action: "get", eventId: 4, path: "/b" }),
      arrive(1),
      arrive(2),
      answer("get", 4),
      answer("get", 4),
      answer("get", 4),
    );

    expect(exchanges.map(({ answers }) => answers.map(({ writeIndex }) => writeIndex))).toEqual([
      [5],
      [6, 7],
    ]);
  });

  it("tells requests with one eventId apart by action", () => {
    const { exchanges } = recordingOf(
      connect,
      send({ action: "get", eventId: 4, path: "/a" }),
      send({ action: "set", eventId: 4, path: "/a" }),
      arrive(1),
      arrive(2),
      answer("set", 4),
    );

    expect(exchanges.map(({ answers }) => answers.length)).toEqual([0, 1]);
  });

  it("calls an answer to nothing that has arrived a stray", () => {
    const { exchanges, strays } = recordingOf(
      connect,
      send({ action: "get", eventId: 4, path: "/a" }),
      answer("get", 4),
      answer("get", 9),
    );

    expect(strays.map(({ writeIndex }) => writeIndex)).toEqual([2, 3]);
    expect(exchanges[0]).toMatchObject({ arriveIndex: null, answers: [] });
  });

  it("keeps eventIds of different types apart", () => {
    const { strays } = recordingOf(
      connect,
      send({ action: "get", eventId: "4", path: "/a" }),
      arrive(1),
      answer("get", 4),
    );

    expect(strays).toHaveLength(1);
  });

  it("knows a connection's session by its first login", () => {
    const recording = recordingOf(
      connect,
      open,
      send({ action: "login", eventId: 1, data: {} }),
      arrive(2),
      answer("login", 1, { id: SESSION }),
    );

    expect(recording.connection("c1#1").sessionId).toBe(SESSION);
    expect(recording.connectionOfSession(SESSION)?.connection).toBe("c1#1");
    expect(recording.connectionOfSession("another")).toBeNull();
  });

  it("knows a session without login by a publication of its write", () => {
    const recording = recordingOf(
      connect,
      open,
      send({ action: "set", eventId: 1, path: "/a", data: {} }),
      arrive(2),
      write({
        data: {},
        _meta: {
          type: "data",
          path: "/a",
          action: "/SET@/a",
          sessionId: SESSION,
          publicationId: `${SESSION}-1`,
        },
      }),
    );

    expect(recording.connectionOfSession(SESSION)?.connection).toBe("c1#1");
    expect(recording.publications).toHaveLength(1);
  });

  it("does not guess between two sessions without login", () => {
    const recording = recordingOf(
      connect,
      { kind: "connect", connection: "c2#1", client: "c2" },
      send({ action: "set", eventId: 1, path: "/a" }),
      arrive(2),
      {
        kind: "send",
        connection: "c2#1",
        operation: null,
        frame: '{"action":"set","eventId":1,"path":"/a"}',
      },
      { kind: "arrive", connection: "c2#1", of: 4 },
      write({
        data: {},
        _meta: { type: "data", path: "/a", sessionId: SESSION, publicationId: `${SESSION}-1` },
      }),
    );

    expect(recording.connectionOfSession(SESSION)).toBeNull();
  });

  it("records when a connection opened, was left and ended", () => {
    const recording = recordingOf(
      connect,
      open,
      { kind: "leave", connection: "c1#1", how: "close" },
      { kind: "end", connection: "c1#1", by: "client", how: "close 1000" },
      { kind: "closed", connection: "c1#1", how: "close 1000" },
    );

    expect(recording.connection("c1#1")).toMatchObject({
      client: "c1",
      openIndex: 1,
      leaveIndex: 2,
      endIndex: 3,
    });
  });

  it("ends every connection with a crash, and a refused one at once", () => {
    const recording = recordingOf(
      connect,
      { kind: "connect", connection: "c2#1", client: "c2" },
      { kind: "refused", connection: "c2#1", reason: "http 503" },
      { kind: "crash", cause: "exit", message: "exit 1", frames: [] },
    );

    expect(recording.crashIndex).toBe(3);
    expect(recording.connection("c1#1").endIndex).toBe(3);
    expect(recording.connection("c2#1").endIndex).toBe(2);
  });

  it("pays no heed to frames that are no request and no answer", () => {
    const recording = recordingOf(connect, send('"primus::ping::1"'), arrive(1), send("not JSON"), {
      kind: "write",
      connection: "c1#1",
      frame: '"primus::pong::1"',
    });

    expect(recording.exchanges).toEqual([]);
    expect(recording.strays).toEqual([]);
    expect(recording.clientFrame(2)).toEqual({ kind: "ping", stamp: "1" });
    expect(recording.serverFrame(4)).toEqual({ kind: "pong", stamp: "1" });
  });

  it("refuses questions about events that do not exist or carry no frame", () => {
    const recording = recordingOf(connect);

    expect(() => recording.event(1)).toThrow("the history has no event 1");
    expect(() => recording.clientFrame(0)).toThrow("event 0 carries no client frame");
    expect(() => recording.serverFrame(0)).toThrow("event 0 carries no server frame");
    expect(() => recording.connection("c9#1")).toThrow("the history has no connection c9#1");
    expect(() => recordingOf(open)).toThrow("connection c1#1 was never opened");
  });

  it("finds no session id in what is no login answer", () => {
    expect([null, [], { id: 1 }, {}].map((data) => sessionIdOf(data))).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
