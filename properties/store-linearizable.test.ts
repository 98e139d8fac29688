import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json, JsonObject } from "../src/protocol/index.js";
import { HistoryBuilder, REFUSED, type Sent } from "./history-builder.js";
import type { Violation } from "./property.js";
import { storeLinearizable } from "./store-linearizable.js";

/** A script in which c1, c2 and c3 are connected. */
class Script extends HistoryBuilder {
  constructor(header: ConstructorParameters<typeof HistoryBuilder>[0] = {}) {
    super(header);
    this.connect("c1", "c2", "c3");
  }

  /** A set and its answer. */
  wrote(client: string, path: string, data: Json, options: JsonObject = {}, answered?: Json): this {
    this.answer(
      this.set(client, path, data, options),
      answered === undefined ? {} : { data: answered },
    );
    return this;
  }

  removed(client: string, path: string, removed: number): this {
    this.answer(this.remove(client, path), { data: { removed } });
    return this;
  }

  ask(client: string, path: string, options?: JsonObject): Sent {
    return this.send(client, {
      action: "get",
      path,
      ...(options === undefined ? {} : { options }),
    });
  }

  got(client: string, path: string, data: Json): this {
    const { connection, frame } = this.ask(client, path);
    const { eventId = null } = frame;
    this.write(connection, {
      data,
      _meta: { type: "response", status: "ok", published: false, eventId, action: "get" },
    });
    return this;
  }

  /** A pattern `get` and its answer. */
  listed(client: string, pattern: string, items: Readonly<Record<string, JsonObject>>): this {
    return this.list(this.ask(client, pattern), items);
  }

  list(sent: Sent, items: Readonly<Record<string, JsonObject>>): this {
    const { eventId } = sent.frame;
    this.write(sent.connection, [
      ...Object.entries(items).map(([path, data]) => ({
        ...data,
        _meta: { created: 1, modified: 1, path, _id: path },
      })),
      { type: "response", status: "ok", published: false, eventId: eventId ?? null, action: "get" },
    ]);
    return this;
  }

  judge(profile: "1.x" | "13.x" = "1.x") {
    return storeLinearizable.check(this.recording(), profileOf(profile));
  }

  /** The one violation. */
  violation(): Violation {
    const finding = this.judge();
    if (finding.validity !== "invalid") throw new Error(`the finding is ${finding.validity}`);
    expect(finding.violations).toHaveLength(1);
    return finding.violations[0] as Violation;
  }
}

const A = "/a/b";

