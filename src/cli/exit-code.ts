/**
 * What a command's exit tells a program (docs/RESULTS.md).
 *
 * @packageDocumentation
 */
export const EXIT = {
  passed: 0,
  violated: 1,
  unknown: 2,
  diverged: 3,
  usage: 64,
  unavailable: 69,
  internal: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one line on stderr and an exit code. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

/** The call was wrong; `message` says what to do. */
export function usageError(message: string): CommandError {
  return new CommandError(EXIT.usage, message);
}
