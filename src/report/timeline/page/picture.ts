/**
 * What is drawn, and of which part.
 *
 * @packageDocumentation
 */
import type { TimelineModel } from "../model.js";
import type { Columns } from "./columns.js";
import type { Layout } from "./layout.js";

export interface Picture {
  readonly model: TimelineModel;
  readonly layout: Layout;
  readonly columns: Columns;
  readonly zoom: number;
  readonly selected: number | null;
}

/** A part of the height of the picture. */
export interface Window {
  readonly top: number;
  readonly bottom: number;
}
