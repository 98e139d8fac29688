import { describe, expect, it } from "vitest";

import { fingerprintOf } from "./fingerprint.js";

describe("fingerprint", () => {
  it("never changes for a property, clause and shape: known issues and artifacts name it", () => {
    expect(fingerprintOf("answered-once", { clause: "COR-1", shape: ["unanswered", "set"] })).toBe(
      "jd6tq2yz15n8",
    );
  });

  it("differs where property, clause or shape differ", () => {
    const fingerprints = [
      fingerprintOf("a", { clause: "b", shape: ["c"] }),
      fingerprintOf("b", { clause: "b", shape: ["c"] }),
      fingerprintOf("a", { clause: "c", shape: ["c"] }),
      fingerprintOf("a", { clause: "b", shape: ["c", "c"] }),
      fingerprintOf("a", { clause: "b", shape: [] }),
    ];

    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    for (const fingerprint of fingerprints) expect(fingerprint).toMatch(/^[0-9a-z]{12}$/);
  });
});
