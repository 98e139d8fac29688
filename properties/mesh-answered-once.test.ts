import { describe, expect, it } from "vitest";

import { profileOf } from "../models/index.js";
import { HistoryBuilder, type Sent } from "./history-builder.js";
import { meshAnsweredOnce } from "./mesh-answered-once.js";

const check = (history: HistoryBuilder) =>
  meshAnsweredOnce.check(history.recording(), profileOf("1.x"));

const REQUESTS = "/SET@/_exchange/requests/Node/part/*";
const METHOD = "/_exchange/requests/Node/part/method";

/** A node (`n1`), a caller (`c2`) and a stranger (`s3`), subscribed as in the transcript. */
class MeshScript {
  readonly history = new HistoryBuilder().connect("n1", "c2", "s3");
  readonly responses = `/SET@/_exchange/responses/${this.history.sessionOf("c2")}/*`;
  readonly address = `/_exchange/responses/${this.history.sessionOf("c2")}/Node/part/method/1`;

  constructor() {
    this.history.on("n1", REQUESTS);
    this.history.on("c2", this.responses);
    this.history.on("c2", "/SET@/_events/Node/part/*");
  }

  call(times = 1): Sent {
    const data = { callbackAddress: this.address, args: [] };
    const call = this.history.set("c2", METHOD, data, { noStore: true });
    for (let time = 0; time < times; time += 1) this.history.publish("n1", REQUESTS, call);
    this.history.answer(call);
    return call;
  }

  respond(times = 1): Sent {
    const response = this.history.set("n1", this.address, { status: "ok" }, { noStore: true });
    for (let time = 0; time < times; time += 1) {
      this.history.publish("c2", this.responses, response);
    }
    this.history.answer(response);
    return response;
  }
}

describe("mesh-answered-once", () => {
  it("accepts a call that reaches its node and is answered to its caller", () => {
    const mesh = new MeshScript();
    mesh.call();
    mesh.respond();

    expect(check(mesh.history)).toEqual({ validity: "valid", exercised: 2 });
  });

  it("rejects a response that never reaches the caller, and points at it", () => {
    const mesh = new MeshScript();
    mesh.call();
    const response = mesh.respond(0);

    expect(check(mesh.history)).toMatchObject({
      exercised: 2,
      violations: [
        {
          clause: "MSH-4",
          message: `c2 was sent 0 times the response that the set (noStore) of "${mesh.address}" by n1 makes, which arrived at 38 ms`,
          shape: ["response", "missing"],
          evidence: [response.arriveIndex, response.arriveIndex + 1],
        },
      ],
    });
  });

  it.each<[string, number, number, readonly string[]]>([
    ["a call that never reaches its node", 0, 1, ["request", "missing"]],
    ["a call that reaches its node twice", 2, 1, ["request", "repeated"]],
    ["a response that reaches the caller twice", 1, 2, ["response", "repeated"]],
  ])("rejects %s", (_, requests, responses, shape) => {
    const mesh = new MeshScript();
    mesh.call(requests);
    mesh.respond(responses);

    expect(check(mesh.history)).toMatchObject({ violations: [{ shape }] });
  });

  it("rejects a response that reaches a stranger, and accepts one who listens to all", () => {
    for (const listens of [false, true]) {
      const mesh = new MeshScript();
      if (listens) mesh.history.on("s3", "/SET@*");
      mesh.call();
      const response = mesh.history.set("n1", mesh.address, {}, { noStore: true });
      mesh.history.publish("c2", mesh.responses, response);
      mesh.history.publish("s3", "/SET@*", response);
      mesh.history.answer(response);

      expect(check(mesh.history)).toMatchObject(
        listens
          ? { validity: "valid" }
          : { violations: [{ clause: "MSH-4", shape: ["response", "misdirected"] }] },
      );
    }
  });

  it("asks nothing of a caller who has left, or of an address that two calls share", () => {
    const left = new MeshScript();
    left.call();
    left.history.leave("c2");
    left.respond(0);
    expect(check(left.history)).toEqual({ validity: "valid", exercised: 1 });

    const shared = new MeshScript();
    shared.call();
    shared.call();
    shared.respond(0);
    expect(check(shared.history)).toEqual({ validity: "valid", exercised: 0 });
  });

  it("rejects events of a node that are heard out of order, though they were pipelined", () => {
    const mesh = new MeshScript();
    const { history } = mesh;
    const one = history.set("n1", "/_events/Node/part/one", {}, { noStore: true });
    const two = history.set("n1", "/_events/Node/part/two", {}, { noStore: true });
    history.publish("c2", "/SET@/_events/Node/part/*", two);
    history.publish("c2", "/SET@/_events/Node/part/*", one);
    history.publish("c2", "/SET@/_events/Node/part/*", two);

    expect(check(history)).toMatchObject({
      violations: [{ clause: "MSH-6", shape: ["events-swapped", "SET pattern"] }],
    });
  });

  it("takes a stored write beside the events for none of them (MSH-5)", () => {
    const { history } = new MeshScript();
    const stored = history.set("n1", "/_events/Node/part/one", {});
    const event = history.set("n1", "/_events/Node/part/two", {}, { noStore: true });
    history.publish("c2", "/SET@/_events/Node/part/*", event);
    history.publish("c2", "/SET@/_events/Node/part/*", stored);

    expect(check(history)).toEqual({ validity: "valid", exercised: 0 });
  });
});
