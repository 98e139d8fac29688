import { describe, expect, it } from "vitest";

import type { Plan, PlannedAction } from "../../plan/index.js";
import { minimise } from "./minimise.js";
import { pathsOf, withLetters } from "./path.js";
import { failingWhere, NO_EVIDENCE, planWith } from "./planted.test-support.js";

/** Sets at paths, and subscriptions where there is a star. */
function planAt(...paths: readonly string[]): Plan {
  const plan = planWith(paths.length);
  const operations = plan.operations.map((operation, index) => {
    const path = paths[index] as string;
    const action: PlannedAction = path.includes("*")
      ? { kind: "on", channel: `/ALL@${path}`, options: {} }
      : { kind: "set", path, data: {}, options: {} };
    return { ...operation, action };
  });
  return { ...plan, operations };
}

function lettersOf(names: "segments" | "parts", ...paths: readonly string[]) {
  return pathsOf(withLetters(planAt(...paths), names));
}

describe("letters", () => {
  it("stand for segments by their first appearance", () => {
    expect(lettersOf("segments", "/orders/42", "/42/*", "/orders/7")).toEqual([
      "/a/b",
      "/b/*",
      "/a/c",
    ]);
  });

  it("keep spellings apart that differ in case, and slashes where they are", () => {
    expect(lettersOf("segments", "/Orders/x/", "orders/X")).toEqual(["/a/b/", "A/B"]);
  });

  it("leave the names of the mesh alone in its paths", () => {
    expect(lettersOf("segments", "/_exchange/requests/TestNode/go", "/TestNode")).toEqual([
      "/_exchange/requests/TestNode/a",
      "/b",
    ]);
  });

  it("stand for what names have in common, where parts count", () => {
    expect(lettersOf("parts", "/orders/42", "/order*", "/other")).toEqual(["/ab/c", "/a*", "/d"]);
    expect(lettersOf("parts", "/x1", "/x")).toEqual(["/ab", "/a"]);
  });

  it("leave odd characters where they are, where parts count", () => {
    expect(lettersOf("parts", "/deviceData.value/(z", "/b/(*")).toEqual(["/a.b/(c", "/d/(*"]);
  });
});

describe("minimising paths", () => {
  async function minimised(plan: Plan, fails: (paths: readonly string[]) => boolean) {
    const result = await minimise(plan, NO_EVIDENCE, {
      failureOf: failingWhere((candidate) => fails(pathsOf(candidate))),
      runsMax: 5_000,
    });
    return result.plan.operations.map(({ action }) =>
      action.kind === "set" ? action.path : action.kind === "on" ? action.channel : action.kind,
    );
  }

  it("comes to one short path", async () => {
    const plan = planAt("/orders/42/x", "/orders/*", "/a/b/c/d/e");

    expect(await minimised(plan, (paths) => paths.length > 0)).toEqual(["/a"]);
  });

  it("keeps two paths apart where they must be", async () => {
    const plan = planAt("/orders/42/x", "/orders/7", "/orders/42");

    expect(await minimised(plan, (paths) => paths.length > 1)).toEqual(["/a", "/b"]);
  });

  it("keeps a pattern where one is needed, and what it takes in", async () => {
    const plan = planAt("/x/orders/42", "/x/orders/*", "/y");
    const fails = (paths: readonly string[]) =>
      paths.some(
        (path) =>
          path.endsWith("/*") &&
          paths.some((other) => other !== path && other.startsWith(path.slice(0, -1))),
      );

    expect(await minimised(plan, fails)).toEqual(["/a", "/SET@/*"]);
  });

  it("keeps an odd character, and nothing around it", async () => {
    const plan = planAt("/b/deviceData(z.x/y", "/c");

    expect(await minimised(plan, (paths) => paths.some((path) => path.includes("(")))).toEqual([
      "/(",
    ]);
  });

  it("keeps a spelling in capitals", async () => {
    const plan = planAt("/Orders/write", "/orders/write");
    const fails = (paths: readonly string[]) =>
      paths.some((path) => path !== path.toLowerCase() && paths.includes(path.toLowerCase()));

    expect((await minimised(plan, fails)).map((path) => path.toLowerCase())).toEqual(["/a", "/a"]);
  });
});
