/**
 * What properties make of sessions of the later dialects (PROTOCOL.md 9).
 *
 * @packageDocumentation
 */
import { describe, expect, it } from "vitest";

import { profileOf, type ProfileId } from "../models/index.js";
import type { Json, JsonObject } from "../src/protocol/index.js";
import { answerData } from "./answer-data.js";
import { answerEchoesRequest } from "./answer-echoes-request.js";
import { answeredOnce } from "./answered-once.js";
import { heartbeatAnswered } from "./heartbeat-answered.js";
import { HistoryBuilder, type Sent } from "./history-builder.js";
import { initialValues } from "./initial-values.js";
import { lockstepPrediction } from "./lockstep-prediction.js";
import { noMissedPublication } from "./no-missed-publication.js";
import { noUnwantedPublication } from "./no-unwanted-publication.js";
import type { Property } from "./property.js";
import { publicationContent } from "./publication-content.js";
import { publicationOrder } from "./publication-order.js";
import { publishResults } from "./publish-results.js";
import { storeLinearizable } from "./store-linearizable.js";
import { writeTimes } from "./write-times.js";

/** Clause and shape of each violation, after quiet. */
function shapesOf(
  property: Property,
  history: HistoryBuilder,
  profile: ProfileId = "13.x",
): readonly string[] {
  const finding = property.check(history.quiet().recording(), profileOf(profile));
  if (finding.validity !== "invalid") return [];
  return finding.violations.map(({ clause, shape }) => `${clause}: ${shape.join(", ")}`);
}

const exercised = (property: Property, history: HistoryBuilder) =>
  property.check(history.quiet().recording(), profileOf("13.x")).exercised;

const CHANNEL = "/SET@/a";

/** c1 and c2 of happn_4; c2 listens twice to one channel, as "one" and "two". */
function listening(
  channel = CHANNEL,
  header: ConstructorParameters<typeof HistoryBuilder>[0] = {},
): HistoryBuilder {
  const history = new HistoryBuilder(header).speak("happn_4", "c1", "c2");
  for (const id of ["one", "two"]) {
    history.request("c2", { action: "on", path: channel, options: {} }, { data: { id } });
  }
  return history;
}

function wrote(history: HistoryBuilder, isHeard: boolean, path = "/a"): HistoryBuilder {
  const set = history.set("c1", path, { x: 1 });
  if (isHeard) history.publish("c2", `/SET@${path}`, set);
  history.answer(set);
  return history;
}

describe("who listens by name", () => {
  it("hears while one of its listeners is left, and not after", () => {
    const left = listening();
    left.off("c2", CHANNEL, { referenceId: "one" });
    const none = listening();
    for (const referenceId of ["one", "two"]) none.off("c2", CHANNEL, { referenceId });

    expect(shapesOf(noMissedPublication, wrote(left, false))).toEqual([
      "PUB-1: exact, after-off-of-another-listener",
    ]);
    expect(shapesOf(noUnwantedPublication, wrote(none, true))).toEqual([
      "DIA-3: after-off-by-name",
    ]);
  });

  it("is foretold by the names that the server gave", () => {
    const after = (...ended: readonly string[]) => {
      const history = listening(CHANNEL, { mode: "lockstep" });
      for (const referenceId of ended) history.off("c2", CHANNEL, { referenceId });
      return history;
    };
    const told = (history: HistoryBuilder) => shapesOf(lockstepPrediction, history);

    expect(told(wrote(after("one"), true))).toEqual([]);
    expect(told(wrote(after("one", "two"), false))).toEqual([]);
    expect(told(wrote(after("one", "one", "three"), false))).toEqual([
      "SUB-2: set, exact, publication-missing, SET exact",
    ]);
    expect(told(wrote(after("one", "two"), true))).toEqual([
      "SUB-2: publication-surplus, SET, SET exact",
    ]);
  });

  it("is not foretold after a name that was told for another channel, or not told", () => {
    const elsewhere = listening(CHANNEL, { mode: "lockstep" });
    for (const referenceId of ["one", "two"]) elsewhere.off("c2", "/SET@/b", { referenceId });
    const untold = new HistoryBuilder({ mode: "lockstep" }).speak("happn_4", "c1", "c2");
    const options = { initialCallback: true };
    untold.request("c2", { action: "on", path: CHANNEL, options }, { data: [] });
    untold.off("c2", CHANNEL, { referenceId: "mine" });

    for (const history of [elsewhere, untold]) {
      expect(shapesOf(lockstepPrediction, wrote(history, false))).toEqual([]);
    }
  });

  it("hears nothing once all of its channel are ended", () => {
    const history = listening();
    history.off("c2", CHANNEL);
    const everything = listening();
    everything.off("c2", "*");

    expect(shapesOf(noUnwantedPublication, wrote(history, true))).toEqual([
      "DIA-3: after-off-of-channel",
    ]);
    expect(shapesOf(noUnwantedPublication, wrote(everything, true))).toEqual([
      "SUB-7: after-off-of-all",
    ]);
  });

  it("may hear, or not, after its name was given under another channel", () => {
    const history = () => {
      const own = listening();
      own.off("c2", CHANNEL, { referenceId: "one" });
      own.off("c2", "/SET@/b", { referenceId: "two" });
      return own;
    };

    expect(shapesOf(noMissedPublication, wrote(history(), false))).toEqual([]);
    expect(shapesOf(noUnwantedPublication, wrote(history(), true))).toEqual([]);
  });

  it("may hear, or not, once it has asked for a dialect that counts", () => {
    const history = () => {
      const own = listening();
      own.request("c2", { action: "configure-session", data: { protocol: "happn_1.3.0" } });
      own.off("c2", CHANNEL);
      return own;
    };

    expect(shapesOf(noMissedPublication, wrote(history(), false))).toEqual([]);
    expect(shapesOf(noUnwantedPublication, wrote(history(), true))).toEqual([]);
  });
});

