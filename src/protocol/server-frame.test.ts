import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseServerFrame } from "./server-frame.js";

describe("a server's frame", () => {
  it("is a response, with its data as it is or absent", () => {
    const meta = { type: "response", eventId: 1 };

    expect(parseServerFrame(JSON.stringify({ data: null, _meta: meta }))).toEqual({
      kind: "response",
      data: null,
      isList: false,
      meta,
    });
    expect(parseServerFrame(JSON.stringify({ _meta: meta }))).toMatchObject({ data: undefined });
  });

  it("is a list as a bare array that ends in the _meta of a response", () => {
    const meta = { type: "response", eventId: 1 };
    const item = { a: 1, _meta: { path: "/a" } };

    for (const last of [meta, { _meta: meta }]) {
      expect(parseServerFrame(JSON.stringify([item, last]))).toEqual({
        kind: "response",
        data: [item],
        isList: true,
        meta,
      });
    }
    expect(parseServerFrame(JSON.stringify([meta]))).toMatchObject({ data: [] });
  });

  it("is a publication, a publication-ack or a system frame by its type", () => {
    expect(parseServerFrame('{"data":1,"_meta":{"type":"data","path":"/a"}}')).toEqual({
      kind: "publication",
      data: 1,
      meta: { type: "data", path: "/a" },
    });
    expect(
      parseServerFrame('{"id":"p","status":"ok","result":{},"_meta":{"type":"ack","eventId":1}}'),
    ).toEqual({
      kind: "publication-ack",
      id: "p",
      status: "ok",
      result: {},
      meta: { type: "ack", eventId: 1 },
    });
    expect(parseServerFrame('{"_meta":{"type":"system"},"eventKey":"k","data":"d"}')).toEqual({
      kind: "system",
      eventKey: "k",
      data: "d",
    });
  });

  it("is a heartbeat or the close of the transport as a JSON string", () => {
    expect(parseServerFrame('"primus::pong::12"')).toEqual({ kind: "pong", stamp: "12" });
    expect(parseServerFrame('"primus::ping::12"')).toEqual({ kind: "ping", stamp: "12" });
    expect(parseServerFrame('"primus::server::close"')).toEqual({ kind: "server-close" });
  });

  it.each([
    ["{", "not JSON"],
    ['"hello"', "a string that is not the transport's"],
    ["7", "a JSON scalar"],
    ["null", "a JSON scalar"],
    ["{}", "no _meta"],
    ['{"_meta":[]}', "no _meta"],
    ['{"_meta":{"type":"else"}}', "no known _meta.type"],
    ["[]", "an array that does not end in a response _meta"],
    ["[7]", "an array that does not end in a response _meta"],
    ['[{"_meta":{"type":"data"}}]', "an array that does not end in a response _meta"],
  ])("is malformed as %j", (text, reason) => {
    expect(parseServerFrame(text)).toEqual({ kind: "malformed", reason });
  });

  it("is read whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseServerFrame(text).kind).toBeTypeOf("string");
      }),
    );
  });
});
