/**
 * The list of all properties, and the judgement by all of them.
 *
 * @packageDocumentation
 */
import type { Profile } from "../models/index.js";
import type { Recording } from "../src/history/index.js";
import { answerData } from "./answer-data.js";
import { answerEchoesRequest } from "./answer-echoes-request.js";
import { answeredOnce } from "./answered-once.js";
import { badChannelRefused } from "./bad-channel-refused.js";
import { credentialsChecked } from "./credentials-checked.js";
import { effectsInOrder } from "./effects-in-order.js";
import { forbiddenHasNoEffect } from "./forbidden-has-no-effect.js";
import { forbiddenNotHeard } from "./forbidden-not-heard.js";
import { forbiddenNotShown } from "./forbidden-not-shown.js";
import { heartbeatAnswered } from "./heartbeat-answered.js";
import { initialValues } from "./initial-values.js";
import { killKeepsStore } from "./kill-keeps-store.js";
import { listenerNamed } from "./listener-named.js";
import { lockstepPrediction } from "./lockstep-prediction.js";
import { malformedAnswered } from "./malformed-answered.js";
import { meshAnsweredOnce } from "./mesh-answered-once.js";
import { noDuplicatePublication } from "./no-duplicate-publication.js";
import { noMissedPublication } from "./no-missed-publication.js";
import { noUnwantedPublication } from "./no-unwanted-publication.js";
import { nothingLeftBehind } from "./nothing-left-behind.js";
import { orderlyStop } from "./orderly-stop.js";
import { patternSetRefused } from "./pattern-set-refused.js";
import { permittedIsServed } from "./permitted-is-served.js";
import { pipelinedOrder } from "./pipelined-order.js";
import type { Finding, Property } from "./property.js";
import { publicationAcknowledged } from "./publication-acknowledged.js";
import { publicationBeforeAnswer } from "./publication-before-answer.js";
import { publicationContent } from "./publication-content.js";
import { publicationMetaReserved } from "./publication-meta-reserved.js";
import { publicationOrder } from "./publication-order.js";
import { publishResults } from "./publish-results.js";
import { refusalLeavesNoTrace } from "./refusal-leaves-no-trace.js";
import { revokedSessionEnded } from "./revoked-session-ended.js";
import { serverSurvives } from "./server-survives.js";
import { sessionIdentity } from "./session-identity.js";
import { silenceAfterEnd } from "./silence-after-end.js";
import { stopKeepsStore } from "./stop-keeps-store.js";
import { storeLinearizable } from "./store-linearizable.js";
import { unknownActionRefused } from "./unknown-action-refused.js";
import { usableAfterUnknownProtocol } from "./usable-after-unknown-protocol.js";
import { wellFormedFrames } from "./well-formed-frames.js";
import { writeTimes } from "./write-times.js";

/** In the order of docs/PROTOCOL.md; reports and verdicts keep it. */
export const PROPERTIES: readonly Property[] = [
  wellFormedFrames,
  heartbeatAnswered,
  serverSurvives,
  malformedAnswered,
  sessionIdentity,
  silenceAfterEnd,
  nothingLeftBehind,
  orderlyStop,
  answeredOnce,
  answerEchoesRequest,
  answerData,
  unknownActionRefused,
  effectsInOrder,
  refusalLeavesNoTrace,
  storeLinearizable,
  stopKeepsStore,
  killKeepsStore,
  writeTimes,
  patternSetRefused,
  noMissedPublication,
  noUnwantedPublication,
  noDuplicatePublication,
  initialValues,
  badChannelRefused,
  listenerNamed,
  publicationContent,
  publicationMetaReserved,
  publicationBeforeAnswer,
  publishResults,
  publicationAcknowledged,
  publicationOrder,
  pipelinedOrder,
  meshAnsweredOnce,
  usableAfterUnknownProtocol,
  credentialsChecked,
  permittedIsServed,
  forbiddenHasNoEffect,
  forbiddenNotShown,
  forbiddenNotHeard,
  revokedSessionEnded,
  lockstepPrediction,
];

export interface Judgement {
  readonly property: Property;
  readonly finding: Finding;
}

/** The property of that id, or null. */
export function propertyOf(id: string): Property | null {
  return PROPERTIES.find((property) => property.id === id) ?? null;
}

/** Judges by every property, in their order. One that throws has not decided: `unknown`, never a pass. */
export function judge(
  recording: Recording,
  profile: Profile,
  properties: readonly Property[] = PROPERTIES,
): readonly Judgement[] {
  return properties
    .filter(({ applies }) => applies?.(profile, recording.header) ?? true)
    .map((property) => ({ property, finding: checkSafely(property, recording, profile) }));
}

function checkSafely(property: Property, recording: Recording, profile: Profile): Finding {
  try {
    return property.check(recording, profile);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { validity: "unknown", exercised: 0, reason: `the check failed: ${reason}` };
  }
}