describe("initial values of initialEmit", () => {
  const told = (data: Json) => {
    const history = new HistoryBuilder().speak("happn_3", "c1", "c2");
    history.request("c1", { action: "set", path: "/a", data: { x: 1 } });
    const options = { initialEmit: true };
    const on = history.send("c2", { action: "on", path: CHANNEL, options });
    history.answer(on, { data });
    return { history, on };
  };
  const item = { x: 1, _meta: { created: 5, modified: 6, path: "/a" } };

  it("are in the answer", () => {
    const options = { initialCallback: true, initialEmit: true };
    const both = new HistoryBuilder().speak("happn_2", "c1");
    both.request("c1", { action: "on", path: CHANNEL, options }, { data: [] });

    expect(shapesOf(initialValues, told([item]).history)).toEqual([]);
    expect(exercised(initialValues, told([item]).history)).toBe(1);
    expect(exercised(initialValues, both)).toBe(1);
  });

  it("are missed where the answer has none", () => {
    expect(shapesOf(initialValues, told([]).history)).toEqual([
      "DIA-4: initialEmit, missing, exact",
    ]);
  });

  it("are not published besides", () => {
    const { history, on } = told([item]);
    const meta = { action: "/ON@/SET@/a", created: 5, modified: 6, path: "/a" };
    history.publish("c2", CHANNEL, on, { data: { x: 1 }, meta });

    expect(shapesOf(publicationContent, history)).toEqual(["PUB-2: no-write, string"]);
  });
});

/** A set of `{x:1}` at /a by c1 with noDataResponse, answered with that `_meta` and no data. */
function answeredBare(
  dialect: "happn_3" | "happn_4",
  meta: JsonObject = {},
  options: JsonObject = {},
): { history: HistoryBuilder; set: Sent } {
  const history = new HistoryBuilder({ mode: "lockstep" }).speak(dialect, "c1", "c2");
  const set = history.set("c1", "/a", { x: 1 }, { noDataResponse: true, ...options });
  const eventId = set.frame["eventId"] ?? null;
  history.write(set.connection, {
    _meta: { path: "/a", eventId, type: "response", status: "ok", published: true, ...meta },
  });
  return { history, set };
}

