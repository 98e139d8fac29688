import { describe, expect, it } from "vitest";

import type { Json, JsonObject } from "../src/protocol/index.js";
import { isClear } from "./request-form.js";

const isClearWith = (fields: JsonObject) =>
  isClear({ action: "set", eventId: 1, path: "/a", ...fields });

describe("a request is clear", () => {
  it.each<[string, JsonObject]>([
    ["without options", {}],
    ["with options of their types", { options: { noStore: true, meta: {}, consistency: 3 } }],
    ["with options that only clients know", { options: { timeout: 1, event_type: null } }],
    ["with a name for an eventId", { eventId: "mine" }],
    ["with a list of sessions", { options: { targetClients: ["s"], publishResults: false } }],
  ])("%s", (_, fields) => {
    expect(isClearWith(fields)).toBe(true);
  });

  it.each(["constructor", "__proto__", "toString"])(
    "of the action %s, which no server has",
    (action) => {
      expect(isClear({ action, eventId: 1, options: { noStore: true } })).toBe(true);
    },
  );
});

describe("a request is not clear", () => {
  it.each<[string, Json]>([
    ["noPublish", 1],
    ["noStore", "yes"],
    ["merge", null],
    ["meta", null],
    ["consistency", 4],
    ["consistency", { $ne: null }],
    ["targetClients", {}],
    ["targetClients", [1]],
    ["set_type", true],
    ["increment", 1],
    ["archiveId", 7],
  ])("with the option %s of %j", (option, value) => {
    expect(isClearWith({ options: { [option]: value } })).toBe(false);
  });

  it("with options that are none, or an eventId that is no name", () => {
    expect(isClearWith({ options: 5 })).toBe(false);
    expect(isClearWith({ options: null })).toBe(false);
    expect(isClearWith({ eventId: {} })).toBe(false);
  });

  it("with an option that is beyond the clauses for its action, and for no other", () => {
    const options = { criteria: { a: 1 } };
    expect(isClearWith({ action: "remove", options })).toBe(false);
    expect(isClearWith({ action: "get", options })).toBe(true);
  });
});
