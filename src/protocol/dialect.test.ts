import { describe, expect, it } from "vitest";

import { listenerMeant } from "./dialect.js";
import type { Json } from "./json.js";

describe("the listener meant", () => {
  it.each<[Json | undefined, unknown]>([
    ["one", { name: "one" }],
    [undefined, "all"],
    [null, "all"],
    [0, "all"],
    ["", "all"],
    [false, "all"],
    [1, "unclear"],
    [{}, "unclear"],
  ])("by %j is %j", (referenceId, meant) => {
    expect(listenerMeant(referenceId)).toEqual(meant);
  });
});
