/**
 * Brings the page to life: everything that it says stands in it already; this draws the picture.
 *
 * @packageDocumentation
 */
import type { TimelineModel } from "../model.js";
import { byId } from "./dom.js";
import { listenForKeys } from "./keyboard.js";
import { Theme } from "./theme.js";
import { Timeline } from "./timeline.js";

const COPIED_MS = 1_500;

/** The data that the page carries; null where there is no history. */
function modelInPage(): TimelineModel | null {
  const text = byId("model").textContent;
  return JSON.parse(text) as TimelineModel | null;
}

/** Copies a command, and says so on its button. */
function copy(button: HTMLElement): void {
  const text = button.dataset["copy"] ?? "";
  const said = button.textContent;
  const done = (words: string) => {
    button.textContent = words;
    setTimeout(() => {
      button.textContent = said;
    }, COPIED_MS);
  };
  // Without a secure origin there is no clipboard; then the command is selected, to be copied by hand.
  const select = () => {
    const shown = button.parentElement?.querySelector("code");
    if (shown !== null && shown !== undefined) getSelection()?.selectAllChildren(shown);
    done("selected");
  };
  const clipboard = (navigator as { clipboard?: Clipboard }).clipboard;
  if (clipboard === undefined) select();
  else clipboard.writeText(text).then(() => done("copied"), select);
}

function start(): void {
  const model = modelInPage();
  const timeline = model === null ? null : new Timeline(model);
  const theme = new Theme(byId("theme"), () => timeline?.redraw());
  const help = byId("help") as HTMLDialogElement;
  const toggleHelp = (isOpen = !help.open) => {
    if (isOpen && !help.open) help.showModal();
    else if (!isOpen && help.open) help.close();
  };
  byId("help-button").addEventListener("click", () => toggleHelp(true));
  byId("help-close").addEventListener("click", () => toggleHelp(false));
  for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
  for (const link of document.querySelectorAll<HTMLElement>("[data-event]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      timeline?.select(Number(link.dataset["event"]));
    });
  }
  listenForKeys(timeline, {
    toggleHelp,
    toggleTheme: () => theme.toggle(),
    copyReplay: () => {
      const button = document.querySelector<HTMLElement>("[data-copy]");
      if (button !== null) copy(button);
    },
  });
  timeline?.begin(location.hash);
  document.documentElement.dataset["ready"] = "true";
}

start();
