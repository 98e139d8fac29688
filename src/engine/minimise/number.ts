/**
 * Round numbers: what a number of a plan is made simpler to.
 *
 * @packageDocumentation
 */

/** 1, 2, 5, 10, 20, 50 … up to 5·10¹². */
const RUNGS: readonly number[] = Array.from({ length: 39 }, (_, index) => {
  const factor = [1, 2, 5][index % 3] as number;
  return factor * 10 ** Math.floor(index / 3);
});

const NEGATIVE = 200;
const FRACTION = 400;

/** How far a number is from plain: 0 for 1, then 0, 2, 5, 10 …; what is not round comes after the round numbers around it. */
export function numberWeight(value: number): number {
  if (value < 0) return NEGATIVE + numberWeight(-value);
  if (!Number.isSafeInteger(value)) return FRACTION;
  if (value === 0) return 1;
  const index = rungAbove(value);
  return RUNGS[index] === value ? 2 * index : 2 * index + 1;
}

/** Plainer numbers, boldest first: 1 and 0, then round ones that come nearer to the value. */
export function* rounderNumbers(value: number): Iterable<number> {
  const weight = numberWeight(value);
  const isPlainer = (other: number) => numberWeight(other) < weight;
  yield* [1, 0].filter(isPlainer);
  if (value < 0) {
    yield -value;
    return;
  }
  const above = rungAbove(value);
  const below = RUNGS[above] === value ? above - 1 : above;
  const rungs = [Math.floor(above / 2), below - 1, below, above];
  for (const index of [...new Set(rungs)].sort((left, right) => left - right)) {
    const rung = RUNGS[index];
    if (index > 0 && rung !== undefined && isPlainer(rung)) yield rung;
  }
}

/** Index of the first rung that is not below the value. */
function rungAbove(value: number): number {
  const index = RUNGS.findIndex((rung) => rung >= value);
  return index < 0 ? RUNGS.length : index;
}
