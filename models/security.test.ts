import { describe, expect, it } from "vitest";

import {
  isJsonObject,
  type SecurityChange,
  type SecurityDirectory,
} from "../src/protocol/index.js";
import { Conversation, told } from "./conversation.js";

const DIRECTORY: SecurityDirectory = {
  groups: [
    { name: "all", permissions: [{ path: "/a/*", actions: ["get", "set", "remove", "on"] }] },
    { name: "some", permissions: [{ path: "/a/b", actions: ["get", "on"] }] },
  ],
  users: [
    { name: "ann", password: "of-ann", groups: ["all"] },
    { name: "bob", password: "of-bob", groups: ["some"] },
  ],
};

/** Ann on c1, bob on c2, and nobody on c3. */
function conversation(): Conversation {
  const talk = new Conversation("1.x", { security: DIRECTORY }, "c1", "c2", "c3");
  login(talk, "c1", { username: "ann", password: "of-ann" });
  login(talk, "c2", { username: "bob", password: "of-bob" });
  return talk;
}

const login = (talk: Conversation, client: string, data: object) =>
  talk.ask(client, "login", { data: { ...data } });

const errorOf = (talk: Conversation, client: string, action: string, path: string) => {
  const { error } = talk.ask(client, action, { path }).meta;
  return isJsonObject(error) ? error["name"] : null;
};

const change = (talk: Conversation, made: SecurityChange) =>
  talk.take({ kind: "administer", change: made });

describe("a server in secure mode", () => {
  it("logs in users by password and by token, and nobody else", () => {
    const talk = conversation();
    const { data } = login(talk, "c3", { username: "bob", password: "of-bob" });
    const token = isJsonObject(data) ? (data["token"] ?? null) : null;

    expect(data).toMatchObject({ id: "s3", user: { username: "bob" } });
    expect(login(talk, "c3", { token }).meta["status"]).toBe("ok");
    for (const wrong of [{ username: "bob", password: "of-ann" }, { token: "made-up" }, {}]) {
      expect(login(talk, "c3", wrong).meta).toMatchObject({
        status: "error",
        error: { name: "InvalidCredentials" },
      });
    }
  });

  it("serves what a permission allows, refuses everything else, and leaves no trace of it", () => {
    const talk = conversation();

    expect(errorOf(talk, "c1", "set", "/a/b")).toBeNull();
    expect(errorOf(talk, "c2", "get", "/a/b")).toBeNull();
    expect(errorOf(talk, "c2", "remove", "/a/b")).toBe("AccessDenied");
    expect(errorOf(talk, "c2", "get", "/a/*")).toBe("AccessDenied");
    expect(errorOf(talk, "c3", "get", "/a/b")).toBe("AccessDenied");
    expect(errorOf(talk, "c3", "describe", "")).toBeNull();
    expect(talk.state.store.has("/a/b")).toBe(true);
  });

  it("publishes to those who may hear of it at that moment", () => {
    const talk = conversation();
    talk.on("c1", "/SET@/a/*");
    talk.on("c2", "/SET@/a/b");

    expect(told(talk.set("c1", "/a/b", {}))).toEqual(['c1 "/SET@/a/*"', 'c2 "/SET@/a/b"']);

    change(talk, { kind: "withdraw", group: "some", path: "/a/b", actions: ["on"] });
    expect(told(talk.set("c1", "/a/b", {}))).toEqual(['c1 "/SET@/a/*"']);

    change(talk, { kind: "grant", group: "some", path: "/a/b", actions: ["on"] });
    change(talk, { kind: "revoke-session", sessionId: "s1" });
    login(talk, "c3", { username: "ann", password: "of-ann" });
    expect(told(talk.set("c3", "/a/b", {}))).toEqual(['c2 "/SET@/a/b"']);
  });

  it("refuses a revoked session, and its token", () => {
    const talk = conversation();
    const { data } = login(talk, "c2", { username: "bob", password: "of-bob" });
    const token = isJsonObject(data) ? (data["token"] ?? null) : null;
    talk.ask("c2", "revoke-session");

    expect(errorOf(talk, "c2", "get", "/a/b")).toBe("AccessDenied");
    expect(login(talk, "c3", { token }).meta["status"]).toBe("error");
  });

  it("makes changes of users and groups that there are, and no others", () => {
    const talk = conversation();
    const before = talk.state.security;
    change(talk, { kind: "link", user: "eve", group: "all" });
    change(talk, { kind: "unlink", user: "ann", group: "none" });
    change(talk, { kind: "grant", group: "none", path: "*", actions: ["get"] });

    expect(talk.state.security).toEqual(before);

    change(talk, { kind: "link", user: "bob", group: "all" });
    change(talk, { kind: "unlink", user: "ann", group: "all" });
    change(talk, { kind: "set-password", user: "ann", password: "new" });
    expect(errorOf(talk, "c2", "set", "/a/c")).toBeNull();
    expect(errorOf(talk, "c1", "set", "/a/c")).toBe("AccessDenied");
    expect(login(talk, "c3", { username: "ann", password: "new" }).meta["status"]).toBe("ok");

    change(talk, { kind: "remove-user", user: "bob" });
    expect(errorOf(talk, "c2", "set", "/a/c")).toBe("AccessDenied");
  });
});
