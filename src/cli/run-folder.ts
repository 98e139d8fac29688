/**
 * The folder that one run leaves: `happnstance-out/<run>/` with a summary and a folder a finding.
 *
 * @packageDocumentation
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { propertyOf } from "../../properties/index.js";
import type { CampaignSummary, ConfirmedFinding, Minimised } from "../campaign/index.js";
import { FINDING_FORMAT, judgementOf, type FindingRecord, type Journal } from "../engine/index.js";
import type { Plan } from "../plan/index.js";
import type { AbsentIssue } from "./absent-issues.js";
import { usageError } from "./exit-code.js";
import { journalIn } from "./minimise-journal.js";
import { clauseTextOf, writeFinding } from "./timeline-file.js";
import { packageVersion } from "./version.js";

/** How a target in real time is run. */
type Settings = Readonly<Record<string, unknown>>;

export class RunFolder {
  /** As it is shown: relative where `--out` was. */
  readonly path: string;
  /**
   * As it is written to. In a working folder that is gone, Node's recursive mkdir never returns from a
   * relative path; from an absolute one the folder is made anew.
   */
  readonly #absolutePath: string;
  readonly #settings: Settings;

  private constructor(path: string, settings: Settings) {
    this.path = path;
    this.#absolutePath = resolve(path);
    this.#settings = settings;
  }

  /**
   * Makes a new folder named after the present time.
   * @param settings of a target in real time, for its artifacts
   * @throws CommandError (64) when it can't be made or written to
   */
  static create(parent: string, settings: Settings = {}): RunFolder {
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    for (let attempt = 1; ; attempt += 1) {
      const path = join(parent, attempt === 1 ? stamp : `${stamp}.${attempt}`);
      try {
        mkdirSync(resolve(parent), { recursive: true });
        mkdirSync(resolve(path));
        return new RunFolder(path, settings);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EEXIST" && attempt < 100) continue;
        throw usageError(
          `cannot write to ${path} (${code ?? String(error)}); choose another folder with --out`,
        );
      }
    }
  }

  /** Writes the artifact of a finding. What can't be written is said, and loses nothing else. */
  keep(finding: ConfirmedFinding, say: (message: string) => void): void {
    if (finding.outcome === null) return;
    const record = recordOf(finding, this.#settings);
    const { plan, history, serverLog } = finding.outcome;
    const name = folderNameOf(finding);
    const artifact = {
      ...{ finding: record, plan, history },
      ...(finding.minimised && { originalPlan: finding.minimised.originalPlan }),
      ...(serverLog === undefined ? {} : { serverLog }),
    };
    guarded(say, () =>
      writeFinding(join(this.#absolutePath, name), artifact, join(this.path, name)),
    );
  }

  /**
   * What is learned while a finding is made smaller, in its artifact's folder, for
   * `happnstance minimise` to go on with.
   */
  journalOf(finding: ConfirmedFinding, plan: Plan): Journal {
    return journalIn(join(this.#absolutePath, folderNameOf(finding)), finding, plan);
  }

  summarise(
    summary: CampaignSummary,
    absent: readonly AbsentIssue[],
    say: (message: string) => void,
  ): void {
    const text = `${JSON.stringify(this.summaryOf(summary, absent), null, 2)}\n`;
    guarded(say, () => {
      mkdirSync(this.#absolutePath, { recursive: true });
      writeFileSync(join(this.#absolutePath, "summary.json"), text);
    });
  }

  /** The summary as data: what `--json` prints and summary.json holds. */
  summaryOf(summary: CampaignSummary, absent: readonly AbsentIssue[]): unknown {
    const { findingsList, knownList, ...rest } = summary;
    return {
      version: packageVersion(),
      ...rest,
      casesMax: Number.isFinite(rest.casesMax) ? rest.casesMax : null,
      folder: this.path,
      findings: findingsList.map((finding) => ({
        ...briefly(recordOf(finding, this.#settings)),
        cases: finding.cases,
        artifact: finding.outcome === null ? null : join(this.path, folderNameOf(finding)),
      })),
      known: knownList.map(({ issue, cases, token, example }) => ({
        issue,
        cases,
        token,
        property: example.violation.property,
        clause: example.violation.clause,
        message: example.violation.message,
      })),
      absent,
    };
  }
}

function folderNameOf({ property, fingerprint }: ConfirmedFinding): string {
  return `${property}-${fingerprint}`;
}

function recordOf(finding: ConfirmedFinding, settings: Settings): FindingRecord {
  const { example, token, confirmation, again, minimised } = finding;
  const judgement = judgementOf(example.violation);
  const clauseText = clauseTextOf(judgement.clause);
  return {
    format: FINDING_FORMAT,
    version: packageVersion(),
    node: process.version,
    token,
    target: finding.target,
    ...judgement,
    ...(clauseText === undefined ? {} : { clauseText }),
    promise: propertyOf(judgement.property)?.promise ?? "",
    traceHash: example.hash,
    confirmation,
    ...(minimised && { minimised: minimisedRecord(minimised) }),
    ...(again === undefined ? {} : { live: { ...again, settings } }),
  };
}

function minimisedRecord({ runs, isMinimal, originalPlan, originalTraceHash }: Minimised) {
  const originalOperations = originalPlan.operations.length;
  return { runs, isMinimal, originalTraceHash, originalOperations };
}

/** A record without what only a reader of that finding needs. */
function briefly(record: FindingRecord): FindingRecord {
  const brief = { ...record };
  delete brief.clauseText;
  delete brief.linearization;
  return brief;
}

function guarded(say: (message: string) => void, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    say(
      `cannot write ${path ?? "the report"} (${code ?? String(error)}); the tokens below replay it`,
    );
  }
}
