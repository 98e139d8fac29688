/**
 * Frames on their way: arrows from the lane where they set out to the lane where they come in.
 *
 * @packageDocumentation
 */
import type { TimelineEvent } from "../model.js";
import type { Picture, Window } from "./picture.js";
import { shape } from "./dom.js";

/** The arrows that cross the window; those among `kin` stand out. */
export function drawArrows(
  picture: Picture,
  window: Window,
  kin: ReadonlySet<number>,
): readonly SVGElement[] {
  const { model, layout } = picture;
  const arrows: SVGElement[] = [];
  model.events.forEach((event, index) => {
    const { to, towards } = event;
    if (towards === undefined || !layout.hasRow(index)) return;
    const end = to !== undefined && layout.hasRow(to) ? to : null;
    const from = layout.yOf(index);
    const until = end === null ? from : layout.yOf(end);
    if (until < window.top || from > window.bottom) return;
    const arrow = arrowOf(picture, event, from, end === null ? null : until);
    if (arrow === null) return;
    if (kin.has(index)) arrow.classList.add("kin");
    arrows.push(arrow);
  });
  return arrows;
}

function arrowOf(
  { columns, model }: Picture,
  event: TimelineEvent,
  y1: number,
  y2: number | null,
): SVGElement | null {
  const x1 = columns.x(event.lane);
  const target = columns.x(event.towards ?? event.lane);
  if (x1 === null || target === null || x1 === target) return null;
  const side = Math.sign(target - x1);
  const isEvidence =
    event.evidence !== undefined ||
    (event.to !== undefined && model.events[event.to]?.evidence !== undefined);
  const classes = [
    "arrow",
    `g-${event.group}`,
    `r-${event.relevance}`,
    ...(event.isBad === true ? ["bad"] : []),
    ...(isEvidence ? ["evidence"] : []),
    ...(y2 === null ? ["lost"] : []),
  ];
  const group = shape("g", { class: classes.join(" ") });
  if (y2 === null) {
    // It never came in: it ends on the way.
    const x = x1 + (target - x1) * 0.45;
    group.append(
      shape("line", { x1: x1 + side * 5, y1, x2: x, y2: y1 }),
      shape("path", { class: "cross", d: `M ${x - 4} ${y1 - 4} l 8 8 m 0 -8 l -8 8` }),
    );
    return group;
  }
  const tip = target - side * 5;
  group.append(
    shape("line", { x1: x1 + side * 5, y1, x2: tip - side * 6, y2 }),
    shape("path", {
      class: "tip",
      d: `M ${tip} ${y2} l ${-side * 9} -4.5 v 9 z`,
    }),
  );
  return group;
}
