import { describe, expect, it } from "vitest";

import type { JsonObject } from "../src/protocol/index.js";
import { ACKNOWLEDGE_TIMEOUT_MS } from "./acknowledgement.js";
import { Conversation, EPOCH_MS, told, type Heard } from "./conversation.js";

/** c1 writes, c2 and c3 listen. */
function listening(profile: "1.x" | "13.x" = "1.x"): Conversation {
  const talk = new Conversation(profile, "c1", "c2", "c3");
  talk.on("c2", "/SET@/a");
  talk.on("c3", "/SET@/*");
  return talk;
}

function kinds(heard: readonly Heard[]): readonly string[] {
  return heard.map(({ to, frame }) => `${to} ${frame.kind}`);
}

function ackOf(heard: readonly Heard[]): unknown {
  return heard.find(({ frame }) => frame.kind === "publication-ack")?.frame;
}

describe("a publication", () => {
  it("has the content of the answer, and says who wrote what and by which channel it comes", () => {
    const heard = listening().set("c1", "/a", { x: 1 });

    expect(kinds(heard)).toEqual(["c2 publication", "c3 publication", "c1 response"]);
    expect(heard[1]?.frame).toEqual({
      kind: "publication",
      data: { x: 1 },
      meta: {
        created: EPOCH_MS + 6,
        modified: EPOCH_MS + 6,
        path: "/a",
        channel: "/SET@/*",
        action: "/SET@/a",
        type: "data",
        sessionId: "s1",
        consistency: 2,
        publicationId: "s1-3",
      },
    });
  });

  it("reaches the one who wrote, too", () => {
    const talk = listening();
    talk.on("c1", "/ALL@/a");

    expect(told(talk.set("c1", "/a", 1))).toContain('c1 "/ALL@/a"');
  });

  it("is sent to nobody with noPublish, and the answer says so", () => {
    const heard = listening().set("c1", "/a", 1, { noPublish: true, consistency: 3 });

    expect(kinds(heard)).toEqual(["c1 response"]);
    expect(heard[0]?.frame).toMatchObject({ meta: { published: false } });
  });

  it("is said to have happened also where nobody listens", () => {
    const heard = listening().set("c1", "/nobody/there", 1, { publishResults: true });

    expect(heard.at(-1)?.frame).toMatchObject({ meta: { published: true } });
  });

  it("takes over the keys of options.meta that are free, and stores none of them", () => {
    const talk = listening();
    const meta: JsonObject = { componentVersion: "1.0.0", path: "no", channel: "no", own: [1] };
    const heard = talk.set("c1", "/a", 1, { meta });

    expect(heard[0]?.frame).toMatchObject({
      meta: { componentVersion: "1.0.0", own: [1], path: "/a", channel: "/SET@/a" },
    });
    expect(heard.at(-1)?.frame).not.toHaveProperty("meta.own");
    expect(talk.ask("c1", "get", { path: "/a" }).meta).not.toHaveProperty("own");
    expect(kinds(talk.set("c1", "/a", 1, { meta: "none" }))).toHaveLength(3);
  });

  it("is named by the eventId as it is written, where that is no number", () => {
    const talk = listening();
    const [heard] = talk.sendText("c1", '{"action":"set","path":"/a","eventId":"x y"}');

    expect(heard?.frame).toMatchObject({ meta: { publicationId: "s1-x y" } });
  });
});

describe("targetClients", () => {
  it.each([
    [["s2"], ['c2 "/SET@/a"']],
    [["s3", "s1", "nobody"], ['c3 "/SET@/*"']],
    [[], []],
    ["s2", ['c2 "/SET@/a"', 'c3 "/SET@/*"']],
  ])("%j leaves %j", (targetClients, expected) => {
    expect(told(listening().set("c1", "/a", 1, { targetClients }))).toEqual(expected);
  });
});

describe("publishResults", () => {
  it("counts the frames in the answer", () => {
    const heard = listening().set("c1", "/a", 1, { publishResults: true });

    expect(heard.at(-1)?.frame).toMatchObject({
      meta: { publishResults: { successful: 2, failed: 0, skipped: 0, queued: 2 } },
    });
  });

  it("is not settled where a frame is optional", () => {
    const talk = new Conversation("1.x", "c1");
    talk.on("c1", "/SET@/a/*/c");
    for (const options of [{ publishResults: true }, { consistency: 3 }]) {
      const text = JSON.stringify({ action: "set", eventId: 9, path: "/a/b/c/d", options });

      expect(talk.take({ kind: "frame", connection: "c1", text })).toContainEqual(
        expect.objectContaining({ unsettled: true }),
      );
    }
  });
});

