/**
 * Asking for a protocol that does not exist is an error, and leaves the connection usable.
 *
 * @packageDocumentation
 */
import type { Exchange, Recording } from "../src/history/index.js";
import { isProtocolName, protocolAsked, spokenIn } from "./hearing/index.js";
import type { Property } from "./property.js";
import { isPromisedAnAnswer } from "./request-form.js";
import { Violations } from "./violations.js";
import { timeOf } from "./words.js";

export const usableAfterUnknownProtocol: Property = {
  id: "usable-after-unknown-protocol",
  promise: "An unknown protocol is refused with an error, and the connection stays usable.",
  clauses: ["SES-8"],
  severity: "should",
  check(recording, profile) {
    const violations = new Violations();
    const quietIndex = recording.events.findLastIndex(({ kind }) => kind === "quiet");
    for (const exchange of recording.exchanges) {
      const protocol = protocolAsked(exchange);
      const { connection, arriveIndex, client, answers } = exchange;
      if (protocol === null || isProtocolName(protocol) || arriveIndex === null) continue;
      const { endIndex } = recording.connection(connection);
      if (quietIndex < arriveIndex || (endIndex !== null && endIndex < quietIndex)) continue;
      violations.exercised += 1;
      const asked = `${client} asked for the protocol ${JSON.stringify(protocol)} at ${timeOf(recording, arriveIndex)}`;
      const status = answers[0]?.frame.meta["status"];
      if (status !== "error") {
        violations.add({
          clause: "SES-8",
          message: `${asked} and was ${status === undefined ? "never answered" : `answered ${JSON.stringify(status)}`}`,
          expected: "An answer with an error (SES-8).",
          shape: [status === undefined ? "unanswered" : "not-refused"],
          evidence: [arriveIndex, ...answers.map(({ writeIndex }) => writeIndex)],
        });
      }
      const mute = unansweredAfter(recording, exchange).find(({ request }) =>
        isPromisedAnAnswer(request, spokenIn(recording, profile).of(connection)),
      );
      if (mute === undefined) continue;
      const muteIndex = mute.arriveIndex ?? mute.sendIndex;
      violations.add({
        clause: "SES-8",
        message: `${asked}, and its "${mute.request.action}" that arrived after, at ${timeOf(recording, muteIndex)}, was never answered`,
        expected: "The connection stays usable: later requests are answered (SES-8).",
        shape: ["unusable"],
        evidence: [arriveIndex, muteIndex],
      });
    }
    return violations.finding();
  },
};

function unansweredAfter(recording: Recording, exchange: Exchange): readonly Exchange[] {
  return recording.exchanges.filter(({ connection, arriveIndex, answers }) => {
    if (connection !== exchange.connection || arriveIndex === null) return false;
    return arriveIndex > (exchange.arriveIndex ?? 0) && answers.length === 0;
  });
}
