/**
 * What keys do, and the list of them.
 *
 * @packageDocumentation
 */
import type { Timeline } from "./timeline.js";

export interface PageKeys {
  readonly toggleHelp: (isOpen?: boolean) => void;
  readonly toggleTheme: () => void;
  readonly copyReplay: () => void;
}

/** Listens for keys, wherever the focus is, except where text is typed. */
export function listenForKeys(timeline: Timeline | null, page: PageKeys): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (event.key === "Escape") page.toggleHelp(false);
    if (target instanceof HTMLInputElement && target.type !== "checkbox") {
      if (event.key === "Escape") target.blur();
      return;
    }
    const isWidget =
      target instanceof HTMLElement && target.closest("button, summary, a, pre, label") !== null;
    // Behind the help, nothing moves.
    const isHelp = target instanceof Element && target.closest("dialog") !== null;
    const act = actOf(event.key, isHelp ? null : timeline, page, isWidget);
    if (act === null) return;
    event.preventDefault();
    act();
  });
}

/** What a key does; null where it is left to the browser. */
function actOf(
  key: string,
  timeline: Timeline | null,
  page: PageKeys,
  isWidget: boolean,
): (() => void) | null {
  switch (key) {
    case "?":
      return () => page.toggleHelp();
    case "t":
      return () => page.toggleTheme();
    case "c":
      return () => page.copyReplay();
    default:
      break;
  }
  if (timeline === null) return null;
  switch (key) {
    case "ArrowDown":
    case "ArrowUp":
      // A frame that has the focus is scrolled.
      return isWidget ? null : () => timeline.move(key === "ArrowDown" ? 1 : -1);
    case "j":
      return () => timeline.move(1);
    case "k":
      return () => timeline.move(-1);
    case "Home":
      return () => timeline.jump("first");
    case "End":
      return () => timeline.jump("last");
    case "n":
      return () => timeline.evidence(1);
    case "p":
      return () => timeline.evidence(-1);
    case "d":
      return () => timeline.decision(1);
    case "D":
      return () => timeline.decision(-1);
    case "+":
    case "=":
      return () => timeline.zoom("in");
    case "-":
      return () => timeline.zoom("out");
    case "0":
      return () => timeline.zoom("fit");
    case "f":
      return () => timeline.cycleLevel();
    case "/":
      return () => timeline.focusPath();
    default:
      if (!/^[1-9]$/.test(key)) return null;
      return () => timeline.evidenceNumber(Number(key));
  }
}
