/**
 * timeline.html: one page that shows a finding, and needs nothing else.
 *
 * All that it says stands in it as text; its script draws the picture. The page may not load, send
 * or run anything but that script and its own style: its policy names both by their hashes. What
 * servers and clients said is never markup: it is escaped here, and put in as text there. The same
 * artifact makes the same page.
 *
 * @packageDocumentation
 */
import type { FindingRecord } from "../../engine/index.js";
import type { History } from "../../history/index.js";
import type { Plan } from "../../plan/index.js";
import { paintOf } from "../paint.js";
import { grouped } from "../quantity.js";
import { sequenceLines } from "../sequence.js";
import { clauseHtml } from "./clause-text.js";
import { HELP } from "./help.js";
import { jsonForScript, markup, NOTHING, raw, sourceHash, trusted, type Html } from "./html.js";
import { labelOf, type OrderEntry, type OrderOperation, type TimelineModel } from "./model.js";
import { PAGE_STYLE } from "./style.js";
import { timelineOf } from "./timeline-model.js";

export interface TimelinePage {
  readonly finding: FindingRecord;
  readonly plan: Plan | null;
  /** Null where the server never answered: then the page tells what was done to it. */
  readonly history: History | null;
  /** The clause in Markdown, where the finding doesn't bring it along. */
  readonly clauseText?: string | undefined;
  /** Commands that show the finding again. */
  readonly replay: readonly string[];
  /** The compiled script of the page. */
  readonly script: string;
}

/** Columns of the sequence for readers without scripts. */
const PLAIN_COLUMNS = 120;

