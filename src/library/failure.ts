/**
 * What the library's functions throw where a caller can mend it.
 *
 * @packageDocumentation
 */
import { CommandError, EXIT } from "../cli/exit-code.js";

/**
 * `E_USAGE`: an option or a file is wrong. `E_TARGET_UNAVAILABLE`: the server can't be had: not
 * installable, not there, not happn. `E_INTERNAL`: a defect of happnstance.
 */
export type HappnstanceErrorCode = "E_USAGE" | "E_TARGET_UNAVAILABLE" | "E_INTERNAL";

/** Its message is one line that says what to do. */
export class HappnstanceError extends Error {
  readonly code: HappnstanceErrorCode;

  constructor(code: HappnstanceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "HappnstanceError";
    this.code = code;
  }
}

/**
 * Calls `work`, and gives what a command would end with the form of an error of the library's.
 * @throws HappnstanceError
 */
export async function withLibraryErrors<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new HappnstanceError(codeOf(error), error.message, { cause: error });
  }
}

function codeOf({ exitCode }: CommandError): HappnstanceErrorCode {
  if (exitCode === EXIT.usage) return "E_USAGE";
  return exitCode === EXIT.unavailable ? "E_TARGET_UNAVAILABLE" : "E_INTERNAL";
}
