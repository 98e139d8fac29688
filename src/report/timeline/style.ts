/**
 * How the timeline page looks: one sheet, for light and for dark.
 *
 * @packageDocumentation
 */

/** Colours by their use, for light and for dark. */
export const LIGHT = `
  color-scheme: light;
  --paper: #ffffff; --panel: #f6f7f9; --ink: #16181d; --quiet: #555c68; --edge: #d5d9e0;
  --lane: #b9c0cb; --selected: rgba(58, 120, 230, .16); --hover: rgba(80, 100, 130, .08); --veil: rgba(40, 90, 200, .14);
  --write: #0b5cad; --read: #00695c; --subscription: #6a3fb5; --publication: #a0197d;
  --handshake: #5b6472; --heartbeat: #6b7280; --malformed: #8a4b00; --connection: #4b5563;
  --server: #374151; --fault: #8a5a00; --bad: #b42318; --broken: #c4161c; --broken-paper: #fff1f0;
  --band: rgba(214, 158, 20, .22); --down: rgba(90, 98, 112, .20); --may: #c7b6ea; --must: #7c4dcb;
  --good: #17693a; --accent: #0b5cad; --decision: #7a3e00;`;

export const DARK = `
  color-scheme: dark;
  --paper: #14161a; --panel: #1c1f25; --ink: #e8eaee; --quiet: #a3abb8; --edge: #363c47;
  --lane: #4a5261; --selected: rgba(90, 150, 255, .24); --hover: rgba(150, 170, 200, .10); --veil: rgba(130, 170, 255, .18);
  --write: #7cb7ff; --read: #5fd1bd; --subscription: #c0a2ff; --publication: #ff9bdc;
  --handshake: #a7b0be; --heartbeat: #98a1af; --malformed: #f0b35b; --connection: #b3bbc8;
  --server: #c7cdd8; --fault: #f0c04f; --bad: #ff8f87; --broken: #ff6b63; --broken-paper: #33191a;
  --band: rgba(240, 192, 79, .18); --down: rgba(160, 168, 182, .16); --may: #57447f; --must: #a985f0;
  --good: #6fd598; --accent: #7cb7ff; --decision: #ffb26b;`;

const COLOURED = [
  ...["write", "read", "subscription", "publication", "handshake", "heartbeat", "malformed"],
  ...["connection", "server", "fault"],
]
  .map((group) => `.g-${group} { --own: var(--${group}); }`)
  .join("\n");

