import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, REFUSED } from "./history-builder.js";
import { listenerNamed } from "./listener-named.js";

const check = (history: HistoryBuilder) =>
  listenerNamed.check(history.recording(), profileOf("13.x"));

const on = (history: HistoryBuilder, client: string, changed: object, options = {}) =>
  history.request(client, { action: "on", path: "/SET@/a", options }, changed);

describe("listener-named", () => {
  it("accepts names of their own, of several sessions the same", () => {
    const history = new HistoryBuilder().speak("happn_3", "c1", "c2");
    on(history, "c1", { data: { id: "one" } });
    on(history, "c1", { data: { id: "two" } });
    on(history, "c2", { data: { id: "one" } });

    expect(check(history)).toEqual({ validity: "valid", exercised: 3 });
  });

  it("accepts initial values with and without a name", () => {
    const history = new HistoryBuilder().speak("happn_2", "c1");
    on(history, "c1", { data: [] }, { initialCallback: true });
    on(history, "c1", { data: [] }, { initialEmit: true });
    on(history, "c1", { data: [] }, { initialCallback: "yes" });
    on(history, "c1", { data: [], meta: { referenceId: "one" } }, { initialEmit: true });

    expect(check(history)).toEqual({ validity: "valid", exercised: 4 });
  });

  it("leaves out refusals, the first dialect, and who has asked for another one since", () => {
    const history = new HistoryBuilder().speak("happn_4", "c1").connect("c2");
    on(history, "c1", { meta: REFUSED });
    on(history, "c2", {});
    history.request("c1", { action: "configure-session", data: { protocol: "happn_2" } });
    on(history, "c1", {});

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("rejects an answer without a name", () => {
    const history = new HistoryBuilder().speak("happn_4", "c1");
    const { arriveIndex } = on(history, "c1", {});

    expect(check(history)).toMatchObject({
      violations: [
        {
          clause: "DIA-2",
          shape: ["nameless", "object"],
          evidence: [arriveIndex, arriveIndex + 1],
        },
      ],
    });
  });

  it("rejects a name that is given again", () => {
    const history = new HistoryBuilder().speak("happn_4", "c1");
    const first = on(history, "c1", { data: { id: "one" } });
    const second = on(history, "c1", { data: [], meta: { referenceId: "one" } });

    expect(check(history)).toMatchObject({
      violations: [
        {
          clause: "DIA-2",
          shape: ["name-given-again"],
          evidence: [first.arriveIndex + 1, second.arriveIndex + 1],
        },
      ],
    });
  });
});
