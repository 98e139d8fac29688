import { describe, expect, it } from "vitest";

import { profileOf, type ProfileId } from "../../models/index.js";
import { HistoryBuilder, REFUSED } from "../history-builder.js";
import { isProtocolName, spokenIn } from "./spoken.js";

const spoken = (history: HistoryBuilder, profile: ProfileId = "13.x") =>
  spokenIn(history.recording(), profileOf(profile));

const asking = (protocol: string) => ({ action: "configure-session", data: { protocol } });

describe("what is spoken", () => {
  it("is the dialect that a connection asks for before anything else", () => {
    const found = spoken(new HistoryBuilder().speak("happn_4", "c1").connect("c2"));

    expect(found.of("c1#1").id).toBe("happn_4");
    expect(found.of("c2#1").id).toBe("happn_1.3.0");
    expect([...found.foreignSince]).toEqual([]);
  });

  it("is open from when on a connection asks for another one", () => {
    const history = new HistoryBuilder().speak("happn_4", "c1").connect("c2");
    history.request("c1", asking("happn_4"));
    const first = history.request("c1", asking("happn_2"));
    history.request("c1", asking("happn_3"));
    const other = history.request("c2", asking("nonsense"));
    const found = spoken(history);

    expect([...found.foreignSince]).toEqual([
      ["c1#1", first.arriveIndex],
      ["c2#1", other.arriveIndex],
    ]);
    expect(found.possible("c1#1").map(({ id }) => id)).toEqual([
      ...["happn_4", "happn_4", "happn_2", "happn_3"],
    ]);
    expect(found.possible("c2#1").map(({ id }) => id)).toEqual(["happn_1.3.0"]);
  });

  it("stays the first where asking is refused, comes late, or asks for what the profile has not", () => {
    const history = new HistoryBuilder();
    history.open("c1");
    history.request("c1", asking("happn_4"), { meta: REFUSED });
    history.connect("c2");
    history.request("c2", asking("happn_2"));
    const late = spoken(history);
    const unknown = spoken(new HistoryBuilder().speak("happn_4", "c1"), "1.x");

    expect([late.of("c1#1").id, late.of("c2#1").id]).toEqual(["happn_1.3.0", "happn_1.3.0"]);
    expect([...late.foreignSince.keys()]).toEqual(["c1#1", "c2#1"]);
    expect(unknown.of("c1#1").id).toBe("happn_1.3.0");
    expect([...unknown.foreignSince.keys()]).toEqual(["c1#1"]);
  });

  it("is worked out once for a recording and a profile", () => {
    const recording = new HistoryBuilder().speak("happn_2", "c1").recording();
    const first = spokenIn(recording, profileOf("13.x"));

    expect(spokenIn(recording, profileOf("13.x"))).toBe(first);
    expect(spokenIn(recording, profileOf("1.x"))).not.toBe(first);
  });

  it("goes by names of protocols", () => {
    expect(["happn", "happn_4", "happn_1.3.0"].every(isProtocolName)).toBe(true);
    expect(["nonsense", "happn_", "__proto__"].some(isProtocolName)).toBe(false);
  });
});
