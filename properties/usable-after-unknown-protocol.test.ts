import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { usableAfterUnknownProtocol } from "./usable-after-unknown-protocol.js";

const check = (history: HistoryBuilder) =>
  usableAfterUnknownProtocol.check(history.recording(), profileOf("1.x"));

const configure = { action: "configure-session", data: { protocol: "nonsense" } };

describe("usable-after-unknown-protocol", () => {
  it("accepts an error, and answers after it", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", configure, { meta: REFUSED });
    history.request("c1", { action: "describe" });

    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 1 });
  });

  it("reports an unknown protocol that is taken", () => {
    const history = new HistoryBuilder().connect("c1");
    history.request("c1", configure);

    expect(check(history.quiet())).toMatchObject({
      violations: [
        {
          message: `c1 asked for the protocol "nonsense" at 8 ms and was answered "ok"`,
          shape: ["not-refused"],
        },
      ],
    });
  });

  it("reports a connection that is not answered any more", () => {
    const history = new HistoryBuilder().connect("c1");
    const asked = history.send("c1", configure);
    const set = history.set("c1", "/a", {});

    expect(check(history.quiet())).toMatchObject({
      violations: [
        { shape: ["unanswered"], evidence: [asked.arriveIndex] },
        {
          message: `c1 asked for the protocol "nonsense" at 8 ms, and its "set" that arrived after, at 10 ms, was never answered`,
          shape: ["unusable"],
          evidence: [asked.arriveIndex, set.arriveIndex],
        },
      ],
    });
  });

  it("says nothing of protocols that exist, of connections that end, and before all is quiet", () => {
    const history = new HistoryBuilder().connect("c1", "c2");
    history.send("c1", { action: "configure-session", data: { protocol: "happn_4" } });
    history.send("c2", configure);
    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });

    history.leave("c2");
    expect(check(history.quiet())).toEqual({ validity: "valid", exercised: 0 });
  });
});
