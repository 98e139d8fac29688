/**
 * Ctrl-C, and what a scheduler sends in its place.
 *
 * @packageDocumentation
 */

/** Calls `first` on the first Ctrl-C and `second` on each further one; the result undoes it. */
export function onInterrupt(first: () => void, second: () => void): () => void {
  let count = 0;
  const listener = () => {
    count += 1;
    if (count === 1) first();
    else second();
  };
  process.on("SIGINT", listener);
  process.on("SIGTERM", listener);
  return () => {
    process.off("SIGINT", listener);
    process.off("SIGTERM", listener);
  };
}
