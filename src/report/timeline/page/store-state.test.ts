import { describe, expect, it } from "vitest";

import type { StoreChange, TimelineModel } from "../model.js";
import { storeAt } from "./store-state.js";

const change = (
  index: number,
  path: string,
  value: string | null | undefined,
  by: StoreChange["by"] = "model",
): StoreChange => ({ index, path, by, ...(value === undefined ? {} : { value }) });

const at = (index: number, ...store: readonly StoreChange[]) =>
  storeAt({ store } as unknown as TimelineModel, index).map(({ path, value, isNew, by }) =>
    [path, value, isNew ? "new" : "", by === "order" ? "order" : ""]
      .filter((word) => word !== "")
      .join(" "),
  );

describe("the store at a moment", () => {
  it("holds what was last stored by then, by path", () => {
    const changes = [change(1, "/b", "1"), change(2, "/a", "1"), change(5, "/b", "2")];

    expect(at(0, ...changes)).toEqual([]);
    expect(at(2, ...changes)).toEqual(["/a 1 new", "/b 1"]);
    expect(at(9, ...changes)).toEqual(["/a 1", "/b 2"]);
  });

  it("lists what was removed at that moment only", () => {
    const changes = [change(1, "/a", "1"), change(2, "/a", null)];

    expect(at(2, ...changes)).toEqual(["/a  new"]);
    expect(at(3, ...changes)).toEqual([]);
  });

  it("believes the order that was found before the model", () => {
    const changes = [
      change(1, "/a", "model"),
      change(2, "/a", "order", "order"),
      change(3, "/b", "1"),
    ];

    expect(at(4, ...changes, change(4, "/a", "model again"))).toEqual(["/a order order", "/b 1"]);
  });
});
