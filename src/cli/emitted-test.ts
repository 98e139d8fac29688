/**
 * `replay --emit-test`: what was replayed as a test that needs no other file.
 *
 * @packageDocumentation
 */
import { writeFileSync } from "node:fs";

import { propertyOf } from "../../properties/index.js";
import { lostViolation, type Reply } from "../campaign/index.js";
import { testFile, type TestedFinding } from "../report/index.js";
import { CommandError, EXIT, usageError } from "./exit-code.js";
import { relevantIn } from "./replay-status.js";
import { answered, type ReplayedCase } from "./replayed-case.js";
import { packageVersion } from "./version.js";

/**
 * Writes the test of the finding that was named, or of all that was found where none was.
 * @param file true: on stdout
 * @throws CommandError (64) where there is nothing to test for, or the file can't be written
 */
export function emitTest(found: ReplayedCase, reply: Reply, file: string | true): void {
  const ran = answered(reply);
  const plan = found.plan ?? (ran.kind === "verdict" ? ran.outcome?.plan : ran.plan);
  if (plan === undefined) throw new CommandError(EXIT.internal, "the plan did not come back");
  const findings = findingsIn(found, ran);
  if (findings.length === 0) {
    throw usageError(`nothing is broken by this case on ${found.target}: there is nothing to test`);
  }
  const text = testFile(findings, plan, packageVersion());
  if (file === true) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw usageError(`cannot write ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}

function findingsIn(
  { finding, target }: ReplayedCase,
  reply: ReturnType<typeof answered>,
): readonly TestedFinding[] {
  if (finding !== null) return [{ ...finding, target }];
  const violations =
    reply.kind === "verdict" ? relevantIn({ finding }, reply.verdict) : [lostViolation(reply)];
  return violations.map((violation) => ({
    ...violation,
    target,
    promise: propertyOf(violation.property)?.promise ?? "",
  }));
}