describe("an answer without data", () => {
  const PROPERTIES = [answerData, answerEchoesRequest, lockstepPrediction, publishResults];

  it("is right in happn_4, where it was asked for", () => {
    for (const property of PROPERTIES) {
      const { history } = answeredBare("happn_4", {}, { publishResults: true });

      expect(shapesOf(property, history)).toEqual([]);
    }
  });

  it("is wrong in the others", () => {
    const shapes = PROPERTIES.flatMap((property) =>
      shapesOf(property, answeredBare("happn_3", {}, { publishResults: true }).history),
    );

    expect(shapes).toEqual([
      "STO-1: set, object as absent",
      ...["COR-2: set, action, absent", "COR-3: set, sessionId, absent"],
      "COR-2: set, exact, action, differs",
      "PUB-5: results absent",
    ]);
  });

  it("is wrong in what it says all the same", () => {
    expect(shapesOf(answerData, answeredBare("happn_4", { path: "/b" }).history)).toEqual([
      "STO-1: set, path",
    ]);
    expect(
      shapesOf(answerEchoesRequest, answeredBare("happn_4", { action: "get" }).history),
    ).toEqual(["COR-2: set, action, another"]);
    expect(
      shapesOf(answerEchoesRequest, answeredBare("happn_4", { sessionId: "no" }).history),
    ).toEqual(["COR-3: set, sessionId, another"]);
    expect(
      shapesOf(lockstepPrediction, answeredBare("happn_4", { published: false }).history),
    ).toEqual(["PUB-7: set, exact, published, differs"]);
  });

  it("may have its data and all else", () => {
    const history = new HistoryBuilder({ mode: "lockstep" }).speak("happn_4", "c1");
    history.answer(history.set("c1", "/a", { x: 1 }, { noDataResponse: true }));

    for (const property of PROPERTIES) expect(shapesOf(property, history)).toEqual([]);
  });

  it("tells nothing that a publication could be held against but the request", () => {
    const heardAs = (data: Json) => {
      const { history, set } = answeredBare("happn_4");
      history.publish("c2", CHANNEL, set, { data });
      return history;
    };

    expect(shapesOf(publicationContent, heardAs({ x: 1 }))).toEqual([]);
    expect(shapesOf(publicationContent, heardAs({ x: 2 }))).toEqual([
      "PUB-2: set, data, object as object",
    ]);
  });

  it("tells a publication without an id by what was to be stored", () => {
    const history = new HistoryBuilder().speak("happn_4", "c1", "c2");
    const set = history.set("c1", "/a", 7, { noDataResponse: true });
    history.publish("c2", CHANNEL, set, { data: { value: 7 }, meta: { publicationId: "none" } });
    const eventId = set.frame["eventId"] ?? null;
    history.write(set.connection, {
      _meta: { path: "/a", eventId, type: "response", status: "ok" },
    });

    expect(shapesOf(publicationContent, history)).toEqual(["PUB-2: set, publicationId"]);
  });

  it("leaves open what is final", () => {
    const history = new HistoryBuilder().speak("happn_4", "c1", "c2", "c3");
    history.request("c3", { action: "on", path: CHANNEL, options: {} }, { data: { id: "one" } });
    const sets = ["c1", "c2"].map((client, index) =>
      history.set(client, "/a", { x: index }, { noDataResponse: true }),
    );
    for (const set of sets) history.publish("c3", CHANNEL, set);
    for (const { connection, frame } of sets) {
      const eventId = frame["eventId"] ?? null;
      history.write(connection, { _meta: { path: "/a", eventId, type: "response", status: "ok" } });
    }
    history.request("c1", { action: "get", path: "/a" }, { data: { x: 0 } });

    expect(shapesOf(publicationOrder, history)).toEqual([]);
  });
});

describe("an answer to login", () => {
  const answered = (dialect: "happn_3" | "happn_4", sessionId: string) => {
    const history = new HistoryBuilder().speak(dialect, "c1");
    const login = history.send("c1", { action: "login", data: {}, sessionId: "mine" });
    history.answer(login, { data: { id: history.sessionOf("c1") }, meta: { sessionId } });
    return history;
  };

  it("may have the request's sessionId in happn_4, and no other", () => {
    expect(shapesOf(answerEchoesRequest, answered("happn_4", "mine"))).toEqual([]);
    expect(shapesOf(answerEchoesRequest, answered("happn_4", "other"))).toEqual([
      "COR-3: login, sessionId, present",
    ]);
    expect(shapesOf(answerEchoesRequest, answered("happn_3", "mine"))).toEqual([
      "COR-3: login, sessionId, present",
    ]);
  });

  it("is predicted with or without it", () => {
    const history = new HistoryBuilder({ mode: "lockstep" }).speak("happn_4", "c1");
    const login = history.send("c1", { action: "login", data: {}, sessionId: "mine" });
    history.answer(login, { data: { id: history.sessionOf("c1") }, meta: { sessionId: "mine" } });

    expect(shapesOf(lockstepPrediction, history)).toEqual([]);
  });
});

