import { describe, expect, it } from "vitest";

import type { FoundViolation } from "../engine/index.js";
import { PLAN_FORMAT, type Plan } from "../plan/index.js";
import { ClauseRecord } from "./clause-record.js";
import type { ClauseInCase, Shortfall } from "./examination.js";
import type { Cell, Origin, ShownCase } from "./matrix.js";

const PLAN: Plan = {
  ...{ format: PLAN_FORMAT, generator: 0, seed: "s", mode: "lockstep" },
  ...{ clients: [], operations: [] },
};

function shown(origin: Origin): ShownCase {
  return { id: origin, says: "A client does something.", origin, plan: PLAN, history: null };
}

function said(exercised: number, shortfall: Shortfall | null = null): ClauseInCase {
  return {
    ...{ exercised, shortfall, violations: [], disturbances: [], undecided: null },
    observations: [],
  };
}

const REFUSED: Shortfall = { words: "of 3 requests 2 were refused", isServers: true };
const NEVER_CAME: Shortfall = { words: "of 3 requests 0 were refused", isServers: false };

/** Of a case that is broken otherwise. */
function disturbed(): ClauseInCase {
  const violation: FoundViolation = {
    ...{ property: "p", clause: "COR-4", severity: "must", message: "m", expected: "e" },
    ...{ shape: [], fingerprint: "f", evidence: [] },
  };
  return { ...said(0, REFUSED), disturbances: [violation] };
}

function cellOf(own: ClauseInCase | null, generated: ClauseInCase): Cell {
  const record = new ClauseRecord("STO-4");
  if (own !== null) record.add(own, shown("directed"), true);
  record.add(generated, shown("generated"), false);
  return record.cell(null, () => false, "no case was run");
}

describe("a clause", () => {
  it("is kept where the case that is meant for it put it to the test", () => {
    expect(cellOf(said(2), said(0, NEVER_CAME)).verdict).toBe("OK");
  });

  it("is not kept by the luck of other cases, and says why", () => {
    const cell = cellOf(said(0, REFUSED), said(5));

    expect(cell.verdict).toBe("UNKNOWN");
    expect(cell.remarks).toEqual([
      "the cases that are meant for it do not get so far: directed (of 3 requests 2 were refused)",
    ]);
    expect(cell.evidence[0]?.shown.origin).toBe("directed");
  });

  it("is unexercised where the server had no part in it", () => {
    expect(cellOf(said(0, NEVER_CAME), said(5)).verdict).toBe("UNEXERCISED");
  });

  it("is unexercised where its case was not run", () => {
    expect(cellOf(null, said(5)).verdict).toBe("UNEXERCISED");
  });

  it.each<[string, ClauseInCase, Cell["verdict"]]>([
    ["is kept where its case is disturbed in one dialect only", said(2), "OK"],
    ["is undecided where its case is disturbed in both", disturbed(), "UNKNOWN"],
    ["is undecided where its case shows nothing in the other", said(0, NEVER_CAME), "UNKNOWN"],
  ])("%s", (_, other, verdict) => {
    const record = new ClauseRecord("STO-4");
    record.add(disturbed(), shown("directed"), true);
    record.add(other, { ...shown("directed"), id: "in happn_4", formOf: "directed" }, true);
    const cell = record.cell(null, () => false, "no case was run");

    expect(cell.verdict).toBe(verdict);
    expect(cell.remarks).toEqual([
      verdict === "OK"
        ? "directed breaks COR-4 before it can tell, and does not in another dialect"
        : "the cases for it break COR-4 before they can tell",
    ]);
  });
});
