/**
 * Why a WebSocket did not come about, in one line for a person.
 *
 * @packageDocumentation
 */
import { hostOf } from "./server-url.js";

/** How long a handshake may take, in milliseconds. */
export const HANDSHAKE_MS_MAX = 10_000;

/** What `ws` or a socket says of an attempt that failed. */
export interface Refused {
  /** Of the HTTP answer, where there was one that isn't an upgrade. */
  readonly status?: number;
  readonly error?: NodeJS.ErrnoException;
}

/** A sentence that says what is wrong, and what to look at. */
export function refusalOf(url: string, { status, error }: Refused): string {
  const at = hostOf(url);
  if (status !== undefined) {
    const path = new URL(url).pathname;
    return `${at} answers HTTP ${status} at ${path} and no WebSocket; is it a happn server, and is that its path?`;
  }
  const message = error?.message ?? "";
  switch (error?.code) {
    case "ECONNREFUSED":
      return `nothing listens at ${at} (connection refused); is the server running?`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `the host of ${at} is not known`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return `${at} cannot be reached (${error.code})`;
    case "ECONNRESET":
    case "EPIPE":
      return `${at} accepts connections and closes them at once`;
    default:
      break;
  }
  if (message.includes("handshake has timed out")) {
    return `${at} accepts connections, but has not answered the WebSocket handshake in ${HANDSHAKE_MS_MAX / 1_000} s`;
  }
  if (message === "socket hang up") return `${at} accepts connections and closes them at once`;
  if (error?.code?.startsWith("HPE_") === true || message.startsWith("Parse Error")) {
    return `${at} does not speak HTTP; it is no happn server`;
  }
  return `${at} cannot be connected to: ${message.split("\n")[0] ?? "no reason given"}`;
}

/** The same in a word or two, for a history. */
export function shortRefusalOf({ status, error }: Refused): string {
  if (status !== undefined) return `http ${status}`;
  return error?.code ?? "no handshake";
}