describe("a disconnect", () => {
  it("is promised an answer in happn_2, and in no later dialect of 13.x", () => {
    const left = (dialect: "happn_2" | "happn_3") => {
      const history = new HistoryBuilder().speak(dialect, "c1");
      history.send("c1", { action: "disconnect", options: {} });
      return history;
    };

    expect(shapesOf(answeredOnce, left("happn_2"))).toEqual(["COR-1: unanswered, disconnect"]);
    expect(shapesOf(answeredOnce, left("happn_3"))).toEqual([]);
  });
});

describe("who answers heartbeats", () => {
  const closed = (dialect: "happn_3" | "happn_4") => {
    const history = new HistoryBuilder().speak(dialect, "c1");
    history.write("c1#1", "primus::ping::7");
    history.raw("c1", JSON.stringify("primus::pong::7"));
    history.event({ kind: "end", connection: "c1#1", by: "server", how: "close 1000" });
    return history;
  };

  it("is not closed as idle in happn_4; in the others it says what is no frame of theirs", () => {
    expect(shapesOf(heartbeatAnswered, closed("happn_4"))).toEqual([
      "FRM-2: closed-though-not-idle, close 1000",
    ]);
    expect(exercised(heartbeatAnswered, closed("happn_4"))).toBe(2);
    expect(shapesOf(heartbeatAnswered, closed("happn_3"))).toEqual([]);
  });
});

/** c1 and c2 of happn_4, of whom c1 counts the gauge "counter" at /g. */
class Counting extends HistoryBuilder {
  constructor() {
    super({ mode: "lockstep" });
    this.speak("happn_4", "c1", "c2");
  }

  count(increment: number): Sent {
    return this.set("c1", "/g", "counter", { increment });
  }

  /** An answer without path and times. */
  told(sent: Sent, data: Json): this {
    const { eventId = null, sessionId = null } = sent.frame;
    const meta = { published: true, type: "response", status: "ok", action: "set" };
    this.write(sent.connection, { data, _meta: { ...meta, eventId, sessionId } });
    return this;
  }

  counted(increment: number, value: number): this {
    return this.told(this.count(increment), { value, gauge: "counter" });
  }

  got(data: Json): this {
    this.request("c2", { action: "get", path: "/g" }, { data });
    return this;
  }

  items(path: string, value: number, options: JsonObject = {}): this {
    this.request("c2", { action: "count", path, options }, { data: { value } });
    return this;
  }
}