/** The sheet. */
export const PAGE_STYLE = `
:root { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${DARK} } }
:root[data-theme="dark"] { ${DARK} }
${COLOURED}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { margin: 0; height: 100%; }
body { display: flex; flex-direction: column; background: var(--paper); color: var(--ink);
  font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
code, pre, .path, table.store td, table.store th, .words { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace; font-size: 12px; }
h1, h2, h3, p, ul, ol, dl, dd, pre { margin: 0; }
h2 { font-size: 13px; letter-spacing: .02em; margin-bottom: 6px; }
h3 { font-size: 13px; margin: 10px 0 4px; }
.quiet { color: var(--quiet); }
button, summary, input { font: inherit; color: inherit; }
button, summary, input[type="search"] { background: var(--paper); border: 1px solid var(--edge); border-radius: 6px; padding: 3px 9px; min-height: 28px; }
button, summary { cursor: pointer; }
button:hover, summary:hover { background: var(--hover); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 8px; top: 8px; z-index: 9; background: var(--paper); padding: 6px; }

header.finding { padding: 10px 16px 12px; background: var(--panel); border-bottom: 1px solid var(--edge); }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; }
.title h1 { font-size: 17px; font-weight: 650; overflow-wrap: anywhere; }
.title .tools { margin-left: auto; display: flex; gap: 6px; }
.badge { display: inline-block; border-radius: 999px; padding: 1px 9px; font-size: 12px; font-weight: 600; border: 1px solid currentColor; white-space: nowrap; }
.badge.must { color: var(--broken); } .badge.should { color: var(--fault); } .badge.may { color: var(--quiet); }
.badge.plain { color: var(--quiet); font-weight: 500; }
.badge.evidence { color: var(--broken); margin-left: 8px; }
.promise { color: var(--quiet); margin-top: 2px; }
.claims { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 10px; margin-top: 8px; }
.claim { border-left: 3px solid; padding: 1px 0 1px 10px; overflow-wrap: anywhere; max-height: 7.4em; overflow: auto; }
.claim b { display: block; font-size: 12px; letter-spacing: .02em; }
.claim.seen { border-color: var(--broken); } .claim.seen b { color: var(--broken); }
.claim.expected { border-color: var(--good); } .claim.expected b { color: var(--good); }
.commands { display: flex; flex-wrap: wrap; gap: 4px 14px; margin-top: 8px; }
.command { display: inline-flex; align-items: center; gap: 8px; min-width: 0; }
.command code { overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--edge); border-radius: 5px; padding: 3px 8px; }

main { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(0, 1fr) 390px; grid-template-rows: minmax(0, 11fr) minmax(0, 9fr); }
.timeline { grid-row: 1 / 3; display: flex; flex-direction: column; min-height: 0; min-width: 0; }
#toolbar { display: flex; flex-wrap: wrap; gap: 6px; padding: 6px 10px; border-bottom: 1px solid var(--edge); }
.segments { display: inline-flex; }
.segments button { border-radius: 0; margin-left: -1px; }
.segments button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; } .segments button:last-child { border-radius: 0 6px 6px 0; }
.segments button[aria-pressed="true"] { background: var(--selected); border-color: var(--accent); position: relative; }
.segments small { color: var(--quiet); }
.path { width: 150px; }
.absent { color: var(--quiet); font-size: 12px; align-self: center; }
.menu { position: relative; } .menu summary { list-style: none; } .menu summary::after { content: " ▾"; color: var(--quiet); }
.choices { position: absolute; z-index: 5; top: 32px; left: 0; background: var(--paper); border: 1px solid var(--edge); border-radius: 8px; padding: 8px 12px; display: grid; gap: 4px; min-width: 160px; max-height: 50vh; overflow: auto; box-shadow: 0 6px 24px rgba(0, 0, 0, .18); }
.choices label { display: flex; align-items: center; gap: 7px; white-space: nowrap; min-height: 24px; }
.swatch { width: 10px; height: 10px; border-radius: 50%; background: var(--own); }
.stage { flex: 1; display: flex; min-height: 0; }
#viewport { flex: 1; overflow: auto; position: relative; min-width: 0; }
#viewport:focus-visible { outline-offset: -2px; }
#minimap { width: 58px; flex: none; height: 100%; border-left: 1px solid var(--edge); background: var(--panel); cursor: pointer; touch-action: none; }
.side, .now { border-left: 1px solid var(--edge); overflow: auto; padding: 10px 14px; min-height: 0; }
.now { border-top: 1px solid var(--edge); background: var(--panel); }
.side section + section { margin-top: 16px; }
.evidence-list { list-style: none; padding: 0; display: grid; gap: 2px; }
.evidence-list a { display: grid; grid-template-columns: 22px 66px 1fr; align-items: baseline; gap: 6px; padding: 4px 6px; border-radius: 6px; color: inherit; text-decoration: none; }
.evidence-list a:hover { background: var(--hover); } .evidence-list a[aria-current] { background: var(--selected); }
.evidence-list .number { color: #fff; background: #c4161c; border-radius: 50%; width: 19px; height: 19px; text-align: center; font-size: 12px; line-height: 19px; }
.evidence-list li:not(:has(a)) { display: grid; grid-template-columns: 22px 66px 1fr; gap: 6px; padding: 4px 6px; }
.schedule .evidence-list { margin-top: 4px; }
.decision { color: var(--decision); font-weight: 700; text-align: center; }
.evidence-list .time { text-align: right; font-size: 12px; color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; }
.evidence-list .words { overflow-wrap: anywhere; display: -webkit-box; -webkit-line-clamp: 3; -webkit-box-orient: vertical; overflow: hidden; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; }
th, td { text-align: left; vertical-align: top; padding: 3px 6px; border-bottom: 1px solid var(--edge); overflow-wrap: anywhere; }
thead th { color: var(--quiet); font-weight: 550; }
table.store tr.new { background: var(--selected); } table.store th { font-weight: 600; width: 42%; }
.order ol { list-style: none; padding: 0; margin-top: 6px; }
.order li { display: grid; grid-template-columns: 26px 1fr; gap: 0 6px; padding: 4px 0; border-bottom: 1px solid var(--edge); }
.order .place { color: var(--quiet); text-align: right; font-variant-numeric: tabular-nums; } .order .no .place { color: var(--broken); font-weight: 700; }
.order a { color: inherit; text-decoration: none; overflow-wrap: anywhere; } .order a:hover { text-decoration: underline; }
.order .after { grid-column: 2; color: var(--quiet); font-size: 12.5px; overflow-wrap: anywhere; } .order .no .after { color: var(--broken); font-weight: 550; }
.clause { overflow-wrap: anywhere; } .clause p + p, .clause ul, .clause table { margin-top: 6px; } .clause ul { padding-left: 18px; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; font-size: 12.5px; } .facts dt { color: var(--quiet); } .facts dd { overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--edge); border-radius: 6px; padding: 8px; max-height: 320px; overflow: auto; margin-top: 6px; }
.sentence { overflow-wrap: anywhere; }
.links { display: flex; flex-wrap: wrap; gap: 4px 10px; margin-top: 4px; align-items: center; }
button.link { border: 0; background: none; padding: 0; min-height: 24px; color: var(--accent); text-decoration: underline; }

.head { position: sticky; top: 0; z-index: 3; height: 30px; background: var(--paper); border-bottom: 1px solid var(--edge); }
.head span { position: absolute; top: 5px; transform: translateX(-50%); font-weight: 600; white-space: nowrap; max-width: 180px; overflow: hidden; text-overflow: ellipsis; }
.head .axis-name { left: 12px; transform: none; color: var(--quiet); font-weight: 400; font-size: 12px; }
.head .lane-name.server { color: var(--paper); background: var(--ink); border-radius: 5px; padding: 0 10px; }
.head .lane-name.node { font-style: italic; }
svg.canvas { display: block; }
svg text { font: 11.25px/1 ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace; fill: var(--ink); }
.hit { fill: transparent; cursor: pointer; } .event:hover .hit, .fold:hover .hit { fill: var(--hover); } .event.selected .hit { fill: var(--selected); }
.time { text-anchor: end; fill: var(--quiet) !important; font-variant-numeric: tabular-nums; }
.lane { stroke: var(--lane); stroke-width: 1.2; } .lane.server { stroke-width: 2.4; }
.connection { fill: var(--lane); } .work { fill: var(--server); opacity: .28; }
.subscription .may { fill: var(--may); } .subscription .must { fill: var(--must); }
.subscription.judged rect { stroke: var(--broken); stroke-width: 1.6; }
.bar-words { font-size: 10.5px; fill: var(--subscription); }
.dot { fill: var(--own); } .event.bad .dot { fill: var(--bad); }
.label { paint-order: stroke; stroke: var(--paper); stroke-width: 3.5px; stroke-linejoin: round; fill: var(--own); }
.event.bad .label { fill: var(--bad); } .event.evidence .label { font-weight: 700; }
.event.selected .label { stroke: var(--selected); }
.delay { fill: var(--quiet); font-size: 10.5px; }
.fork { fill: none; stroke: var(--decision); stroke-width: 1.8; } .decision-words { fill: var(--decision) !important; font-weight: 700; paint-order: stroke; stroke: var(--paper); stroke-width: 3.5px; stroke-linejoin: round; }
.ring { fill: #c4161c; stroke: var(--paper); stroke-width: 1.5; } .number { text-anchor: middle; fill: #fff; font-weight: 700; }
svg .number { font: 700 11.5px system-ui, "Liberation Sans", sans-serif; fill: #fff; }
.arrow { stroke: var(--own); stroke-width: 1.25; fill: var(--own); } .arrow .tip { stroke: none; }
.arrow.bad { stroke: var(--bad); fill: var(--bad); } .arrow.evidence { stroke-width: 2.3; } .arrow.kin { stroke-width: 3; }
.arrow.lost { stroke-dasharray: 4 3; } .arrow .cross { stroke-dasharray: none; stroke-width: 2; fill: none; }
.r-other .label, .arrow.r-other { opacity: .78; }
.tear { stroke: var(--edge); stroke-dasharray: 2 4; } .pill { fill: var(--panel); stroke: var(--edge); } .fold { cursor: pointer; }
.fold-words { text-anchor: middle; fill: var(--quiet); }
.break { fill: none; stroke: var(--edge); stroke-width: 1.3; stroke-dasharray: none; }
.hatch { stroke: var(--fault); stroke-width: 1.5; opacity: .35; }
.band .tint { fill: var(--band); } .band.down .tint { fill: var(--down); } .band-words { fill: var(--fault); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.band.down .band-words { fill: var(--server); }
.broken { height: 100%; overflow: auto; background: var(--broken-paper); border: 1.5px solid var(--broken); border-left-width: 5px; border-radius: 6px; padding: 5px 10px; font-size: 12.5px; line-height: 1.38; overflow-wrap: anywhere; }
.broken strong { color: var(--broken); } .broken-mark { fill: var(--broken); }
.nohistory { padding: 24px; max-width: 70ch; }
.nohistory ol { font-size: 12px; padding-left: 26px; margin-top: 8px; }

dialog { border: 1px solid var(--edge); border-radius: 10px; background: var(--paper); color: var(--ink); padding: 16px 20px; max-width: 620px; }
dialog::backdrop { background: rgba(0, 0, 0, .45); }
dialog dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 10px 0; } dialog dt { font-weight: 600; }
kbd { font: 12px ui-monospace, monospace; border: 1px solid var(--edge); border-bottom-width: 2px; border-radius: 4px; padding: 0 5px; }
.legend { display: grid; gap: 3px; }
noscript pre { margin: 12px; }

@media (max-width: 1060px) {
  html, body { height: auto; }
  main { display: block; }
  .timeline { height: 78vh; min-height: 420px; }
  .side, .now { border-left: 0; border-top: 1px solid var(--edge); overflow: visible; }
  .claim { max-height: none; }
}
@media (max-width: 560px) {
  #minimap { width: 34px; }
  header.finding { padding: 10px; }
  .title h1 { font-size: 15px; }
}
@media (prefers-reduced-motion: no-preference) { #viewport { scroll-behavior: auto; } }
@media print { main { display: block; } #toolbar, #minimap, .tools { display: none; } #viewport { overflow: visible; } }
`;
