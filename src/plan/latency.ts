/**
 * How long frames are on their way.
 *
 * @packageDocumentation
 */

export interface Latency {
  /** Bounds of the one-way delay of a frame, in whole virtual milliseconds. */
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** `uniform` between the bounds, or `tail`: near the minimum nine times in ten. */
  readonly shape: "uniform" | "tail";
}
