/**
 * How to read the page, and its keys: the dialog behind `?`.
 *
 * @packageDocumentation
 */
import { markup, raw, type Html } from "./html.js";

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [["n", "p"], "next, previous evidence"],
  [["1", "… 9"], "evidence by its number"],
  [["d", "D"], "next, previous decision of the schedule"],
  [["↓", "↑", "j", "k"], "next, previous event"],
  [["Home", "End"], "first, last event that is shown"],
  [["f"], "show more: essential, related, all"],
  [["+", "-", "0"], "larger, smaller, all of it in the window (also Ctrl and the wheel)"],
  [["/"], "filter by path"],
  [["c"], "copy the replay command"],
  [["t"], "colours: system, light, dark"],
  [["?", "Esc"], "this help"],
];

const READING: readonly string[] = [
  "Time goes down; every lane is a client, the server is in the middle. An arrow is a frame, from where it is sent to where it comes in; one that ends in a cross never got there.",
  "Rows are events in their order. Up to 30 ms between two are drawn to scale; what is longer is a break that says how long it is. What is not shown is a row that says how much that is: click it to see it.",
  "Numbers in red are the evidence, in the order in which it happened. The red box stands where the promise shows to be broken.",
  "A bar beside a client's lane is a subscription: dark while it must hear, light while it may. The thick part of the lane is its connection. Shaded parts are faults, or times without a server.",
  "A ring with arrows (⇅) on the server's lane is a decision of the schedule: there the server's event loop could go either way, and did not take what came first.",
  "Point at an event to see its frame, and what is stored at that moment.",
];

export const HELP: Html = markup`<dialog id="help" aria-label="help">
<h2>How to read this page</h2>
<div class="legend">${raw(READING.map((text) => markup`<p>${text}</p>`))}</div>
<dl>${raw(
  KEYS.map(
    ([keys, does]) =>
      markup`<dt>${raw(keys.map((key) => markup`<kbd>${key}</kbd> `))}</dt><dd>${does}</dd>`,
  ),
)}</dl>
<button type="button" id="help-close">close</button>
</dialog>`;