describe("gauges", () => {
  it("are right where each increment tells what it came to", () => {
    const history = () =>
      new Counting()
        .counted(1, 1)
        .counted(-3, -2)
        .got({ counter: { value: -2 } });

    for (const property of [answerData, storeLinearizable, lockstepPrediction, writeTimes]) {
      expect(shapesOf(property, history())).toEqual([]);
    }
  });

  it("are told as they are published", () => {
    const heard = (value: number) => {
      const history = new Counting();
      history.request(
        "c2",
        { action: "on", path: "/SET@/g", options: {} },
        { data: { id: "one" } },
      );
      const sent = history.count(1);
      const times = { created: undefined, modified: undefined } as unknown as JsonObject;
      history.publish("c2", "/SET@/g", sent, { data: { value, gauge: "counter" }, meta: times });
      return history.told(sent, { value: 1, gauge: "counter" });
    };

    expect(shapesOf(publicationContent, heard(1))).toEqual([]);
    expect(shapesOf(publicationContent, heard(2))).toEqual(["PUB-2: set, data, string as object"]);
    expect(shapesOf(lockstepPrediction, heard(1))).toEqual([]);
  });

  it("are published as nobody can say where the answer has no data", () => {
    const history = new Counting();
    history.request("c2", { action: "on", path: "/SET@/g", options: {} }, { data: { id: "one" } });
    const options = { increment: 1, noDataResponse: true };
    const sent = history.set("c1", "/g", "counter", options);
    const times = { created: undefined, modified: undefined } as unknown as JsonObject;
    history.publish("c2", "/SET@/g", sent, { data: { value: 1, gauge: "counter" }, meta: times });
    const eventId = sent.frame["eventId"] ?? null;
    history.write(sent.connection, {
      _meta: { eventId, type: "response", status: "ok", published: true },
    });
    history.got({ counter: { value: 1 } });

    for (const property of [
      publicationContent,
      answerData,
      storeLinearizable,
      lockstepPrediction,
    ]) {
      expect(shapesOf(property, history)).toEqual([]);
    }
  });

  it("are wrong where an answer tells another value, or another gauge", () => {
    expect(shapesOf(storeLinearizable, new Counting().counted(1, 1).counted(1, 3))).toEqual([
      "DIA-7: increment, other-number, increment, in-turn, path",
    ]);
    expect(shapesOf(lockstepPrediction, new Counting().counted(1, 2))).toEqual([
      "DIA-7: set, exact, data, changed value: number",
    ]);
    for (const data of [{ value: 1 }, { value: 1, gauge: "other" }, { gauge: "counter" }, null]) {
      const history = new Counting();
      history.told(history.count(1), data);
      expect(shapesOf(answerData, history)).toEqual([expect.stringMatching(/^DIA-7: set, /)]);
    }
  });

  it("are wrong where an increment is lost", () => {
    const history = new Counting();
    const both = [history.count(1), history.count(1)];
    for (const sent of both) history.told(sent, { value: 1, gauge: "counter" });

    expect(shapesOf(storeLinearizable, history)).toEqual([
      "DIA-7: increment, other-number, increment, overlapping, path",
    ]);
    const seen = new Counting()
      .counted(1, 1)
      .counted(1, 2)
      .got({ counter: { value: 1 } });
    expect(shapesOf(storeLinearizable, seen)).toEqual([
      expect.stringMatching(/^DIA-7: get, gauge-miscounted/),
    ]);
  });

  it("leave open what becomes of anything else in their place", () => {
    const history = new Counting();
    history.request("c1", { action: "set", path: "/g", data: { counter: "text" } });
    history.counted(1, 7).got({ counter: "whatever" });

    expect(shapesOf(storeLinearizable, history)).toEqual([]);
    expect(shapesOf(storeLinearizable, new Counting().counted(1, 1).got({ other: 1 }))).not.toEqual(
      [],
    );
  });

  it("are open in the first dialect, and once another one is asked for", () => {
    const history = new HistoryBuilder().connect("c1").speak("happn_4", "c2");
    history.request("c2", { action: "configure-session", data: { protocol: "happn_2" } });
    for (const client of ["c1", "c2"]) {
      const fields = { path: "/g", data: "counter", options: { increment: 1 } };
      history.request(client, { action: "set", ...fields }, { data: { value: 9, gauge: "x" } });
    }
    history.request("c1", { action: "get", path: "/g" }, { data: { anything: 1 } });

    expect(shapesOf(answerData, history)).toEqual([]);
    expect(shapesOf(storeLinearizable, history)).toEqual([]);
  });
});

describe("a count", () => {
  const stored = () => {
    const history = new Counting();
    for (const path of ["/a/1", "/a/2"]) {
      history.request("c1", { action: "set", path, data: { x: 1 } });
    }
    return history;
  };

  it("is how many items there are", () => {
    const history = () => stored().items("/a/*", 2).items("/a/1", 1).items("/b", 0);

    expect(shapesOf(storeLinearizable, history())).toEqual([]);
    expect(shapesOf(lockstepPrediction, history())).toEqual([]);
  });

  it("is wrong by one", () => {
    for (const value of [1, 3]) {
      expect(shapesOf(storeLinearizable, stored().items("/a/*", value))).toEqual([
        "DIA-8: count, other-number, set, in-turn, pattern",
      ]);
      expect(shapesOf(lockstepPrediction, stored().items("/a/*", value))).toEqual([
        "DIA-8: count, pattern, data, changed value: number",
      ]);
    }
  });

  it("is open among what is the server's own, with criteria, and where it says no number", () => {
    const history = stored()
      .items("*", 7)
      .items("/a/*", 7, { criteria: { x: 1 } });
    history.request("c2", { action: "count", path: "/a/*", options: {} }, { data: null });

    expect(shapesOf(storeLinearizable, history)).toEqual([]);
  });

  it("need not be answered, and is no way to be closed for", () => {
    const history = stored();
    history.send("c2", { action: "count", path: "/a/*", options: {} });
    expect(shapesOf(answeredOnce, history)).toEqual([]);
    expect(shapesOf(lockstepPrediction, history)).toEqual([]);
  });
});
