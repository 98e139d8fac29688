/**
 * Signals that ask a command to end in an orderly way.
 *
 * @packageDocumentation
 */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface StopRequest {
  /** Settles with the first signal's name, or with what `resolve` is given. */
  readonly promise: Promise<string>;
  resolve(how: string): void;
  reject(error: unknown): void;
  /** Signals do again what they do by themselves. */
  release(): void;
}

/** Waits for a signal; a second one ends the process at once, as one expects of it. */
export function untilSignal(): StopRequest {
  let resolve: (how: string) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<string>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  const listener = (signal: NodeJS.Signals) => {
    resolve(signal);
    for (const name of SIGNALS) process.off(name, listener);
  };
  for (const name of SIGNALS) process.on(name, listener);
  return {
    promise,
    resolve,
    reject,
    release: () => {
      for (const name of SIGNALS) process.off(name, listener);
    },
  };
}
