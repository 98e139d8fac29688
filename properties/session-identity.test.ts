import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json } from "../src/protocol/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { sessionIdentity } from "./session-identity.js";

const check = (history: HistoryBuilder) =>
  sessionIdentity.check(history.recording(), profileOf("1.x"));

const login = (history: HistoryBuilder, client: string, data: Json) =>
  history.answer(history.send(client, { action: "login", data: {} }), { data });

describe("session-identity", () => {
  it("accepts a uuid for each connection, repeated by each login", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    login(history, "c1", { id: history.sessionOf("c1") });
    history.answer(history.send("c1", { action: "login", data: {} }), { meta: REFUSED });

    expect(check(history)).toEqual({ validity: "valid", exercised: 3 });
  });

  it.each<[Json, readonly string[], string]>([
    [{}, ["no-uuid-v4", "object"], "with no session id"],
    [null, ["no-uuid-v4", "null"], "with no session id"],
    [{ id: "7" }, ["no-uuid-v4", "text"], `with the session id "7"`],
    [
      { id: "00000000-0000-1000-8000-000000000000" },
      ["no-uuid-v4", "text"],
      `with the session id "00000000-0000-1000-8000-000000000000"`,
    ],
  ])("rejects a login answered %j", (data, shape, what) => {
    const history = new HistoryBuilder();
    history.open("c1");
    const index = login(history, "c1", data);

    expect(check(history)).toMatchObject({
      violations: [
        { message: `c1 was answered its "login" at 5 ms ${what}`, shape, evidence: [index] },
      ],
    });
  });

  it("rejects an id that changes", () => {
    const history = new HistoryBuilder().connect("c1");
    login(history, "c1", { id: history.sessionOf("c9#9") });

    expect(check(history)).toMatchObject({
      violations: [
        {
          message: `c1 was answered its "login" at 9 ms with another session id than at 5 ms`,
          shape: ["changed"],
        },
      ],
    });
  });

  it("rejects an id that two connections share", () => {
    const history = new HistoryBuilder().connect("c1");
    history.open("c2");
    login(history, "c2", { id: history.sessionOf("c1#1") });

    expect(check(history)).toMatchObject({
      violations: [
        {
          message: `c2 was answered its "login" at 11 ms with the session id that c1 has had on c1#1 since 5 ms`,
          shape: ["shared"],
        },
      ],
    });
  });
});
