import { describe, expect, it } from "vitest";

import { PAGE_STYLE } from "./style.js";

/** The variables of the first block behind a text. */
function variablesAfter(mark: string): ReadonlyMap<string, string> {
  const from = PAGE_STYLE.indexOf(mark);
  const block = PAGE_STYLE.slice(from, PAGE_STYLE.indexOf("}", from));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [
      name ?? "",
      value ?? "",
    ]),
  );
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = [
  ...["ink", "quiet", "write", "read", "subscription", "publication", "handshake", "heartbeat"],
  ...["malformed", "connection", "server", "fault", "bad", "broken", "good", "accent"],
];

describe("the page's style", () => {
  it.each([
    ["light", ":root { "],
    ["dark", ':root[data-theme="dark"] { '],
  ])("is readable in the %s (WCAG AA: 4.5 to 1)", (_, mark) => {
    const colours = variablesAfter(mark);
    const low = TEXTS.flatMap((text) =>
      ["paper", "panel"].map((ground) => {
        const ratio = contrast(colours.get(text) ?? "", colours.get(ground) ?? "");
        return ratio >= 4.5 ? "" : `${text} on ${ground}: ${ratio.toFixed(2)}`;
      }),
    ).filter((line) => line !== "");

    expect(low).toEqual([]);
  });

  it("asks for nothing from elsewhere", () => {
    expect(PAGE_STYLE).not.toMatch(/@import|url\(|http/);
  });
});
