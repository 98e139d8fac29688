import { describe, expect, it } from "vitest";

import { severityOf } from "./clause-severity.js";

describe("the severity of a violation", () => {
  it("is the property's where the clause is a must", () => {
    expect(severityOf({ severity: "must" }, "STO-5")).toBe("must");
    expect(severityOf({ severity: "should" }, "FRM-5")).toBe("should");
  });

  it("is the clause's where that is milder than the property", () => {
    expect(severityOf({ severity: "must" }, "STO-7")).toBe("should");
    expect(severityOf({ severity: "should" }, "FRM-4")).toBe("may");
  });

  it("is never stricter than the property", () => {
    expect(severityOf({ severity: "may" }, "STO-7")).toBe("may");
  });
});
