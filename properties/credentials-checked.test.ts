import { describe, expect, it } from "vitest";

import { credentialsChecked } from "./credentials-checked.js";
import { REFUSED } from "./history-builder.js";
import { judged, SecureHistory } from "./security-history.test-support.js";

const right = { username: "ann", password: "of-ann" };
const wrong = { username: "ann", password: "of-bob" };

describe("credentials-checked", () => {
  it("accepts a session for the right password, and for a token that was given", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.open("c2");
    history.login("c2", { token: history.tokenOf("c1", "ann") }, "ann");

    expect(judged(credentialsChecked, history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("accepts a refusal of a wrong password, of a token nobody was given, and of nothing", () => {
    const history = new SecureHistory();
    history.open("c1");
    for (const data of [wrong, { token: "made-up" }, {}]) {
      history.request("c1", { action: "login", data }, { meta: REFUSED });
    }

    expect(judged(credentialsChecked, history)).toEqual({ validity: "valid", exercised: 3 });
  });

  it.each([
    ["password", wrong],
    ["token", { token: "made-up" }],
    ["nothing", {}],
    ["username-alone", { username: "ann" }],
  ])("rejects a session for what is nobody's: %s", (word, data) => {
    const history = new SecureHistory();
    history.open("c1");
    history.login("c1", data, "ann");

    expect(judged(credentialsChecked, history)).toMatchObject({
      validity: "invalid",
      violations: [{ clause: "SEC-1", shape: ["served", word] }],
    });
  });

  it("rejects a refusal of the right password, unless wrong ones came often before", () => {
    const history = new SecureHistory();
    history.open("c1");
    history.request("c1", { action: "login", data: right }, { meta: REFUSED });

    expect(judged(credentialsChecked, history)).toMatchObject({
      violations: [{ shape: ["refused", "password"] }],
    });

    const lockedOut = new SecureHistory();
    lockedOut.open("c1");
    for (const data of [wrong, wrong, wrong, wrong, right]) {
      lockedOut.request("c1", { action: "login", data }, { meta: REFUSED });
    }
    expect(judged(credentialsChecked, lockedOut)).toEqual({ validity: "valid", exercised: 5 });
  });

  it("rejects the session of another user", () => {
    const history = new SecureHistory();
    history.open("c1");
    history.login("c1", right, "bob");

    expect(judged(credentialsChecked, history)).toMatchObject({
      violations: [{ shape: ["as-another", "password"] }],
    });
  });

  it("leaves open what is answered while the password changes, and asks for the new one after", () => {
    const history = new SecureHistory();
    history.open("c1");
    const changing = history.administer({ kind: "set-password", user: "ann", password: "new" });
    history.login("c1", right, "ann");
    history.administered(changing);
    history.request("c1", { action: "login", data: right }, { meta: REFUSED });

    expect(judged(credentialsChecked, history)).toEqual({ validity: "valid", exercised: 1 });

    history.login("c1", right, "ann");
    expect(judged(credentialsChecked, history)).toMatchObject({
      violations: [{ shape: ["served", "password"] }],
    });
  });

  it("rejects a session for the token of a user who is gone", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.change({ kind: "remove-user", user: "ann" });
    history.open("c2");
    history.login("c2", { token: history.tokenOf("c1", "ann") }, "ann");

    expect(judged(credentialsChecked, history)).toMatchObject({
      violations: [{ shape: ["served", "token"] }],
    });
  });
});
