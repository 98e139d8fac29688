import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";

import { Replacements } from "./replacement.js";

describe("replacements", () => {
  it("replace a method that is only inherited, and leave no trace", () => {
    const holder = new EventEmitter();
    const replacements = new Replacements();
    replacements.method(holder, "emit", () => () => "replaced");
    replacements.install();

    expect(holder.emit("anything")).toBe("replaced");

    replacements.uninstall();

    expect(Object.hasOwn(holder, "emit")).toBe(false);
    expect(holder.emit("anything")).toBe(false);
  });

  it("leave alone what is not there", () => {
    const holder = {};
    const replacements = new Replacements();
    replacements.method(holder, "missing", () => () => "replaced");
    replacements.install();

    expect(holder).toEqual({});
  });
});