/** The whole page. */
export function timelinePage(page: TimelinePage): string {
  const { finding, history, plan } = page;
  const model = history === null ? null : timelineOf({ finding, history, plan });
  const policy = [
    "default-src 'none'",
    `script-src '${sourceHash(page.script)}'`,
    `style-src '${sourceHash(PAGE_STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const title = `${finding.clause} · ${finding.property} · ${finding.target}`;
  return markup`<!doctype html>
<html lang="en" data-theme="system">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="happnstance ${finding.version}">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#viewport">to the timeline</a>
${headHtml(page)}
<main>
${model === null ? withoutHistory(plan) : timelineHtml(model)}
<aside class="side" aria-label="the finding">
${model === null ? NOTHING : evidenceHtml(model)}
${model === null ? NOTHING : scheduleHtml(model)}
${model === null ? NOTHING : orderHtml(model)}
${clauseSection(page)}
${factsHtml(page)}
</aside>
<aside class="now" id="moment" aria-label="the chosen moment"${model === null ? trusted(" hidden") : NOTHING}></aside>
</main>
${model === null ? NOTHING : plainHtml(model)}
${HELP}
<script type="application/json" id="model">${jsonForScript(model)}</script>
<script>${trusted(page.script)}</script>
</body>
</html>
`.text;
}

function headHtml({ finding, replay }: TimelinePage): Html {
  const { severity, clause, property, target, promise, message, expected } = finding;
  const commands = replay.map(
    (command) => markup`<span class="command"><code>${command}</code>
<button type="button" data-copy="${command}" title="copy (c)">copy</button></span>`,
  );
  return markup`<header class="finding">
<div class="title">
<span class="badge ${severity}">${severity}</span>
<h1>${target} breaks ${clause}</h1>
<span class="badge plain">${property}</span>
${
  finding.confirmation === "diverged"
    ? markup`<span class="badge should">diverged: run again, it gave another history</span>`
    : NOTHING
}
<span class="tools"><button type="button" id="theme">colours</button>
<button type="button" id="help-button" aria-label="help (?)">?</button></span>
</div>
<p class="promise">Promise: ${promise}</p>
<div class="claims">
<div class="claim seen"><b>What happened</b>${message}</div>
<div class="claim expected"><b>What was promised instead</b>${expected}</div>
</div>
<div class="commands">${raw(commands)}</div>
</header>`;
}

function timelineHtml(model: TimelineModel): Html {
  const count = grouped(model.events.length);
  return markup`<section class="timeline" aria-label="timeline">
<div id="toolbar"></div>
<div class="stage">
<div id="viewport" tabindex="0" role="listbox" aria-label="${count} events, from first to last"></div>
<canvas id="minimap" aria-hidden="true"></canvas>
</div>
</section>`;
}

function evidenceHtml(model: TimelineModel): Html {
  const items = model.broken.evidence.flatMap((index, place) => {
    const event = model.events[index];
    if (event === undefined) return [];
    const { connection, kind } = event;
    const who =
      kind === "arrive"
        ? `${connection ?? ""} → server: `
        : kind === "write"
          ? `server → ${connection ?? ""}: `
          : connection === undefined
            ? ""
            : `${connection}: `;
    return [
      markup`<li><a href="#e${index}" data-event="${index}"><span class="number">${place + 1}</span>
<span class="time">${grouped(event.at)} ms</span>
<span class="words">${who}${labelOf(model, event)}</span></a></li>`,
    ];
  });
  return markup`<section><h2>Evidence</h2>
${
  items.length === 0
    ? markup`<p class="quiet">No single event shows it.</p>`
    : markup`<ol class="evidence-list">${raw(items)}</ol>`
}
</section>`;
}

/** Decisions that are listed: a plan that nobody made smaller has hundreds. */
const DECISIONS_MAX = 40;

function scheduleHtml({ schedule, events }: TimelineModel): Html {
  if (schedule.length === 0) return NOTHING;
  const items = schedule.slice(0, DECISIONS_MAX).map(({ index, subject, short }) => {
    const event = index === null ? undefined : events[index];
    if (index === null || event === undefined) {
      return markup`<li><span class="decision">⇅</span> <span class="time"></span>
<span class="words">${subject}: ${short}</span></li>`;
    }
    const label = labelOf({ events } as TimelineModel, event);
    const who = event.connection === undefined || label.startsWith(event.connection);
    return markup`<li><a href="#e${index}" data-event="${index}"><span class="decision">⇅</span>
<span class="time">${grouped(event.at)} ms</span>
<span class="words">${who ? "" : `${event.connection ?? ""}: `}${label}: ${short}</span></a></li>`;
  });
  const left = schedule.length - items.length;
  return markup`<section class="schedule"><h2>The schedule</h2>
<p class="quiet">Where the server's event loop could go either way, and did not take what came first.</p>
<ol class="evidence-list">${raw(items)}</ol>
${left > 0 ? markup`<p class="quiet">and ${grouped(left)} more</p>` : NOTHING}</section>`;
}

function orderHtml({ order }: TimelineModel): Html {
  if (order === null) return NOTHING;
  const there = (changes: readonly OrderEntry[]) =>
    changes
      .map(
        ({ path, value }) => `${path}: ${value === undefined ? "not known" : (value ?? "nothing")}`,
      )
      .join(", ");
  const item = (place: string, { client, words, from }: OrderOperation, after: string) =>
    markup`<li${trusted(place === "✗" ? ' class="no"' : "")}><span class="place">${place}</span>
<a href="#e${from}" data-event="${from}">${client}: <code>${words}</code></a>
${after === "" ? NOTHING : markup`<span class="after">${after}</span>`}</li>`;
  const steps = order.steps.map((step, place) =>
    item(
      String(order.omitted + place + 1),
      step,
      step.changes.length === 0 ? "" : `then stored: ${there(step.changes)}`,
    ),
  );
  const refuted = order.refuted.map((each) => item("✗", each, `can't be next: ${each.why}`));
  return markup`<section class="order"><h2>The order of operations that goes furthest</h2>
<p class="quiet">What clients were told must fit one order of all operations, in which what ended before
another began comes first. This is the longest that fits; no operation marked ✗ can be next.</p>
${order.omitted === 0 ? NOTHING : markup`<p class="quiet">The first ${grouped(order.omitted)} steps are left out. Stored by then: <code>${there(order.initial)}</code></p>`}
<ol>${raw(steps)}${raw(refuted)}</ol></section>`;
}

function clauseSection({ finding, clauseText = finding.clauseText }: TimelinePage): Html {
  if (clauseText === undefined || clauseText === "") return NOTHING;
  return markup`<section class="clause"><h2>${finding.clause}, as servers are held to it</h2>
${clauseHtml(clauseText)}</section>`;
}

function factsHtml({ finding, history }: TimelinePage): Html {
  const facts: readonly (readonly [string, string])[] = [
    ["fingerprint", finding.fingerprint],
    ["confirmation", finding.confirmation],
    ...(history === null
      ? []
      : ([
          ["profile", history.header.profile],
          ["mode", history.header.mode],
        ] as const)),
    ["trace hash", finding.traceHash],
    ["found by", `happnstance ${finding.version} on Node ${finding.node}`],
  ];
  const rows = facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`);
  return markup`<section><h2>About this finding</h2><dl class="facts">${raw(rows)}</dl></section>`;
}

/** What was done, where nothing is known of what came of it. */
function withoutHistory(plan: Plan | null): Html {
  const operations = plan?.operations ?? [];
  const items = operations.map(({ client, action }) => {
    const { kind, ...rest } = action;
    return markup`<li>${client}: ${kind} <code>${JSON.stringify(rest).slice(0, 400)}</code></li>`;
  });
  return markup`<section class="timeline nohistory"><h2>There is no history</h2>
<p>The server's process was lost before it could tell what happened. This is what was done to it:</p>
<ol>${raw(items)}</ol></section>`;
}

/** The story for readers without scripts. */
function plainHtml(model: TimelineModel): Html {
  const lines = sequenceLines(model, { columns: PLAIN_COLUMNS, paint: paintOf(false) });
  return markup`<noscript><pre>${lines.join("\n")}</pre></noscript>`;
}
