/**
 * Shrinks the failures of one mutant. Argument: a task as JSON; sends the cases, and ends.
 *
 * @packageDocumentation
 */
import { shrinkAll, type ShrinkingTask } from "./shrinking.js";

const task = JSON.parse(process.argv[2] ?? "{}") as ShrinkingTask;
const cases = await shrinkAll(task);
process.send?.(cases, () => process.exit(0));
