/**
 * The server's process, as connections see it.
 *
 * @packageDocumentation
 */
import type { ConnectionEvents, ServerConnection } from "../targets/target.js";

export interface ServerHost {
  connect(events: ConnectionEvents): ServerConnection;
  /** Runs it in the server's process: now, or once the process goes on. */
  pass(run: () => void): void;
}