describe("store-linearizable accepts", () => {
  it("what one client writes and reads, in every form", () => {
    const finding = new Script()
      .got("c1", A, null)
      .wrote("c1", A, { x: 1 })
      .got("c2", A, { x: 1 })
      .wrote("c1", A, [1, 2], {}, { value: [1, 2] })
      .got("c2", A, { value: [1, 2] })
      .wrote("c1", A, { y: 1, _meta: { own: 1 } }, {}, { y: 1 })
      .got("c2", A, { y: 1 })
      .removed("c1", A, 1)
      .removed("c1", A, 0)
      .got("c2", A, null)
      .judge();

    expect(finding).toEqual({ validity: "valid", exercised: 10 });
  });

  it("either value while a write is under way, and the new one after it was seen", () => {
    const script = new Script().wrote("c1", A, { x: 1 });
    const write = script.set("c1", A, { x: 2 });
    script.got("c2", A, { x: 1 }).got("c3", A, { x: 2 });
    script.answer(write);

    expect(script.judge().validity).toBe("valid");
  });

  it("a write without an answer that takes effect late, or never", () => {
    const never = new Script();
    never.set("c1", A, { x: 1 });
    const late = new Script();
    late.set("c1", A, { x: 1 });

    expect(never.got("c2", A, null).judge().validity).toBe("valid");
    expect(late.got("c2", A, null).got("c2", A, { x: 1 }).judge().validity).toBe("valid");
  });

  it("merges of several clients that all survive", () => {
    const script = new Script().wrote("c1", A, { x: 1 });
    const one = script.set("c1", A, { y: { p: 1 } }, { merge: true });
    const other = script.set("c2", A, { y: { q: 1 }, z: 2 }, { merge: true });
    script.answer(other, { data: { x: 1, y: { q: 1 }, z: 2 } });
    script.answer(one, { data: { x: 1, y: { p: 1 }, z: 2 } });

    expect(script.got("c3", A, { x: 1, y: { p: 1 }, z: 2 }).judge().validity).toBe("valid");
  });

  it("each way to take an explicit null in a merge", () => {
    for (const left of [{ x: 1 }, { x: null }]) {
      const script = new Script().wrote("c1", A, { x: 1 });
      script.wrote("c1", A, { x: null }, { merge: true }, left).got("c2", A, left);

      expect(script.judge().validity).toBe("valid");
    }
  });

  it("a pattern get that is a snapshot, with or without what may match", () => {
    const both = { "/a/x/c": { n: 1 }, "/a/x/c/d": { n: 2 } };
    const one = { "/a/x/c": { n: 1 } };
    for (const items of [both, one]) {
      const script = new Script()
        .wrote("c1", "/a/x/c", { n: 1 })
        .wrote("c1", "/a/x/c/d", { n: 2 })
        .wrote("c1", "/b", { n: 3 })
        .listed("c2", "/a/*/c", items);

      expect(script.judge().validity).toBe("valid");
    }
  });

  it("a pattern remove that takes what may match with it, or leaves it", () => {
    for (const count of [1, 2]) {
      const script = new Script()
        .wrote("c1", "/a/x/c", { n: 1 })
        .wrote("c1", "/a/x/c/d", { n: 2 })
        .removed("c1", "/a/*/c", count)
        .got("c2", "/a/x/c/d", count === 1 ? { n: 2 } : null);

      expect(script.judge().validity).toBe("valid");
    }
  });

  it("a remove with options that no clause knows, whatever it took", () => {
    for (const left of [{ x: 1 }, null]) {
      const script = new Script().wrote("c1", A, { x: 1 });
      const removed = script.remove("c1", "/a/*", { criteria: { x: 7 } });
      script.answer(removed, { data: { removed: 0 } });

      expect(script.got("c2", A, left).judge().validity).toBe("valid");
    }
  });

  it("anything at a path that the server held before, as long as it stays so", () => {
    const used = () => new Script({ fresh: false });

    expect(used().got("c1", A, { x: 1 }).got("c2", A, { x: 1 }).judge().validity).toBe("valid");
    expect(used().removed("c1", "/a/*", 7).got("c2", A, null).judge().validity).toBe("valid");
    expect(used().got("c1", A, { x: 1 }).got("c2", A, { x: 2 }).judge().validity).toBe("invalid");
  });

  it("the server's own items, which nobody counts, in a remove that takes them in", () => {
    const script = new Script().wrote("c1", A, { x: 1 });

    expect(script.removed("c2", "*", 7).removed("c2", "/a/*", 0).judge().validity).toBe("valid");
  });

  it("what noStore and refused writes left alone, and reads of parts", () => {
    const script = new Script()
      .wrote("c1", A, { x: 1 })
      .wrote("c1", A, { x: 2 }, { noStore: true });
    script.answer(script.set("c1", A, { x: 3 }), { data: null, meta: REFUSED });
    script.answer(script.ask("c1", A, { fields: { y: 1 } }), { data: {} });

    expect(script.got("c2", A, { x: 1 }).judge()).toEqual({ validity: "valid", exercised: 2 });
  });

  it("siblings at the path that their answer names, and unanswered ones anywhere under theirs", () => {
    const named = new Script();
    named.answer(named.set("c1", "/a", { n: 1 }, { set_type: "sibling" }), {
      meta: { path: "/a/17" },
    });
    const nameless = new Script();
    nameless.set("c1", "/a", { n: 1 }, { set_type: "sibling" });

    expect(named.listed("c2", "/a/*", { "/a/17": { n: 1 } }).judge().validity).toBe("valid");
    expect(
      nameless
        .listed("c2", "/a/*", {})
        .listed("c2", "/a/*", { "/a/17": { n: 1 } })
        .removed("c2", "/a/*", 1)
        .judge().validity,
    ).toBe("valid");
  });
});

