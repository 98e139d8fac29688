import { describe, expect, it } from "vitest";

import { REFUSED } from "./history-builder.js";
import { permittedIsServed } from "./permitted-is-served.js";
import { DENIED, judged, SecureHistory } from "./security-history.test-support.js";

const get = (path: string) => ({ action: "get", path, options: {} });

describe("permitted-is-served", () => {
  it("accepts what is served, what is refused for want of permission, and what fails otherwise", () => {
    const history = new SecureHistory().as("c1", "bob");
    history.request("c1", get("/a/b"));
    history.request("c1", get("/a/c"), { meta: DENIED });
    history.request("c1", get("/a/b"), { meta: REFUSED });

    expect(judged(permittedIsServed, history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("rejects a denial of what has been permitted since before it arrived", () => {
    const history = new SecureHistory().as("c1", "bob");
    const { arriveIndex } = history.request("c1", get("/a/b"), { meta: DENIED });

    expect(judged(permittedIsServed, history)).toMatchObject({
      validity: "invalid",
      violations: [
        { clause: "SEC-2", shape: ["refused", "alone", "as-at-first"], evidence: [arriveIndex, 8] },
      ],
    });
  });

  it("accepts either while a permission is given, and asks for it after", () => {
    const history = new SecureHistory().as("c1", "cid");
    const linking = history.administer({ kind: "link", user: "cid", group: "some" });
    history.request("c1", get("/a/b"), { meta: DENIED });
    history.administered(linking);

    expect(judged(permittedIsServed, history)).toEqual({ validity: "valid", exercised: 0 });

    history.request("c1", get("/a/b"), { meta: DENIED });
    expect(judged(permittedIsServed, history)).toMatchObject({
      violations: [{ shape: ["refused", "alone", "granted-later"] }],
    });
  });

  it("rejects a denial of a pattern that one permission takes in whole", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.request("c1", get("/a/b/*"), { meta: DENIED });

    expect(judged(permittedIsServed, history).validity).toBe("invalid");
  });

  it("leaves open what a permission takes in a part of", () => {
    const history = new SecureHistory().as("c1", "ann");
    history.request("c1", get("*"), { meta: DENIED });

    expect(judged(permittedIsServed, history)).toEqual({ validity: "valid", exercised: 0 });
  });
});
