import { describe, expect, it } from "vitest";

import { parseClientFrame, parseServerFrame, type Request } from "../protocol/index.js";
import { clientFrameWords, serverFrameWords } from "./frame-words.js";

const client = (frame: unknown) => {
  const text = typeof frame === "string" ? frame : JSON.stringify(frame);
  return clientFrameWords(parseClientFrame(text), text);
};
const server = (frame: unknown, request: Request | null = null) => {
  const text = typeof frame === "string" ? frame : JSON.stringify(frame);
  return serverFrameWords(parseServerFrame(text), text, request);
};

describe("frame words", () => {
  it.each([
    [{ action: "set", eventId: 4, path: "/a", data: { x: 1 } }, '#4 set /a {"x":1}', "write"],
    [{ action: "set", eventId: 4, path: "/a" }, "#4 set /a (no data)", "write"],
    [
      { action: "set", eventId: 4, path: "/a", data: 1, options: { merge: true, tag: "t" } },
      '#4 set /a 1 (merge, tag "t")',
      "write",
    ],
    [
      {
        action: "on",
        eventId: 5,
        path: "/SET@/a/*",
        data: null,
        options: { event_type: "all", count: 0, listenerId: 1, refCount: 1, timeout: 60_000 },
      },
      "#5 on /SET@/a/*",
      "subscription",
    ],
    [{ action: "get", eventId: 6, path: "/a b" }, '#6 get "/a b"', "read"],
    [{ action: "constructor", eventId: 7 }, "#7 constructor", "malformed"],
    [{ action: "ack", data: "s-1" }, "ack of publication s-1", "publication"],
    ['"primus::ping::5"', "ping", "heartbeat"],
    ["{nonsense", "not JSON: {nonsense", "malformed"],
  ])("say of %j: %s", (frame, label, group) => {
    expect(client(frame)).toMatchObject({ label, group });
  });

  const request: Request = { action: "get", eventId: 6, path: "/a/*" };

  it.each([
    [
      { data: { x: 1 }, _meta: { type: "response", status: "ok", action: "get", eventId: 6 } },
      '#6 get /a/* ok {"x":1}',
    ],
    [
      [
        { x: 1, _meta: { path: "/a/b" }, _id: "/a/b" },
        { type: "response", status: "ok", action: "get", eventId: 6 },
      ],
      '#6 get /a/* ok 1 item: /a/b {"x":1}',
    ],
    [
      {
        _meta: {
          ...{ type: "response", status: "error", action: "get", eventId: 6 },
          error: { name: "AccessDenied", message: "no" },
        },
      },
      "#6 get /a/* error AccessDenied no",
    ],
  ])("say of the answer %j: %s", (frame, label) => {
    expect(server(frame, request)).toMatchObject({ label, group: "read", paths: ["/a/*"] });
  });

  it("name of a publication the channel that it is heard on", () => {
    const words = server({
      data: { x: 1 },
      _meta: { type: "data", action: "/SET@/a/b", path: "/a/b", channel: "/ALL@/a/*" },
    });

    expect(words).toMatchObject({
      label: 'heard on /ALL@/a/*: set /a/b {"x":1}',
      group: "publication",
      paths: ["/a/b", "/ALL@/a/*"],
    });
  });

  it("mark errors and frames that no server should write", () => {
    expect(server("nonsense").isBad).toBe(true);
    expect(server('"primus::server::close"')).toMatchObject({ label: "the server closes" });
  });

  it("stay short and on one line, whatever a payload holds", () => {
    const { label } = client({
      action: "set",
      eventId: 1,
      path: "/\u0000\n",
      data: "x".repeat(9_999),
    });

    expect(label.length).toBeLessThanOrEqual(240);
    expect(label).not.toMatch(/[\u0000\n]/); // eslint-disable-line no-control-regex
  });
});
