import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Json, JsonObject } from "../src/protocol/index.js";
import {
  announce,
  callRequest,
  emitRequest,
  react,
  responsesChannel,
  subscribeRequest,
  type MeshNode,
  type MeshReaction,
} from "./mesh.js";

const NODE: MeshNode = {
  name: "TestNode",
  components: [
    { name: "security", version: "2.14.2", methods: [] },
    {
      name: "componentName",
      version: "1.0.0",
      methods: [
        { name: "methodName", behaviour: "answer", delayMs: 4 },
        { name: "causeEventMethod", behaviour: "answer", emits: "event/name", delayMs: 7 },
        { name: "erroringMethodName", behaviour: "error", delayMs: 0 },
        { name: "throwingMethodName", behaviour: "throw", emits: "event/name", delayMs: 0 },
      ],
    },
  ],
};

/** What the node does about a call, as it hears it. */
function called(method: string, args: readonly Json[] = [], component = "componentName") {
  const { path, data } = callRequest("s1", "TestNode", component, method, 3, args);
  return react(NODE, { path, data, meta: {} });
}

function answerOf(reactions: readonly MeshReaction[]): Json | undefined {
  return reactions.at(-1)?.request.data;
}

describe("a node that announces itself", () => {
  it("describes itself twice, and subscribes to the requests of each component in between", () => {
    const requests = announce(NODE);

    expect(requests.map(({ action, path }) => `${action} ${path}`)).toEqual([
      "set /mesh/schema/description",
      "set /mesh/schema/config",
      "on /SET@/_exchange/requests/TestNode/security/*",
      "on /SET@/_exchange/requests/TestNode/componentName/*",
      "set /mesh/schema/description",
      "set /mesh/schema/config",
    ]);
    expect(requests[0]?.data).toEqual({ initializing: true, name: "TestNode", components: {} });
    expect(requests[4]?.data).toMatchObject({
      initializing: false,
      components: {
        componentName: {
          version: "1.0.0",
          methods: { methodName: { parameters: [{ name: "callback" }] } },
        },
      },
    });
    expect(requests[3]?.options).toMatchObject({ listenerId: 1, refCount: 1 });
  });
});

describe("a node that is called", () => {
  it("answers after its delay, at the address of the call, with what it was given", () => {
    expect(called("methodName", [5])).toEqual([
      {
        delayMs: 4,
        request: {
          action: "set",
          path: "/_exchange/responses/s1/TestNode/componentName/methodName/3",
          data: { status: "ok", args: [null, { key: "value" }, 5] },
          options: { timeout: 10_000, noStore: true },
        },
      },
    ]);
  });

  it("emits before it answers", () => {
    expect(
      called("causeEventMethod").map(({ delayMs, request }) => [delayMs, request.path]),
    ).toEqual([
      [7, "/_events/TestNode/componentName/event/name"],
      [7, "/_exchange/responses/s1/TestNode/componentName/causeEventMethod/3"],
    ]);
  });

  it.each([
    ["erroringMethodName", "componentName", "error"],
    ["throwingMethodName", "componentName", "failed"],
    ["noSuchMethod", "componentName", "failed"],
    ["methodName", "noSuchComponent", "failed"],
    ["methodName/deeper", "componentName", "failed"],
    ["methodName", "componentName/methodName", "failed"],
  ])("answers %s of %s with %s", (method, component, status) => {
    expect(answerOf(called(method, [], component))).toMatchObject({
      status,
      args: [{ name: "Error", message: expect.any(String) as string }],
    });
  });

  it.each<[string, JsonObject]>([
    ["args that are none", { args: null }],
    ["args that are no array", { args: { length: 1 } }],
    ["no origin", { origin: null }],
    ["an origin without an id", { origin: {} }],
  ])("answers failed for %s", (_name, fields) => {
    const { path, data } = callRequest("s1", "TestNode", "componentName", "methodName", 1, []);
    const reactions = react(NODE, { path, data: { ...(data as JsonObject), ...fields }, meta: {} });

    expect(answerOf(reactions)).toMatchObject({ status: "failed" });
  });

  it.each([
    ["no data", null],
    ["no callbackAddress", { args: [] }],
    ["a callbackAddress that is no text", { callbackAddress: 7 }],
    ["a callbackAddress that is elsewhere", { callbackAddress: "/mesh/schema/config" }],
  ] as const)("has nowhere to answer with %s", (_name, data) => {
    const path = "/_exchange/requests/TestNode/componentName/methodName";

    expect(react(NODE, { path, data, meta: {} })).toEqual([]);
  });

  it("does not answer for another node, nor for what is no call", () => {
    const { data } = callRequest("s1", "OtherNode", "componentName", "methodName", 1, []);
    for (const path of ["/_exchange/requests/OtherNode/componentName/methodName", "/a", 7]) {
      expect(react(NODE, { path, data, meta: {} })).toEqual([]);
    }
    expect(react(NODE, { path: undefined, data: undefined, meta: {} })).toEqual([]);
  });

  it("answers at most once whatever it hears, and lives on", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (data, method) => {
        const path = `/_exchange/requests/TestNode/componentName/${method}`;
        const answers = react(NODE, { path, data: data as Json, meta: {} }).filter(({ request }) =>
          request.path.startsWith("/_exchange/responses/"),
        );

        expect(answers.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("a caller", () => {
  it("sets the request, with an address that only its own session listens to", () => {
    expect(callRequest("s1", "TestNode", "componentName", "methodName", 2, ["x"])).toEqual({
      action: "set",
      path: "/_exchange/requests/TestNode/componentName/methodName",
      data: {
        callbackAddress: "/_exchange/responses/s1/TestNode/componentName/methodName/2",
        args: ["x"],
        origin: { id: "s1" },
      },
      options: { timeout: 10_000, noStore: true },
    });
    expect(responsesChannel("s1")).toBe("/SET@/_exchange/responses/s1/*");
    expect(responsesChannel("s1", "segments")).toBe("/SET@/_exchange/responses/s1/**");
  });

  it("subscribes once, with the options of mesh clients", () => {
    expect(subscribeRequest(responsesChannel("s1"), 1)).toMatchObject({
      action: "on",
      path: "/SET@/_exchange/responses/s1/*",
      options: { event_type: "set", count: 0, listenerId: 1, refCount: 1 },
    });
  });
});

describe("an event", () => {
  it("is not stored, and carries the version of its component", () => {
    expect(emitRequest("TestNode", "componentName", "event/name", { k: 1 }, "1.2.3")).toEqual({
      action: "set",
      path: "/_events/TestNode/componentName/event/name",
      data: { k: 1 },
      options: { noStore: true, meta: { componentVersion: "1.2.3" }, timeout: 60_000 },
    });
  });
});
