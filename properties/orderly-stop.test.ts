import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import type { Json } from "../src/protocol/index.js";
import { HistoryBuilder } from "./history-builder.js";
import { orderlyStop } from "./orderly-stop.js";

const check = (history: HistoryBuilder, profile: "1.x" | "13.x" = "1.x") =>
  orderlyStop.check(history.recording(), profileOf(profile));

function shapesOf(history: HistoryBuilder): readonly string[] {
  const finding = check(history);
  return finding.validity === "invalid"
    ? finding.violations.map(({ shape }) => shape.join(", "))
    : [];
}

const farewell = (data: Json = "server-side-disconnect"): Json => ({
  _meta: { type: "system" },
  eventKey: "server-side-disconnect",
  data,
});

function stopping(...clients: readonly string[]): HistoryBuilder {
  const history = new HistoryBuilder().connect(...clients).quiet();
  history.event({ kind: "stopping" });
  return history;
}

const end = (history: HistoryBuilder, connection: string) =>
  history.event({ kind: "end", connection, by: "server", how: "close 1000" });

describe("orderly-stop", () => {
  it("accepts a server that tells everybody and closes", () => {
    const history = stopping("c1", "c2");
    for (const connection of ["c1#1", "c2#1"]) {
      history.write(connection, farewell());
      end(history, connection);
    }

    expect(check(history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("rejects a close without a word, which profile 13.x allows", () => {
    const history = stopping("c1");
    end(history, "c1#1");

    expect(shapesOf(history)).toEqual(["not-told"]);
    expect(check(history, "13.x")).toEqual({ validity: "valid", exercised: 1 });
  });

  it("rejects a farewell after the end, and one with other data", () => {
    const late = stopping("c1");
    end(late, "c1#1");
    late.write("c1#1", farewell());
    const other = stopping("c1");
    other.write("c1#1", farewell({}));
    end(other, "c1#1");

    expect(shapesOf(late)).toEqual(["not-told"]);
    expect(shapesOf(other)).toEqual(["told-otherwise, object"]);
  });

  it("rejects a connection that stays open", () => {
    const history = stopping("c1");
    history.write("c1#1", farewell());

    expect(shapesOf(history)).toEqual(["not-closed"]);
  });

  it.each(["client", "network"] as const)(
    "asks nothing of a stop that the %s ran ahead of",
    (by) => {
      const history = stopping("c1");
      history.event({ kind: "end", connection: "c1#1", by, how: "reset" });
      const told = stopping("c1");
      told.write("c1#1", farewell({}));
      told.event({ kind: "end", connection: "c1#1", by, how: "reset" });

      expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
      expect(shapesOf(told)).toEqual(["told-otherwise, object"]);
    },
  );

  it("leaves alone who had left, and servers that crashed or were not stopped", () => {
    const left = new HistoryBuilder().connect("c1");
    left.leave("c1");
    left.event({ kind: "stopping" });
    const crashed = stopping("c1");
    crashed.event({ kind: "crash", cause: "exit", message: "exit 1", frames: [] });

    expect(check(left)).toEqual({ validity: "valid", exercised: 0 });
    expect(check(crashed)).toEqual({ validity: "valid", exercised: 0 });
    expect(check(new HistoryBuilder().connect("c1"))).toEqual({ validity: "valid", exercised: 0 });
  });
});
