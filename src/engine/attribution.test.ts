import { describe, expect, it } from "vitest";

import { withoutTriggers, type Plan } from "../plan/index.js";
import { causeOf, suspectsOf, type Rerun } from "./attribution.js";
import type { KnownIssue } from "./known-issue.js";

const LATENCY = { delayMsMin: 1, delayMsMax: 1, shape: "uniform" } as const;

const PLAN: Plan = {
  format: 1,
  generator: 0,
  seed: "by hand",
  mode: "concurrent",
  clients: [{ name: "c1", link: { up: LATENCY, down: LATENCY } }],
  operations: [
    {
      id: "o1",
      client: "c1",
      afterMs: 0,
      awaited: true,
      action: { kind: "set", path: "/a", data: {}, options: { tag: "t", set_type: "sibling" } },
    },
    {
      id: "o2",
      client: "c1",
      afterMs: 0,
      awaited: true,
      action: { kind: "off", channel: "*", options: {} },
    },
  ],
};

function issue(id: string, trigger: string, property = "p"): KnownIssue {
  return { id, sentence: "s", trigger: [trigger], explains: [{ property }] };
}

const TAGS = issue("tagged", "tags");
const SIBLINGS = issue("sibling", "siblings");
const OFFS = issue("off", "off-of-everything");

function violation(fingerprint: string, property = "p") {
  return { property, clause: "PUB-1", shape: [], fingerprint };
}

/** A server that breaks `fingerprint` wherever one of these triggers is in the plan. */
function server(breaks: Readonly<Record<string, readonly string[]>>) {
  const plans: Plan[] = [];
  const rerun: Rerun = (plan) => {
    plans.push(plan);
    const isShown = (triggers: readonly string[]) =>
      triggers.length === 0 || triggers.some((id) => withoutTriggers(plan, [id]) !== plan);
    const shown = Object.entries(breaks).filter(([, triggers]) => isShown(triggers));
    return Promise.resolve(new Set(shown.map(([fingerprint]) => fingerprint)));
  };
  return { rerun, plans };
}

const ids = (issues: readonly KnownIssue[] | undefined) => issues?.map(({ id }) => id);

describe("attribution", () => {
  it("takes for known what is gone without the trigger, and for new what isn't", async () => {
    const { rerun, plans } = server({ a: ["tags"], b: [] });
    const known = await suspectsOf(PLAN, [violation("a"), violation("b")], [TAGS], rerun);

    expect([...known.keys()]).toEqual(["a"]);
    expect(plans).toHaveLength(1);
  });

  it("runs nothing where no issue comes into question", async () => {
    const { rerun, plans } = server({});
    const violations = [violation("a"), violation("b", "q")];
    const unsuspected = [issue("counted", "counts"), issue("other", "tags", "another")];

    expect((await suspectsOf(PLAN, violations, unsuspected, rerun)).size).toBe(0);
    expect(plans).toEqual([]);
  });

  it("suspects an issue only where somebody speaks a dialect that it shows in", async () => {
    const { rerun } = server({ a: ["tags"] });
    const later = {
      ...PLAN,
      clients: PLAN.clients.map((c) => ({ ...c, dialect: "happn_4" as const })),
    };
    const first: KnownIssue = { ...TAGS, dialects: ["happn_1.3.0"] };
    const suspected = async (plan: Plan, known: KnownIssue) =>
      ids((await suspectsOf(plan, [violation("a")], [known], rerun)).get("a"));

    expect(await suspected(PLAN, first)).toEqual(["tagged"]);
    expect(await suspected(later, first)).toBeUndefined();
    expect(await suspected(later, TAGS)).toEqual(["tagged"]);
    expect(await suspected(later, { ...TAGS, dialects: ["happn_3", "happn_4"] })).toEqual([
      "tagged",
    ]);
  });

  it("takes a shape that only one defect has for known as it stands", async () => {
    const { rerun, plans } = server({});
    const matched: KnownIssue = { id: "m", sentence: "s", match: { fingerprint: "a" } };
    const known = await suspectsOf(PLAN, [violation("a")], [TAGS, matched], rerun);

    expect(ids(known.get("a"))).toEqual(["m"]);
    expect(plans).toEqual([]);
  });

  it("takes out every known trigger, not only those in question", async () => {
    const { rerun } = server({ a: ["tags", "off-of-everything"] });
    const elsewhere = issue("off", "off-of-everything", "another");
    const known = await suspectsOf(PLAN, [violation("a")], [TAGS, elsewhere], rerun);

    expect(ids(known.get("a"))).toEqual(["tagged"]);
  });

  it("names all that come into question, at the cost of one run", async () => {
    const { rerun, plans } = server({ a: ["siblings"] });
    const known = await suspectsOf(PLAN, [violation("a")], [TAGS, SIBLINGS, OFFS], rerun);

    expect(ids(known.get("a"))).toEqual(["tagged", "sibling", "off"]);
    expect(plans).toHaveLength(1);
  });

  it.each<[string, readonly string[], string]>([
    ["the one without which it is gone", ["siblings"], "sibling"],
    ["the first of those, where each would do", ["tags"], "tagged"],
    ["the last, where it takes several to be gone", ["tags", "off-of-everything"], "off"],
  ])("finds the cause: %s", async (_, triggers, cause) => {
    const { rerun } = server({ a: triggers });

    expect((await causeOf(PLAN, "a", [TAGS, SIBLINGS, OFFS], rerun))?.id).toBe(cause);
  });

  it("asks nobody for the cause where there is one suspect, or none", async () => {
    const { rerun, plans } = server({});

    expect((await causeOf(PLAN, "a", [TAGS], rerun))?.id).toBe("tagged");
    expect(await causeOf(PLAN, "a", [], rerun)).toBe(null);
    expect(plans).toEqual([]);
  });

  it("asks by halves", async () => {
    const { rerun, plans } = server({ a: ["tags"] });
    const suspects = Array.from({ length: 16 }, (_, index) =>
      issue(`issue ${index}`, index === 10 ? "tags" : "off-of-everything"),
    );

    expect((await causeOf(PLAN, "a", suspects, rerun))?.id).toBe("issue 10");
    expect(plans).toHaveLength(4);
  });

  it("asks no more once it is over, and says the last", async () => {
    const { rerun, plans } = server({});

    const cause = await causeOf(PLAN, "a", [TAGS, SIBLINGS, OFFS], rerun, () => true);

    expect(cause).toBe(OFFS);
    expect(plans).toEqual([]);
  });
});
