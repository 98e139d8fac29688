/**
 * In which releases a finding shows, and between which it came and went.
 *
 * @packageDocumentation
 */
import type { Paint } from "./paint.js";

/**
 * `there`: the same finding. `other`: the same promise is broken in another way. `gone`: neither.
 * `unknown`: not everything was decided, and what was is no sign of it.
 */
export type Presence = "there" | "other" | "gone" | "unknown";

export interface ReleaseRow {
  readonly version: string;
  readonly presence: Presence;
  /** What broke, or why nothing is known; empty where it is gone. */
  readonly words: string;
}

/** Where neighbours differ, unknown ones left out. */
export interface Turn {
  readonly how: "came" | "went";
  /** The last release before, and the first after. */
  readonly after: string;
  readonly by: string;
}

/** The turns in the releases, oldest first; `other` is not the finding, and not its absence either. */
export function turnsIn(rows: readonly ReleaseRow[]): readonly Turn[] {
  const decided = rows.filter(({ presence }) => presence === "there" || presence === "gone");
  return decided.flatMap((row, index) => {
    const before = decided[index - 1];
    if (before === undefined || before.presence === row.presence) return [];
    const how = row.presence === "there" ? "came" : "went";
    return [{ how, after: before.version, by: row.version }];
  });
}

/** The table, and a line for each turn. */
export function bisectLines(rows: readonly ReleaseRow[], paint: Paint): readonly string[] {
  const colours = {
    there: paint.red,
    other: paint.yellow,
    gone: paint.green,
    unknown: paint.yellow,
  };
  const lines = rows.map(({ version, presence, words }) =>
    `  happn-3@${version.padEnd(9)} ${colours[presence](presence.padEnd(8))} ${words}`.trimEnd(),
  );
  const turns = turnsIn(rows).map(({ how, after, by }) => `  it ${how} after ${after}, by ${by}`);
  return [...lines, "", ...(turns.length > 0 ? turns : [stay(rows)])];
}

function stay(rows: readonly ReleaseRow[]): string {
  const presences = new Set(rows.map(({ presence }) => presence));
  if (presences.has("there")) return "  it is there in all of them that could be decided";
  return presences.has("gone")
    ? "  it is in none of them that could be decided"
    : "  nothing could be decided";
}
