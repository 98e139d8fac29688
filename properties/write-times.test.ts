import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { JsonObject } from "../src/protocol/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { writeTimes } from "./write-times.js";

const EPOCH_MS = 1_000_000;
const A = "/a/b";

/** c1 and c2 connect in the first eight milliseconds; each request arrives at an even one, and is answered at the next. */
class Script extends HistoryBuilder {
  constructor(header: ConstructorParameters<typeof HistoryBuilder>[0] = {}) {
    super(header);
    this.connect("c1", "c2");
  }

  /** A set that is answered with times, in milliseconds since it arrived; absolute where `created` is given so. */
  wrote(created: number | null, options: JsonObject = {}, modifiedBy = 0): number {
    const sent = this.set("c1", A, { x: 1 }, options);
    const arrived = EPOCH_MS + (this.#at(sent.arriveIndex) ?? 0);
    const modified = arrived + modifiedBy;
    this.answer(sent, { meta: { created: created ?? modified, modified } });
    return created ?? modified;
  }

  #at(index: number): number | undefined {
    return this.recording().events[index]?.at;
  }

  removed(path: string): this {
    this.answer(this.remove("c2", path));
    return this;
  }

  got(created: number, modified: number): this {
    const sent = this.send("c2", { action: "get", path: A });
    this.answer(sent, { data: { x: 1 }, meta: { created, modified } });
    return this;
  }

  shapes(): readonly (readonly string[])[] {
    const finding = writeTimes.check(this.recording(), profileOf("1.x"));
    return finding.validity === "invalid" ? finding.violations.map(({ shape }) => shape) : [];
  }
}

describe("write-times accepts", () => {
  it("a path that is written, overwritten, read, removed and written again", () => {
    const script = new Script();
    const created = script.wrote(null);
    script.wrote(created);
    script.removed("/a/*");
    const again = script.wrote(null);
    script.got(again, again);

    expect(again).toBeGreaterThan(created);
    expect(writeTimes.check(script.recording(), profileOf("1.x"))).toEqual({
      validity: "valid",
      exercised: 9,
    });
  });

  it("either created where a remove overlaps the write", () => {
    for (const isKept of [true, false]) {
      const script = new Script();
      const created = script.wrote(null);
      const remove = script.remove("c2", A);
      script.wrote(isKept ? created : null);
      script.answer(remove);

      expect(script.shapes()).toEqual([]);
    }
  });

  it("any time where the server's clock is not known", () => {
    const script = new Script({ epochMs: null });
    script.wrote(5);

    expect(script.shapes()).toEqual([]);
  });

  it("times of before where the server was in use before", () => {
    const script = new Script({ fresh: false });
    script.wrote(5);
    script.got(5, 7);

    expect(script.shapes()).toEqual([]);
  });
});

describe("write-times rejects", () => {
  it("a modified outside of its write", () => {
    const early = new Script();
    early.wrote(1, {}, -3);
    const late = new Script();
    late.wrote(null, {}, 50);

    expect(early.shapes()).toContainEqual(["set", "modified-before-write"]);
    expect(late.shapes()).toContainEqual(["set", "modified-after-answer"]);
  });

  it("a created that changes when a path is overwritten", () => {
    const script = new Script();
    script.wrote(null);
    script.wrote(null, { merge: true });

    expect(script.shapes()).toEqual([["merge", "created-changed"]]);
  });

  it("a created that outlives a remove", () => {
    const script = new Script();
    const created = script.wrote(null);
    script.removed("/a/*").wrote(created);

    expect(script.shapes()).toEqual([["set", "created-kept-after-remove"]]);
  });

  it("a created before anything was written", () => {
    const script = new Script();
    script.wrote(EPOCH_MS - 5);

    expect(script.shapes()).toEqual([["set", "created-not-new"]]);
  });

  it("a created after modified", () => {
    const script = new Script();
    script.wrote(EPOCH_MS + 99);

    expect(script.shapes()).toContainEqual(["set", "created-after-modified"]);
  });

  it("a modified that goes back", () => {
    const script = new Script();
    const created = script.wrote(null, {}, 1);
    script.wrote(created, {}, -40);

    expect(script.shapes()).toContainEqual(["set", "modified-goes-back"]);
  });

  it("times of a read that no write was answered with", () => {
    const script = new Script();
    const created = script.wrote(null);

    expect(script.got(created, created + 1).shapes()).toEqual([["get", "modified-of-no-write"]]);
    expect(new Script().shapes()).toEqual([]);
  });
});