describe("store-linearizable rejects", () => {
  it("a read of a value that was replaced, and says what was possible", () => {
    const violation = new Script()
      .wrote("c1", A, { x: 1 })
      .wrote("c2", A, { x: 2 })
      .got("c3", A, { x: 1 })
      .violation();

    expect(violation).toMatchObject({
      clause: "STO-10",
      shape: ["get", "stale-value", "set", "in-turn", "path"],
    });
    expect(violation.message).toMatch(
      /^c3 got \{"x":1\} at "\/a\/b" at \d+ ms, but the only value possible was \{"x":2\}$/,
    );
    expect(violation.expected).toMatch(
      /After c1's set at "\/a\/b" \(\d+ ms\), c2's set at "\/a\/b" \(\d+ ms\), there was \{"x":2\}\.$/,
    );
    expect(violation.evidence).toHaveLength(6);
  });

  it("with the order that goes furthest as data", () => {
    const { linearization } = new Script()
      .wrote("c1", A, { x: 1 })
      .removed("c2", A, 1)
      .got("c3", A, { x: 1 })
      .violation();

    expect(
      linearization?.steps.map(({ client, words, changes }) => [client, words, changes]),
    ).toEqual([
      ["c1", 'set "/a/b" {"x":1}', [{ subject: A, value: '{"x":1}' }]],
      ["c2", 'remove "/a/b" → 1 removed', [{ subject: A, value: "" }]],
    ]);
    expect(linearization?.culprit.words).toBe('get "/a/b" → {"x":1}');
    expect(linearization?.refuted.map(({ why }) => why)).toEqual(["there was nothing"]);
  });

  it.each([
    [
      "a write that is lost",
      () => new Script().wrote("c1", A, { x: 1 }).got("c2", A, null),
      "STO-1",
      "lost-write",
    ],
    [
      "a value that is back after its remove",
      () => new Script().wrote("c1", A, { x: 1 }).removed("c2", A, 1).got("c1", A, { x: 1 }),
      "STO-8",
      "value-after-remove",
    ],
    [
      "a value that nobody wrote",
      () => new Script().wrote("c1", A, { x: [1] }).got("c1", A, { x: { 0: 1 } }),
      "STO-1",
      "value-never-written",
    ],
    [
      "a write that was refused and is there",
      () => {
        const script = new Script();
        script.answer(script.set("c1", A, { x: 1 }), { data: null, meta: REFUSED });
        return script.got("c2", A, { x: 1 });
      },
      "COR-4",
      "refused-write-visible",
    ],
    [
      "a noStore write that is there",
      () => new Script().wrote("c1", A, { x: 1 }, { noStore: true }).got("c2", A, { x: 1 }),
      "STO-3",
      "noStore-write-visible",
    ],
    [
      "a merge that takes another one back",
      () => {
        const script = new Script().wrote("c1", A, { x: 1 });
        const one = script.set("c1", A, { y: 1 }, { merge: true });
        const other = script.set("c2", A, { z: 1 }, { merge: true });
        script.answer(one, { data: { x: 1, y: 1 } });
        script.answer(other, { data: { x: 1, z: 1 } });
        return script;
      },
      "STO-4",
      "merge-lost",
    ],
  ] as const)("%s", (_, script, clause, relation) => {
    const violation = script().violation();

    expect([violation.clause, violation.shape[1]]).toEqual([clause, relation]);
  });

  it("a count of removed items that is wrong either way", () => {
    const written = () => new Script().wrote("c1", "/a/x", { n: 1 }).wrote("c1", "/a/y", { n: 2 });

    expect(written().removed("c2", "/a/*", 1).violation()).toMatchObject({
      clause: "STO-8",
      shape: ["remove", "removed-too-few", "set", "pattern"],
    });
    expect(written().removed("c2", "/a/x", 2).violation().shape[1]).toBe("removed-too-many");
  });

  it("a pattern get that misses an item, and names it", () => {
    const violation = new Script()
      .wrote("c1", "/a/x", { n: 1 })
      .wrote("c1", "/a/y", { n: 2 })
      .listed("c2", "/a/*", { "/a/x": { n: 1 } })
      .violation();

    expect(violation).toMatchObject({
      clause: "STO-6",
      shape: ["list", "misses-item", "set", "path"],
    });
    expect(violation.message).toMatch(
      /^c2 got nothing at "\/a\/y" at \d+ ms, by "\/a\/\*", but the only value possible was \{"n":2\}$/,
    );
  });

  it("a pattern get that mixes two moments", () => {
    const script = new Script().wrote("c1", "/a/x", { n: 1 }).wrote("c1", "/a/y", { n: 1 });
    const read = script.ask("c2", "/a/*");
    script.wrote("c1", "/a/x", { n: 2 }).wrote("c1", "/a/y", { n: 2 });
    script.list(read, { "/a/x": { n: 1 }, "/a/y": { n: 2 } });

    expect(script.violation()).toMatchObject({
      clause: "STO-6",
      shape: ["list", "torn-snapshot", "overlapping"],
    });
  });

  it("data with odd keys that is answered and lost", () => {
    const script = new Script().wrote("c1", A, { x: 1 }).wrote("c1", A, { "a.b": 1, $set: 2 });

    expect(script.got("c1", A, { x: 1 }).violation()).toMatchObject({
      clause: "STO-12",
      shape: ["get", "odd-keys-lost", "dollar-key", "dotted-key"],
    });
  });

  it("each wrong answer once, and what agrees with it not again", () => {
    const script = new Script()
      .wrote("c1", A, { x: 1 })
      .got("c2", A, null)
      .got("c2", A, null)
      .got("c3", A, null)
      .wrote("c1", A, { x: 2 })
      .got("c2", A, { x: 2 });

    expect(script.violation().message).not.toContain("more like it");
  });

  it("the store's own keys in data", () => {
    const script = new Script().wrote("c1", A, { x: 1 }).got("c1", A, { x: 1, _meta: { path: A } });

    expect(script.violation()).toMatchObject({
      clause: "STO-5",
      shape: ["get", "data-holds", "_meta"],
    });
  });
});
