/**
 * Real sockets and real time: servers behind a URL or a command, and a server of ours for others.
 *
 * @packageDocumentation
 */
export { AddressUnavailableError, Front, type FrontObserver } from "./front.js";
export { realTimeFromNow } from "./real-time.js";
