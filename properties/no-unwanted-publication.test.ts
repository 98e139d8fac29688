import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { noUnwantedPublication } from "./no-unwanted-publication.js";

const check = (history: HistoryBuilder, profile: "1.x" | "13.x" = "1.x") =>
  noUnwantedPublication.check(history.recording(), profileOf(profile));

/** Clause and shape of each violation. */
function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  if (finding.validity !== "invalid") return [];
  return finding.violations.map(({ clause, shape }) => `${clause}: ${shape.join(", ")}`);
}

describe("no-unwanted-publication", () => {
  it("accepts a publication to a subscriber", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/ALL@*");
    const set = history.set("c1", "/a", {});
    history.publish("c1", "/ALL@*", set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects a publication after the off was answered, and points at it", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a/*");
    const off = history.send("c2", { action: "off", path: "/SET@/a/*", options: {} });
    const offAnswer = history.answer(off);
    const set = history.set("c1", "/a/b", {});
    const publication = history.publish("c2", "/SET@/a/*", set);
    history.answer(set);

    expect(check(history)).toEqual({
      validity: "invalid",
      exercised: 1,
      violations: [
        {
          clause: "SUB-2",
          message: `c2 was sent the set of "/a/b" by c1 on "/SET@/a/*" at 23 ms, though its "off" had been answered before`,
          expected: `No publication: a subscription whose "off" was answered before a write was sent does not hear it (SUB-2).`,
          shape: ["after-off"],
          evidence: [off.arriveIndex, offAnswer, set.arriveIndex, publication],
        },
      ],
    });
  });

  it("accepts a publication while the off is under way", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.on("c2", "/SET@/a");
    const off = history.send("c2", { action: "off", path: "/SET@/a", options: {} });
    const set = history.set("c1", "/a", {});
    history.answer(off);
    history.publish("c2", "/SET@/a", set);
    history.answer(set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("accepts a publication after an off that was refused", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    history.request("c1", { action: "off", path: "/SET@/a" }, { meta: REFUSED });
    const set = history.set("c1", "/a", {});
    history.publish("c1", "/SET@/a", set);

    expect(check(history)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("accepts what initialEmit sends, and what answers no known write", () => {
    const history = new HistoryBuilder().connect("c1");
    const on = history.send("c1", {
      action: "on",
      path: "/SET@/a",
      options: { initialEmit: true },
    });
    history.publish("c1", "/SET@/a", on);
    history.answer(on);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it.each<[string, (history: HistoryBuilder) => void, string]>([
    [
      "to a session that never subscribed",
      (history) => void history.publish("c2", "/SET@/a", history.set("c1", "/a", {})),
      "SUB-2: never-subscribed, none",
    ],
    [
      "before an on was sent",
      (history) => {
        const set = history.set("c1", "/a", {});
        history.answer(set);
        history.on("c2", "/SET@/a");
        history.publish("c2", "/SET@/a", set);
      },
      "SUB-2: before-on",
    ],
    [
      "after an on that was refused",
      (history) => {
        history.request("c2", { action: "on", path: "/SET@/a" }, { meta: REFUSED });
        history.publish("c2", "/SET@/a", history.set("c1", "/a", {}));
      },
      "COR-4: after-refused-on",
    ],
    [
      "after the references are used up",
      (history) => {
        history.on("c2", "/SET@/a");
        history.on("c2", "/SET@/a");
        history.off("c2", "/SET@/a", { refCount: 2 });
        history.publish("c2", "/SET@/a", history.set("c1", "/a", {}));
      },
      "SUB-4: after-counted-off",
    ],
    [
      "after an off of everything",
      (history) => {
        history.on("c2", "/SET@/a");
        history.off("c2", "*");
        history.publish("c2", "/SET@/a", history.set("c1", "/a", {}));
      },
      "SUB-7: after-off-of-all",
    ],
    [
      "with noPublish",
      (history) => {
        history.on("c1", "/SET@/a");
        const set = history.set("c1", "/a", {}, { noPublish: true });
        history.publish("c1", "/SET@/a", set);
      },
      "PUB-1: no-publish",
    ],
    [
      "that targetClients leaves out",
      (history) => {
        history.on("c1", "/SET@/a");
        const targetClients = [history.sessionOf("c2")];
        history.publish("c1", "/SET@/a", history.set("c1", "/a", {}, { targetClients }));
      },
      "PUB-5: not-targeted",
    ],
    [
      "that targets nobody",
      (history) => {
        history.on("c1", "/SET@/a");
        history.publish("c1", "/SET@/a", history.set("c1", "/a", {}, { targetClients: [] }));
      },
      "PUB-5: not-targeted",
    ],
    [
      "of another kind",
      (history) => {
        history.on("c1", "/REMOVE@*");
        history.publish("c1", "/REMOVE@*", history.set("c1", "/a", {}));
      },
      "SUB-1: other-action, set, REMOVE catch-all",
    ],
    [
      "of a path that differs in case",
      (history) => {
        history.on("c1", "/SET@/A");
        history.publish("c1", "/SET@/A", history.set("c1", "/a", {}));
      },
      "SUB-5: no-match, exact, other-case",
    ],
    [
      "of a path that differs in slashes",
      (history) => {
        history.on("c1", "/SET@/a/");
        history.publish("c1", "/SET@/a/", history.set("c1", "/a", {}));
      },
      "SUB-5: no-match, exact, other-slashes",
    ],
    [
      "of a longer path",
      (history) => {
        history.on("c1", "/SET@/a");
        history.publish("c1", "/SET@/a", history.set("c1", "/a/b", {}));
      },
      "SUB-5: no-match, exact, same-prefix",
    ],
    [
      "of a shorter path",
      (history) => {
        history.on("c1", "/SET@/a/b");
        history.publish("c1", "/SET@/a/b", history.set("c1", "/a", {}));
      },
      "SUB-5: no-match, exact, longer-than-path",
    ],
    [
      "of a path elsewhere",
      (history) => {
        history.on("c1", "/REMOVE@/b/*");
        history.publish("c1", "/REMOVE@/b/*", history.remove("c1", "/a/*"));
      },
      "SUB-5: no-match, pattern, unlike",
    ],
  ])("rejects a publication %s", (_, script, shape) => {
    const history = new HistoryBuilder().connect("c1", "c2");
    script(history);

    expect(shapesOf(history)).toEqual([shape]);
  });

  it.each<[string, (history: HistoryBuilder) => void]>([
    [
      "of a pattern remove on a path that it may have removed",
      (history) => {
        history.on("c1", "/REMOVE@/a/b");
        const remove = history.remove("c1", "/a/*");
        history.publish("c1", "/REMOVE@/a/b", remove);
        history.answer(remove);
      },
    ],
    [
      "of a pattern remove on a pattern that may have a path in common",
      (history) => {
        history.on("c1", "/ALL@/a/b/*");
        const remove = history.remove("c1", "/a/*");
        history.publish("c1", "/ALL@/a/b/*", remove);
        history.answer(remove);
      },
    ],
    [
      "of a remove of nothing",
      (history) => {
        history.on("c1", "/REMOVE@/b");
        const remove = history.remove("c1", "/a");
        history.publish("c1", "/REMOVE@/b", remove);
        history.answer(remove, { data: { removed: 0 } });
      },
    ],
    [
      "of a path that goes on after the pattern",
      (history) => {
        history.on("c1", "/SET@/a/*/c");
        history.publish("c1", "/SET@/a/*/c", history.set("c1", "/a/b/c/d", {}));
      },
    ],
    [
      "that was put off, to who subscribed meanwhile",
      (history) => {
        const set = history.set("c1", "/a", {}, { consistency: 0 });
        history.answer(set);
        history.on("c1", "/SET@/a");
        history.publish("c1", "/SET@/a", set);
      },
    ],
    [
      "on a channel of no known form that the server took",
      (history) => {
        history.on("c1", "/a");
        history.publish("c1", "/a", history.set("c1", "/a", {}));
      },
    ],
    [
      "on a wrong channel to a subscriber, which publication-content judges",
      (history) => {
        history.on("c1", "/SET@/a/*");
        history.publish("c1", "/SET@/a/b", history.set("c1", "/a/b", {}));
      },
    ],
    [
      "after the end, which silence-after-end judges",
      (history) => {
        history.on("c2", "/SET@/a");
        const { connection } = history.on("c2", "/SET@/a");
        history.leave("c2");
        const set = history.set("c1", "/a", {});
        history.publish("c2", "/SET@/a", set);
        expect(connection).toBe("c2#1");
      },
    ],
  ])("does not reject a publication %s", (_, script) => {
    const history = new HistoryBuilder().connect("c1", "c2");
    script(history);

    expect(shapesOf(history)).toEqual([]);
  });

  it("rejects by the profile's patterns", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a/*");
    history.publish("c1", "/SET@/a/*", history.set("c1", "/a/b/c", {}));

    expect(check(history, "1.x")).toMatchObject({ validity: "valid" });
    expect(check(history, "13.x")).toMatchObject({ validity: "invalid" });
  });

  it("rejects with several writes of one eventId only what suits none of them", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    const first = history.send("c1", { action: "set", eventId: 9, path: "/a", data: {} });
    history.send("c1", {
      action: "set",
      eventId: 9,
      path: "/a",
      data: {},
      options: { noPublish: true },
    });
    history.publish("c1", "/SET@/a", first);
    history.publish("c1", "/SET@/a", first);

    expect(shapesOf(history)).toEqual([]);
  });

  it("says nothing of a publication of one whose eventId is no name", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    const set = history.send("c2", { action: "set", eventId: {}, path: "/a", data: { x: 1 } });
    history.on("c1", "/SET@/a");
    const publicationId = `${history.sessionOf("c2#1")}-[object Object]`;
    history.publish("c1", "/SET@/a", set, { meta: { publicationId } });

    expect(shapesOf(history)).toEqual([]);
  });
});
