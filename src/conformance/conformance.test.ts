import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { PROFILE_IDS, profileOf } from "../../models/index.js";
import { PROPERTIES } from "../../properties/index.js";
import { runCase, verdictOf } from "../engine/index.js";
import { formatPlan, parsePlan } from "../plan/index.js";
import { referenceTarget } from "../targets/reference/index.js";
import { inDialect } from "./in-dialect.js";
import { whyNotRun } from "./runnable.js";
import { CLAUSES, DIRECTED_CASES, examine, GROUNDS } from "./index.js";

const PROTOCOL = readFileSync(new URL("../../docs/PROTOCOL.md", import.meta.url), "utf8");

describe("clauses", () => {
  it("are those of docs/PROTOCOL.md, in its order", () => {
    const headings = [...PROTOCOL.matchAll(/^#### ([A-Z]{3}-\d+)$/gm)].map(([, id]) => id);

    expect(CLAUSES.map(({ id }) => id)).toEqual(headings);
  });

  it("are judged by properties that there are", () => {
    const ids = PROPERTIES.map(({ id }) => id);
    const unknown = GROUNDS.flatMap(({ judges }) => judges.filter((judge) => !ids.includes(judge)));

    expect(unknown).toEqual([]);
  });

  it("are judged by every property that cites them", () => {
    // The prediction repeats what others say, and says it of every clause.
    const missing = PROPERTIES.filter(({ id }) => id !== "lockstep-prediction").flatMap(
      ({ id, clauses }) =>
        GROUNDS.filter((ground) => clauses.includes(ground.id) && !ground.judges.includes(id)).map(
          (ground) => `${ground.id}: ${id}`,
        ),
    );

    expect(missing).toEqual([]);
  });

  it("have a case of their own each", () => {
    const meant = new Set(DIRECTED_CASES.flatMap(({ clauses }) => clauses));

    expect(GROUNDS.map(({ id }) => id).filter((id) => !meant.has(id))).toEqual([]);
  });
});

describe("directed cases", () => {
  it("have names of their own, and plans that can be kept", () => {
    const ids = DIRECTED_CASES.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { plan } of DIRECTED_CASES) {
      expect(parsePlan(formatPlan(plan))).toEqual({ ok: true, plan });
    }
  });

  it.each(PROFILE_IDS)(
    "put each of their clauses to the test, and find nothing in the reference of %s",
    async (profile) => {
      const target = referenceTarget(profile);
      const isCounting = profileOf(profile).dialects.some(({ knowsCount }) => knowsCount);
      const silent: string[] = [];
      const broken: string[] = [];
      const runnable = DIRECTED_CASES.filter(({ plan }) => whyNotRun(plan, target) === null);
      for (const { id, clauses, plan } of runnable) {
        const history = await runCase(plan, target);
        const verdict = verdictOf(history);
        broken.push(
          ...verdict.violations.map(({ clause, message }) => `${id}: ${clause} ${message}`),
        );
        const said = examine(verdict, history);
        silent.push(
          ...clauses
            .filter((clause) => (said.get(clause)?.exercised ?? 0) === 0)
            // A server may know no count.
            .filter((clause) => clause !== "DIA-8" || isCounting)
            .map((clause) => `${clause}: ${id}`),
        );
      }

      expect(broken).toEqual([]);
      expect(silent).toEqual([]);
    },
  );

  it.each(["happn_2", "happn_3", "happn_4"] as const)(
    "find nothing in the reference of 13.x either, where clients ask for %s",
    async (dialect) => {
      const target = referenceTarget("13.x");
      const broken: string[] = [];
      const forms = DIRECTED_CASES.flatMap((each) => inDialect(each, dialect) ?? []);
      for (const { id, plan } of forms.filter(({ plan }) => whyNotRun(plan, target) === null)) {
        const { violations } = verdictOf(await runCase(plan, target));
        broken.push(...violations.map(({ clause, message }) => `${id}: ${clause} ${message}`));
      }

      expect(forms.length).toBeGreaterThan(50);
      expect(broken).toEqual([]);
    },
  );
});
