/**
 * Light or dark: as the system has it, or as the reader chose.
 *
 * @packageDocumentation
 */
type Choice = "system" | "light" | "dark";

const KEY = "happnstance-theme";
const NEXT: Readonly<Record<Choice, Choice>> = { system: "light", light: "dark", dark: "system" };
const WORDS: Readonly<Record<Choice, string>> = {
  system: "◐ system",
  light: "☀ light",
  dark: "☾ dark",
};

export class Theme {
  readonly #button: HTMLElement;
  readonly #changed: () => void;
  #choice: Choice;

  constructor(button: HTMLElement, changed: () => void) {
    this.#button = button;
    this.#changed = changed;
    this.#choice = remembered();
    button.addEventListener("click", () => this.toggle());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
    this.#apply();
  }

  toggle(): void {
    this.#choice = NEXT[this.#choice];
    try {
      localStorage.setItem(KEY, this.#choice);
    } catch {
      // A page without storage forgets the choice; nothing else is lost.
    }
    this.#apply();
    this.#changed();
  }

  #apply(): void {
    document.documentElement.dataset["theme"] = this.#choice;
    this.#button.textContent = WORDS[this.#choice];
    this.#button.setAttribute("aria-label", `colours: ${this.#choice} (t)`);
  }
}

function remembered(): Choice {
  try {
    const kept = localStorage.getItem(KEY);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}
