/**
 * What a minimiser has learned, in a file: it goes on where it was stopped without running a plan
 * again that is known not to fail. Plans that fail are run again, for what they show; so a minimiser
 * that goes on comes to the same plan as one that was never stopped.
 *
 * @packageDocumentation
 */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/** All that the answers depend on. A journal of anything else is begun anew. */
export interface JournalSubject {
  readonly planHash: string;
  readonly target: string;
  readonly fingerprint: string;
  /** Versions of the tool and of Node. */
  readonly version: string;
  readonly node: string;
}

const FORMAT = 1;
const PLAN_HASH = /^[0-9a-f]{64}$/;

export class Journal {
  /** Hashes of plans that don't fail. */
  readonly known: ReadonlySet<string>;
  readonly #file: string;
  #isWritable = true;

  private constructor(file: string, known: ReadonlySet<string>) {
    this.#file = file;
    this.known = known;
  }

  /** Opens a journal, or begins one. Where it can't be written, the minimiser works without. */
  static open(file: string, subject: JournalSubject): Journal {
    const header = JSON.stringify({ format: FORMAT, ...subject });
    const journal = new Journal(file, hashesIn(file, header));
    // What was torn when it was stopped is left out, and so is what was about another subject.
    journal.#attempt(() => writeFileSync(file, `${[header, ...journal.known].join("\n")}\n`));
    return journal;
  }

  /** Notes a plan that doesn't fail. */
  add(planHash: string): void {
    this.#attempt(() => appendFileSync(this.#file, `${planHash}\n`));
  }

  /** For when nothing is left to go on with. */
  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #attempt(write: () => void): void {
    if (!this.#isWritable) return;
    try {
      write();
    } catch {
      this.#isWritable = false;
    }
  }
}

function hashesIn(file: string, header: string): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return new Set();
  }
  const [first, ...hashes] = text.split("\n");
  return new Set(first === header ? hashes.filter((hash) => PLAN_HASH.test(hash)) : []);
}
