/**
 * index.html of a run: its findings, each with the way to its timeline.
 *
 * @packageDocumentation
 */

import type { FindingRecord } from "../../engine/index.js";
import { counted } from "../quantity.js";
import { markup, raw, sourceHash, trusted } from "./html.js";
import { PAGE_STYLE } from "./style.js";

/** A finding of the run, and the folder that it is in. */
export interface IndexedFinding {
  readonly finding: FindingRecord;
  /** Name of the folder beside the page. */
  readonly folder: string;
}

const STYLE = `${PAGE_STYLE}
main.list { display: block; padding: 16px; max-width: 1100px; }
main.list table { font-size: 14px; } main.list td { padding: 8px; } main.list .words { color: var(--quiet); font-size: 13px; }
main.list a { color: var(--accent); }
`;

/** The page; it has no script. */
export function runIndexPage(run: string, findings: readonly IndexedFinding[]): string {
  const policy = `default-src 'none'; style-src '${sourceHash(STYLE)}'; base-uri 'none'; form-action 'none'`;
  const rows = findings.map(
    ({ finding, folder }) => markup`<tr>
<td><span class="badge ${finding.severity}">${finding.severity}</span></td>
<td><a href="${encodeURIComponent(folder)}/timeline.html">${finding.property}</a><br>${finding.clause}</td>
<td>${finding.message}<p class="words">Expected: ${finding.expected}</p></td></tr>`,
  );
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${run}: ${counted(findings.length, "finding")}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header class="finding"><div class="title"><h1>${counted(findings.length, "finding")} of the run ${run}</h1></div></header>
<main class="list"><table><thead><tr><th></th><th>promise</th><th>what happened</th></tr></thead>
<tbody>${raw(rows)}</tbody></table></main>
</body>
</html>
`.text;
}
