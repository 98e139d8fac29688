/**
 * Judges traffic while it goes by.
 *
 * Again and again, all that is kept is judged as a recording that may go on: what only time can tell
 * (a request that is never answered) is left to the end, and what has been told is not told again.
 * A long recording is judged in parts, each of whose connections was in use before.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../models/index.js";
import {
  historyOfTraffic,
  verdictOf,
  type FoundViolation,
  type TrafficItem,
  type Verdict,
} from "../engine/index.js";
import type { History } from "../history/index.js";

/** Items of one part: judging more takes longer than it is worth while traffic goes by. */
const PART_ITEMS_MAX = 20_000;

export interface TrafficJudgeOptions {
  readonly target: string;
  readonly profile: ProfileId;
  readonly isAlone: boolean;
}

export interface Told {
  readonly violation: FoundViolation;
  readonly history: History;
}

export class TrafficJudge {
  readonly #options: TrafficJudgeOptions;
  #lanes = new Map<string, TrafficItem[]>();
  #itemCount = 0;
  #isJudged = true;
  readonly #told = new Map<string, FoundViolation>();
  readonly #unknown = new Map<string, string>();
  readonly #connections = new Set<string>();
  /** Frames that went by. */
  frameCount = 0;
  #requestsBefore = 0;
  #requests = 0;

  constructor(options: TrafficJudgeOptions) {
    this.#options = options;
  }

  take(connection: string, item: TrafficItem): void {
    const lane = this.#lanes.get(connection);
    if (lane === undefined) this.#lanes.set(connection, [item]);
    else lane.push(item);
    this.#connections.add(connection);
    if (item.what.kind === "frame") this.frameCount += 1;
    this.#itemCount += 1;
    this.#isJudged = false;
  }

  /** What was not told before. */
  judge(): readonly Told[] {
    if (this.#isJudged) return [];
    this.#isJudged = true;
    const connections = [...this.#lanes].map(([name, items]) => ({ name, items }));
    const history = historyOfTraffic(connections, this.#options);
    const verdict = verdictOf(history);
    this.#requests = this.#requestsBefore + verdict.operations;
    this.#learnUnknown(verdict);
    const told: Told[] = [];
    for (const violation of verdict.violations) {
      if (this.#told.has(violation.fingerprint)) continue;
      this.#told.set(violation.fingerprint, violation);
      told.push({ violation, history });
    }
    if (this.#itemCount > PART_ITEMS_MAX) this.#beginPart();
    return told;
  }

  get violations(): readonly FoundViolation[] {
    return [...this.#told.values()];
  }

  /** Properties that could not decide, with the reason. */
  get unknown(): readonly { readonly property: string; readonly reason: string }[] {
    return [...this.#unknown].map(([property, reason]) => ({ property, reason }));
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  get requestCount(): number {
    return this.#requests;
  }

  /** What could not be decided may be once more has gone by; only the last word counts. */
  #learnUnknown({ unknown }: Verdict): void {
    this.#unknown.clear();
    for (const { property, reason } of unknown) this.#unknown.set(property, reason);
  }

  #beginPart(): void {
    this.#lanes = new Map();
    this.#itemCount = 0;
    this.#requestsBefore = this.#requests;
  }
}
