/**
 * Slices: a plan cut down to what the evidence of its failure is about, in one step.
 *
 * Where that guess is right, hundreds of operations are gone after one run.
 *
 * @packageDocumentation
 */
import type { Plan, PlannedOperation } from "../../plan/index.js";
import type { Courses } from "./course.js";
import { withRenamedDecisions } from "./decision.js";
import { asItMet } from "./meeting.js";
import { inLockstep, withPlainTiming } from "./ornament.js";
import type { Relevance } from "./relevance.js";
import { withOperations } from "./structure.js";
import { asItArrived, atTheirTimes } from "./timing.js";

/** How many seeds are tried with small slices of a race. */
const THROWS = 6;

const SLICES: readonly (readonly Relevance[])[] = [
  ["named"],
  ["named", "met"],
  ["named", "met", "own"],
  ["named", "met", "own", "near"],
];

/** What nobody would choose to read, and still is less than all of it. */
const CLUMSY_SLICE: readonly Relevance[] = ["named", "met", "own", "near", "before"];

/**
 * From the boldest to the most timid: one operation at a time and nothing wrong around it, if that is
 * enough; the same with what went wrong; what met at the server; what reached it when it did, over
 * plain links; what was started when it was; the same by other chance.
 */
export function* slicesOf(
  plan: Plan,
  relevances: ReadonlyMap<string, Relevance>,
  courses: Courses,
): Iterable<Plan> {
  const [clumsy, ...slices] = [CLUMSY_SLICE, ...SLICES].map((levels) =>
    sliceOf(plan, courses, ({ id }) => levels.includes(relevances.get(id) ?? "before")),
  ) as [Plan, ...Plan[]];
  for (const slice of [...slices, clumsy]) yield undisturbed(inLockstep(withPlainTiming(slice)));
  for (const slice of [...slices, clumsy]) yield inLockstep(withPlainTiming(slice));
  if (plan.mode === "lockstep") return;
  for (const slice of slices) yield asItMet(slice, plan, courses);
  for (const slice of slices) yield asItArrived(slice, courses);
  for (const slice of slices) yield atTheirTimes(slice, plan, courses);
  // A race is lost where chance falls otherwise; a few more throws are cheap while the plan is small.
  for (let luck = 1; luck <= THROWS; luck += 1) {
    const seed = String(luck);
    for (const slice of slices) yield { ...asItMet(slice, plan, courses), seed };
    for (const slice of slices.slice(0, 2)) yield { ...atTheirTimes(slice, plan, courses), seed };
  }
  for (const slice of [clumsy, plan]) yield asItMet(slice, plan, courses);
  for (const slice of [clumsy, plan]) yield asItArrived(slice, courses);
  yield atTheirTimes(clumsy, plan, courses);
}

function sliceOf(
  plan: Plan,
  courses: Courses,
  isKept: (operation: PlannedOperation) => boolean,
): Plan {
  const operations = plan.operations.filter(isKept);
  const busy = new Set(operations.map(({ client }) => client));
  const clients = plan.clients.filter(({ name }) => busy.has(name));
  return withRenamedDecisions(withOperations({ ...plan, clients }, operations), courses);
}

/** Without faults, schedule, and settings of the server. */
function undisturbed(plan: Plan): Plan {
  const { format, generator, seed, mode, clients, operations, security } = plan;
  return {
    ...{ format, generator, seed, mode, clients, operations },
    ...(security === undefined ? {} : { security }),
  };
}

/** In a concurrent plan, the order between clients says nothing: in this one it tells the story. It runs as before. */
export function inOrderOfStart(plan: Plan, courses: Courses): Plan {
  if (plan.mode === "lockstep") return plan;
  const places = new Map<string, number>();
  for (const { name } of plan.clients) {
    let place = 0;
    for (const operation of plan.operations.filter(({ client }) => client === name)) {
      // One without a trace stays behind the one before it: no client's order changes.
      place = Math.max(place, courses.of(operation).startIndex ?? 0);
      places.set(operation.id, place);
    }
  }
  const placeOf = ({ id }: PlannedOperation) => places.get(id) ?? 0;
  return {
    ...plan,
    operations: [...plan.operations].sort((left, right) => placeOf(left) - placeOf(right)),
  };
}
