import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";

import { Root, rootAt } from "./root.js";

const ROOT = new Root("/home/x/.cache/a", "/srv/server");

describe("the root of a server", () => {
  it("names its files as the server does, and as they are called", () => {
    expect(ROOT.shownPath("/home/x/.cache/a/lib/b.js")).toBe("/srv/server/lib/b.js");
    expect(ROOT.realPath("/srv/server/lib/b.js")).toBe("/home/x/.cache/a/lib/b.js");
    expect(ROOT.realPath(ROOT.shownPath("/home/x/.cache/a"))).toBe("/home/x/.cache/a");
  });

  it("leaves everything else alone", () => {
    expect(ROOT.shownPath("/home/x/.cache/another/b.js")).toBe("/home/x/.cache/another/b.js");
    expect(ROOT.realPath("/srv/servers")).toBe("/srv/servers");
    expect(ROOT.realArgument(7)).toBe(7);
    const url = new URL("http://localhost/srv/server");
    expect(ROOT.realArgument(url)).toBe(url);
  });

  it("takes URLs of files for paths", () => {
    const url = pathToFileURL("/srv/server/b.json");

    expect(String(ROOT.realArgument(url))).toBe("file:///home/x/.cache/a/b.json");
  });

  it("has errors tell of the files that the server knows", () => {
    const error = Object.assign(new Error("no '/home/x/.cache/a/b'"), {
      path: "/home/x/.cache/a/b",
      requireStack: ["/home/x/.cache/a/c.js"],
    });

    expect(ROOT.shownError(error)).toBe(error);
    expect(error).toMatchObject({
      message: "no '/srv/server/b'",
      path: "/srv/server/b",
      requireStack: ["/srv/server/c.js"],
    });
    expect(error.stack).toContain("/srv/server/b");
  });

  it("goes by real names while Node looks for a file, and where both are the same", () => {
    expect([ROOT.isReal, ROOT.really(() => ROOT.isReal), ROOT.isReal]).toEqual([
      false,
      true,
      false,
    ]);
    expect(rootAt("/srv/x").isReal).toBe(true);
  });
});
