/**
 * Expected failures as values: bad input is answered, not thrown.
 *
 * @packageDocumentation
 */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

export const Result = {
  ok<T>(value: T): Result<T> {
    return { ok: true, value };
  },
  /** `message`: one line that says what to do. */
  failure<T>(message: string): Result<T> {
    return { ok: false, message };
  },
};
