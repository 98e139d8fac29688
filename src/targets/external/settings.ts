/**
 * How a case is run against a server in real time, as the command line says.
 *
 * @packageDocumentation
 */
import type { ProfileId } from "../../../models/index.js";

export interface ExternalSettings {
  /** Null: as the server describes itself. */
  readonly profile: ProfileId | null;
  /** The plan's waits and delays are divided by it. */
  readonly speed: number;
  /** How long what is owed is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** How long a started command may take until it accepts connections, in milliseconds. */
  readonly startMsMax: number;
  /** A shell command to run before each case; null for none. */
  readonly reset: string | null;
  /** True where the server was found to be there already. */
  readonly isChecked: boolean;
}

export const DEFAULT_SETTINGS: ExternalSettings = {
  profile: null,
  speed: 1,
  patienceMs: 15_000,
  startMsMax: 30_000,
  reset: null,
  isChecked: false,
};
