/**
 * The server's process, as connections see it.
 *
 * @packageDocumentation
 */
import type { SecurityChange } from "../protocol/index.js";
import type { ConnectionEvents, ServerConnection } from "../targets/target.js";

export interface ServerHost {
  connect(events: ConnectionEvents): ServerConnection;
  /** Has its administrator make a change; absent where it has none. */
  readonly administer?: (change: SecurityChange, made: (error: string | null) => void) => void;
  /** Runs it in the server's process: now, or once the process goes on. */
  pass(run: () => void): void;
}