describe("consistency", () => {
  it.each([0, 1, 3])("%i answers first", (consistency) => {
    const heard = listening().set("c1", "/a", 1, { consistency });

    expect(kinds(heard).slice(0, 3)).toEqual(["c1 response", "c2 publication", "c3 publication"]);
    expect(heard[0]?.frame).toMatchObject({ meta: { published: false } });
    expect(heard[1]?.frame).toMatchObject({ meta: { consistency } });
  });

  it.each([undefined, null, 2, 7, "1"])("%j publishes first", (consistency) => {
    const heard = listening().set("c1", "/a", 1, consistency === undefined ? {} : { consistency });

    expect(kinds(heard).at(-1)).toBe("c1 response");
    expect(heard[0]?.frame).toMatchObject({ meta: { consistency: 2 } });
  });

  it("0 sends no publication-ack, or may, as the profile says", () => {
    const text = '{"action":"set","eventId":9,"path":"/a","options":{"consistency":0}}';
    const loose = listening("1.x").take({ kind: "frame", connection: "c1", text });
    const strict = listening("13.x").take({ kind: "frame", connection: "c1", text });

    expect(loose).toHaveLength(3);
    expect(strict[3]).toMatchObject({
      optional: true,
      frame: { action: "publication-ack", id: "s1-9" },
    });
  });

  it("1 tells the publisher at the end", () => {
    const heard = listening().set("c1", "/a", 1, { consistency: 1 });

    expect(heard.at(-1)).toEqual({
      to: "c1",
      frame: {
        kind: "publication-ack",
        id: "s1-3",
        status: "ok",
        result: { successful: 2, failed: 0, skipped: 0, queued: 2 },
        meta: { type: "ack", eventId: 3 },
      },
    });
  });
});

describe("consistency 3", () => {
  const options = { consistency: 3 };

  it("tells the publisher once everybody has acknowledged", () => {
    const talk = listening();
    talk.on("c2", "/SET@*");

    expect(ackOf(talk.set("c1", "/a", 1, options))).toBeUndefined();
    const ack = JSON.stringify({ action: "ack", data: "s1-4", sessionId: "s2" });
    for (const client of ["c2", "c3", "c3", "c1"]) {
      expect(ackOf(talk.sendText(client, ack))).toBeUndefined();
    }
    const heard = talk.send("c2", "ack", { data: "s1-4" });

    expect(kinds(heard)).toEqual(["c1 publication-ack", "c2 response"]);
    expect(ackOf(heard)).toMatchObject({
      status: "ok",
      result: { successful: 3, queued: 3, acknowledged: 3 },
    });
    expect(talk.state.acknowledgements).toEqual([]);
  });

  it("is acknowledged at once where nobody listens", () => {
    const talk = listening();

    expect(ackOf(talk.set("c1", "/b/c/d", 1, { ...options, targetClients: [] }))).toMatchObject({
      status: "ok",
    });
    expect(talk.send("c2", "ack")[0]?.frame).toMatchObject({ data: null });
  });

  it("is given up after its timeout, with what else happens then", () => {
    const talk = listening();
    talk.set("c1", "/a", 1, options);
    talk.sendText("c2", '{"action":"ack","data":"s1-3"}');
    talk.at += ACKNOWLEDGE_TIMEOUT_MS - 3;
    expect(talk.take({ kind: "tick" })).toEqual([]);
    const outputs = talk.take({ kind: "tick" });

    expect(outputs).toMatchObject([
      {
        connection: "c1",
        frame: { action: "publication-ack", status: "error", result: { acknowledged: 1 } },
      },
    ]);
    expect(ackOf(talk.sendText("c3", '{"action":"ack","data":"s1-3"}'))).toBeUndefined();
  });

  it("may be acknowledged with or without an answer where the ack has no eventId", () => {
    const text = '{"action":"ack","data":"s1-3","sessionId":"s2"}';

    expect(listening().take({ kind: "frame", connection: "c2", text })).toEqual([
      expect.objectContaining({ connection: "c2", optional: true }),
    ]);
    expect(listening().sendText("c2", '{"action":"ack"}')).toHaveLength(1);
  });

  it("is forgotten with its publisher", () => {
    const talk = listening();
    talk.set("c1", "/a", 1, options);
    talk.take({ kind: "end", connection: "c1" });

    expect(talk.state.acknowledgements).toEqual([]);
  });
});
