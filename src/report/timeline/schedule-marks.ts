/**
 * Where the schedule of a plan decided otherwise than first come, first served.
 *
 * @packageDocumentation
 */
import type { Recording } from "../../history/index.js";
import type { Decision, Plan, ScheduleQuestion } from "../../plan/index.js";
import { printable } from "../printable.js";
import type { ScheduleMark } from "./model.js";

const DECISION = /^(?<event>.+?)\+?\/(?<question>early|late|cut|busy)$/s;
const PACKET = /^(?<connection>.+#\d+)\/up\/(?<packet>\d+)$/s;

/** The decisions of a plan, in its order; none where its strategy draws them as it runs. */
export function scheduleMarks(recording: Recording, plan: Plan | null): readonly ScheduleMark[] {
  const arrivals = new Map<string, number[]>();
  recording.events.forEach((event, index) => {
    if (event.kind === "open") arrivals.set(event.connection, [index]);
    else if (event.kind === "arrive" || event.kind === "end") {
      arrivals.get(event.connection)?.push(index);
    }
  });
  return (plan?.schedule?.decisions ?? []).map((decision) => {
    const { event = "", question = "" } = DECISION.exec(decision.at)?.groups ?? {};
    const { connection = "", packet = "" } = PACKET.exec(event)?.groups ?? {};
    return {
      ...wordsOf(question as ScheduleQuestion, decision),
      subject: printable(subjectOf(event)),
      // Packets are counted from 1; the first is the opening.
      index: arrivals.get(connection)?.[Number(packet) - 1] ?? null,
    };
  });
}

/** What a decision is about, where the history has no event of it. */
function subjectOf(event: string): string {
  const [kind, ...rest] = event.split("/");
  if (kind === "pool") return `answer ${rest[0] ?? ""} of the thread pool`;
  if (kind === "timer") return `timer ${rest[1] ?? ""} of ${rest[0] ?? ""} ms`;
  return event;
}

function wordsOf(
  question: ScheduleQuestion,
  { choice }: Decision,
): Pick<ScheduleMark, "short" | "words"> {
  switch (question) {
    case "early":
      return {
        short: "read early",
        words:
          choice === 1
            ? "The server reads it in the same go as what came before it, before it has done that."
            : `The server reads it before it has done what came before, after ${choice - 1} more round${choice === 2 ? "" : "s"} of that at most.`,
      };
    case "late":
      return {
        short: "lets others first",
        words: "Others that wait at the same moment are read before it.",
      };
    case "cut":
      return {
        short: "in two pieces",
        words: `It comes in two pieces: the first has ${choice} sixteenths of its bytes.`,
      };
    case "busy":
      return {
        short: `busy ${choice} ms`,
        words: `The server is busy with it for ${choice} ms, and reads nothing else meanwhile.`,
      };
  }
}
