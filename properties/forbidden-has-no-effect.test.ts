import { describe, expect, it } from "vitest";

import { forbiddenHasNoEffect } from "./forbidden-has-no-effect.js";
import { DENIED, judged, SecureHistory } from "./security-history.test-support.js";

const get = (path: string) => ({ action: "get", path, options: {} });

describe("forbidden-has-no-effect", () => {
  it("accepts refusals of what is forbidden", () => {
    const history = new SecureHistory().as("c1", "bob");
    history.open("c2");
    history.request("c1", get("/c"), { meta: DENIED });
    history.answer(history.set("c1", "/a/b", {}), { data: null, meta: DENIED });
    history.request("c2", get("/a/b"), { meta: DENIED });

    expect(judged(forbiddenHasNoEffect, history)).toEqual({ validity: "valid", exercised: 3 });
  });

  it.each([
    ["bob", "/c", "never", "unlike"],
    ["bob", "/A/b", "never", "other-case"],
    ["bob", "a/b", "never", "other-slashes"],
    ["bob", "/c/a/b", "never", "inside"],
    ["bob", "/SET@/a/b", "never", "as-channel"],
  ])("rejects an ok to %s's get of %j", (user, path, circumstance, likeness) => {
    const history = new SecureHistory().as("c1", user);
    const { arriveIndex } = history.request("c1", get(path));

    expect(judged(forbiddenHasNoEffect, history)).toMatchObject({
      validity: "invalid",
      violations: [
        {
          clause: "SEC-2",
          shape: ["served", likeness, circumstance, "get"],
          evidence: [arriveIndex, arriveIndex + 1],
        },
      ],
    });
  });

  it("rejects an ok to one who may do something else, and to one who never logged in", () => {
    const history = new SecureHistory().as("c1", "bob");
    history.open("c2");
    history.answer(history.remove("c1", "/a/b"));
    history.request("c2", get("/a/b"));

    expect(judged(forbiddenHasNoEffect, history)).toMatchObject({
      violations: [
        { shape: ["served", "other-action", "never", "remove"] },
        { shape: ["served", "unlike", "nobody", "get"] },
      ],
    });
  });

  it("leaves open what is answered while a permission is withdrawn, and asks for a refusal after", () => {
    const history = new SecureHistory().as("c1", "bob");
    const withdrawing = history.administer({
      ...{ kind: "withdraw", group: "some", path: "/a/b", actions: ["get"] },
    });
    history.request("c1", get("/a/b"));
    history.administered(withdrawing);

    expect(judged(forbiddenHasNoEffect, history)).toEqual({ validity: "valid", exercised: 0 });

    history.request("c1", get("/a/b"));
    expect(judged(forbiddenHasNoEffect, history)).toMatchObject({
      violations: [{ shape: ["served", "other-action", "withdrawn", "get"] }],
    });
  });

  it("rejects what the sessions of a removed user do", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.change({ kind: "remove-user", user: "ann" });
    history.request("c1", get("/a/b"));

    expect(judged(forbiddenHasNoEffect, history)).toMatchObject({
      violations: [{ shape: ["served", "unlike", "gone", "get"] }],
    });
  });

  it("rejects a publication of what is refused, and a denial with data", () => {
    const history = new SecureHistory().as("c1", "bob").as("c2", "ann");
    history.on("c2", "/SET@/a/*");
    const set = history.set("c1", "/a/b", { x: 1 });
    history.publish("c2", "/SET@/a/*", set);
    history.answer(set, { data: null, meta: DENIED });
    history.request("c1", get("/a/c"), { data: { secret: 1 }, meta: DENIED });

    expect(judged(forbiddenHasNoEffect, history)).toMatchObject({
      violations: [
        { shape: ["published", "set"] },
        { shape: ["denied-with-data", "unlike", "never", "get"] },
      ],
    });
  });

  it("rejects a remove by pattern that takes away more than is permitted", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.open("c2");
    history.login("c2", { username: "_ADMIN", password: "happn" }, "_ADMIN");
    for (const path of ["/a/b", "/ab", "/c"]) history.answer(history.set("c2", path, {}));
    history.answer(history.remove("c1", "/a*"), { data: { removed: 1 } });

    expect(judged(forbiddenHasNoEffect, history)).toEqual({ validity: "valid", exercised: 1 });

    history.answer(history.remove("c1", "/a*"), { data: { removed: 2 } });
    expect(judged(forbiddenHasNoEffect, history)).toMatchObject({
      violations: [{ shape: ["removed-by-pattern", "pattern"] }],
    });
  });
});
