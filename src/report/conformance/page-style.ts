/**
 * How the matrix looks: one sheet, for light and for dark, in the colours of the timeline.
 *
 * Everything that moves is done by the sheet: a cell's link makes its evidence the page's target, and
 * inputs choose colours and rows. The page has no script.
 *
 * @packageDocumentation
 */
import { DARK, LIGHT } from "../timeline/style.js";

const OWN_LIGHT = `--ok-paper: #e7f4ec; --should: #8a5a00; --should-paper: #fbf0d9; --failed-paper: #fde7e5; --info: #0b5cad; --info-paper: #e6effa;`;
const OWN_DARK = `--ok-paper: #14301f; --should: #f0c04f; --should-paper: #352a10; --failed-paper: #431c1c; --info: #7cb7ff; --info-paper: #14263d;`;

export const MATRIX_STYLE = `
:root { ${LIGHT} ${OWN_LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} ${OWN_DARK} } }
:root:has(#light:checked) { ${LIGHT} ${OWN_LIGHT} }
:root:has(#dark:checked) { ${DARK} ${OWN_DARK} }
* { box-sizing: border-box; }
html { scroll-padding-top: 60px; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
code, pre, .log { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace; font-size: 12px; }
h1, h2, h3, h4, p, ol, ul, dl, dd { margin: 0; }
h1 { font-size: 18px; } h2 { font-size: 17px; overflow-wrap: anywhere; } h3 { font-size: 14px; } h4 { font-size: 12.5px; color: var(--quiet); margin: 10px 0 3px; font-weight: 600; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.quiet { color: var(--quiet); }
header { background: var(--panel); border-bottom: 1px solid var(--edge); padding: 12px 18px; display: flex; flex-wrap: wrap; gap: 6px 24px; align-items: baseline; }
.choices { margin-left: auto; display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; }
.choices fieldset { border: 0; margin: 0; padding: 0; display: flex; gap: 10px; } .choices legend { float: left; padding: 0 8px 0 0; color: var(--quiet); }
.choices label { display: inline-flex; gap: 5px; align-items: center; min-height: 24px; cursor: pointer; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 10px 18px; font-size: 12.5px; color: var(--quiet); }
.legend dt { display: inline; } .legend dd { display: inline; } .legend div { white-space: nowrap; }
main { padding: 0 18px 30px; }
table { border-collapse: separate; border-spacing: 0; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--paper); text-align: left; vertical-align: bottom; padding: 8px 6px; border-bottom: 2px solid var(--edge); max-width: 210px; overflow-wrap: anywhere; }
thead th .tally { display: block; font-weight: 400; font-size: 12px; color: var(--quiet); }
tbody th { text-align: left; font-weight: 400; padding: 2px 14px 2px 0; border-bottom: 1px solid var(--edge); position: sticky; left: 0; background: var(--paper); z-index: 1; white-space: nowrap; }
tbody th b { display: inline-block; min-width: 58px; } tbody th .word { color: var(--quiet); font-size: 12px; }
tr.section th { padding-top: 14px; font-weight: 650; border-bottom: 1px solid var(--lane); }
td { padding: 2px 4px; border-bottom: 1px solid var(--edge); }
a.cell, .badge { display: inline-flex; gap: 6px; align-items: center; border-radius: 6px; padding: 2px 9px; min-height: 26px; min-width: 128px; font-size: 12px; font-weight: 600; text-decoration: none; border: 1px solid transparent; white-space: nowrap; }
.badge { min-width: 0; min-height: 22px; }
a.cell:hover { border-color: currentColor; }
.v-OK { color: var(--good); background: var(--ok-paper); }
.v-FAILED { color: var(--broken); background: var(--failed-paper); }
.v-NON-STRICT, .v-UNIMPLEMENTED, .v-UNKNOWN { color: var(--should); background: var(--should-paper); }
.v-INFORMATIONAL { color: var(--info); background: var(--info-paper); }
.v-UNEXERCISED, .v-CONVENTION { color: var(--quiet); background: var(--panel); }
.sign { width: 1em; text-align: center; }
:root:has(#broken:checked) tr.calm { display: none; }
.panel { display: none; position: fixed; z-index: 5; inset: 0 0 0 auto; width: min(960px, 66vw); overflow: auto; background: var(--paper); border-left: 1px solid var(--edge); box-shadow: -12px 0 40px rgba(0, 0, 0, .22); }
.panel:target { display: block; }
.panel > .head { position: sticky; top: 0; background: var(--panel); border-bottom: 1px solid var(--edge); padding: 10px 18px; display: flex; gap: 12px; align-items: center; flex-wrap: wrap; z-index: 1; }
.panel .close { margin-left: auto; color: var(--accent); min-height: 26px; display: inline-flex; align-items: center; }
.panel > .body { padding: 12px 18px 30px; display: grid; gap: 14px; grid-template-columns: minmax(0, 1fr); }
.facts { color: var(--quiet); font-size: 13px; }
.evidence { border: 1px solid var(--edge); border-left: 4px solid var(--lane); border-radius: 6px; padding: 10px 12px; }
.evidence.must { border-left-color: var(--broken); } .evidence.should { border-left-color: var(--should); }
.evidence .message { overflow-wrap: anywhere; white-space: pre-wrap; margin-top: 4px; } .evidence .expected { color: var(--good); overflow-wrap: anywhere; margin-top: 4px; }
.tags { display: flex; flex-wrap: wrap; gap: 4px 10px; font-size: 12px; color: var(--quiet); }
.tags b { color: var(--ink); }
.sequence { padding-left: 30px; } .sequence li { overflow-wrap: anywhere; padding: 1px 0; }
details summary { cursor: pointer; min-height: 26px; color: var(--accent); }
.log { border: 1px solid var(--edge); border-radius: 6px; overflow: auto; max-height: 60vh; padding: 6px 0; }
.log div { display: grid; grid-template-columns: 86px 1fr; gap: 10px; padding: 1px 10px; } .log time { text-align: right; color: var(--quiet); font-variant-numeric: tabular-nums; white-space: nowrap; }
.log span { overflow-wrap: anywhere; white-space: pre-wrap; } .log .mark { background: var(--failed-paper); font-weight: 600; }
.clause { font-size: 13px; color: var(--ink); overflow-wrap: anywhere; } .clause p + p, .clause ul, .clause table { margin-top: 6px; }
.clause table { border-collapse: collapse; } .clause th, .clause td { position: static; padding: 3px 6px; border-bottom: 1px solid var(--edge); text-align: left; max-width: none; white-space: normal; }
@media (max-width: 900px) { .panel { width: 100vw; } .choices { margin-left: 0; } }
@media print { .panel, .choices { display: none; } }
`;
