import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json } from "../src/protocol/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { publicationMetaReserved } from "./publication-meta-reserved.js";

const check = (history: HistoryBuilder) =>
  publicationMetaReserved.check(history.recording(), profileOf("1.x"));

const OWN = { channel: "/SET@/a", consistency: 2 };

describe("publication-meta-reserved", () => {
  it.each<[string, Json]>([
    ["channel", "/SET@/mine"],
    ["consistency", 7],
    ["publicationId", "mine"],
  ])("rejects a %s taken from the request's meta, and accepts the server's own", (field, value) => {
    const overwritten = new HistoryBuilder().connect("c1");
    overwritten.on("c1", "/SET@/a");
    const first = overwritten.set("c1", "/a", {}, { meta: { [field]: value } });
    const index = overwritten.publish("c1", "/SET@/a", first, { meta: { [field]: value } });
    const kept = new HistoryBuilder().connect("c1");
    kept.on("c1", "/SET@/a");
    const second = kept.set("c1", "/a", {}, { meta: { [field]: value } });
    const publicationId = `${kept.sessionOf("c1")}-${JSON.stringify(second.frame["eventId"])}`;
    kept.publish("c1", "/SET@/a", second, { meta: { ...OWN, publicationId } });

    expect(check(overwritten)).toMatchObject({
      validity: "invalid",
      exercised: 1,
      violations: [{ clause: "PUB-3", shape: [field], evidence: [first.arriveIndex, index] }],
    });
    expect(check(kept)).toEqual({ validity: "valid", exercised: 1 });
  });

  it("leaves alone what the server would have said anyway", () => {
    const history = new HistoryBuilder().connect("c1");
    history.on("c1", "/SET@/a");
    history.publish("c1", "/SET@/a", history.set("c1", "/a", {}, { meta: OWN }));

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });
});
