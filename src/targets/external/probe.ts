/**
 * Whether a happn server is there, and which: what is asked before a case is run against it.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../../models/index.js";
import { isJsonObject, parseServerFrame, type ServerFrame } from "../../protocol/index.js";
import { openSocket, textOf } from "./client-socket.js";
import { HANDSHAKE_MS_MAX, refusalOf, type Refused } from "./refusal.js";
import { hostOf } from "./server-url.js";

export type Probed =
  | {
      readonly ok: true;
      /** As far as the answer to `describe` tells. */
      readonly profile: ProfileId;
    }
  /** `isAbsent`: nobody listens there, yet. */
  | { readonly ok: false; readonly isAbsent: boolean; readonly message: string };

/** How long an answer may take, in milliseconds. */
const ANSWER_MS_MAX = 10_000;
/** Who sends so many frames unasked is not waited for. */
const FRAMES_MAX = 1_000;

const QUESTION = { action: "describe", eventId: 1 };

/** Connects, asks the server to describe itself, and leaves. Never throws. */
export function probe(
  url: string,
  { handshakeMsMax = HANDSHAKE_MS_MAX, answerMsMax = ANSWER_MS_MAX } = {},
): Promise<Probed> {
  return new Promise((resolve) => {
    const at = hostOf(url);
    const socket = openSocket(url, handshakeMsMax);
    let refused: Refused = {};
    let frames = 0;
    let isOpen = false;
    const settle = (probed: Probed) => {
      clearTimeout(patience);
      resolve(probed);
      if (probed.ok) socket.close();
      else socket.terminate();
    };
    const fail = (message: string, isAbsent = false) => settle({ ok: false, isAbsent, message });
    const patience = setTimeout(
      () => fail(`${at} accepts WebSockets, but answers nothing in ${answerMsMax / 1_000} s`),
      handshakeMsMax + answerMsMax,
    );
    socket.on("open", () => {
      isOpen = true;
      socket.send(JSON.stringify(QUESTION));
    });
    socket.on("message", (data) => {
      frames += 1;
      const frame = parseServerFrame(textOf(data));
      if (isAnswer(frame)) settle(judged(at, frame));
      else if (frame.kind === "malformed") fail(`${at} ${misspoken(textOf(data), frame.reason)}`);
      else if (frames > FRAMES_MAX)
        fail(`${at} floods: ${FRAMES_MAX} frames that nobody asked for`);
    });
    socket.on("unexpected-response", (_request, { statusCode }) => {
      fail(refusalOf(url, statusCode === undefined ? {} : { status: statusCode }));
    });
    socket.on("error", (error) => {
      refused = { error };
    });
    socket.on("close", (code) => {
      const isAbsent = refused.error?.code === "ECONNREFUSED";
      if (isOpen) fail(`${at} closes the WebSocket at once (${code}) instead of answering`);
      else fail(refusalOf(url, refused), isAbsent);
    });
  });
}

type Response = Extract<ServerFrame, { kind: "response" }>;

function isAnswer(frame: ServerFrame): frame is Response {
  return frame.kind === "response" && frame.meta["eventId"] === QUESTION.eventId;
}

function judged(at: string, { meta, data }: Response): Probed {
  if (meta["status"] !== "ok" || !isJsonObject(data)) {
    return {
      ok: false,
      isAbsent: false,
      message: `${at} does not describe itself: it answers ${JSON.stringify(data ?? null).slice(0, 80)}, status ${JSON.stringify(meta["status"] ?? null)}`,
    };
  }
  if (data["secure"] === true) {
    return {
      ok: false,
      isAbsent: false,
      message: `${at} is a secure server, and this tool has no credentials; start it without security`,
    };
  }
  return { ok: true, profile: "encryptPayloads" in data ? "1.x" : "13.x" };
}

const QUOTED_MAX = 40;

function misspoken(text: string, reason: string): string {
  const quoted = JSON.stringify(text.slice(0, QUOTED_MAX));
  return `speaks WebSocket, but not happn (${reason}): ${quoted}${text.length > QUOTED_MAX ? "…" : ""}`;
}
