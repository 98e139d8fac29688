/**
 * conformance.html: the matrix as one page that needs nothing else, each cell with its evidence.
 *
 * No script runs in it, and its policy lets it load nothing. What servers and clients said is
 * escaped. The same document makes the same page.
 *
 * @packageDocumentation
 */
import { CLAUSE_VERDICTS, type ClauseVerdict } from "../../conformance/index.js";
import { counted, grouped } from "../quantity.js";
import { clauseHtml } from "../timeline/clause-text.js";
import { markup, NOTHING, raw, sourceHash, trusted, type Html } from "../timeline/html.js";
import type {
  CellRecord,
  ClauseRow,
  ConformanceDocument,
  EvidenceRecord,
  TargetColumn,
} from "./document.js";
import { operationWords } from "./operation-words.js";
import { MATRIX_STYLE } from "./page-style.js";
import { tally } from "./table.js";
import { VERDICT_MEANINGS, VERDICT_SIGNS } from "./verdict-words.js";

/** The whole page. @param clauseText a clause's text in Markdown; undefined where there is none */
export function conformancePage(
  document: ConformanceDocument,
  clauseText: (clause: string) => string | undefined,
): string {
  const { version, targets } = document;
  const policy = `default-src 'none'; style-src '${sourceHash(MATRIX_STYLE)}'; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="happnstance ${version}">
<title>happn conformance: ${targets.map(({ target }) => target).join(", ")}</title>
<style>${trusted(MATRIX_STYLE)}</style>
</head>
<body>
${headHtml(document)}
${legendHtml()}
<main id="matrix">${tableHtml(document)}</main>
${raw(targets.flatMap((target, place) => panelsHtml({ document, target, place, clauseText })))}
</body>
</html>
`.text;
}

function headHtml({ version, seed }: ConformanceDocument): Html {
  const colours = ["system", "light", "dark"].map(
    (name) =>
      markup`<label><input type="radio" name="colours" id="${name}"${name === "system" ? trusted(" checked") : NOTHING}>${name}</label>`,
  );
  return markup`<header>
<h1>Conformance to happn 1.3.0</h1>
<p class="quiet">clause by clause; each cell opens its evidence. happnstance ${version}, seed ${seed}</p>
<div class="choices">
<label><input type="checkbox" id="broken">only what isn't kept by all</label>
<fieldset><legend>colours</legend>${raw(colours)}</fieldset>
</div>
</header>`;
}

function legendHtml(): Html {
  const entries = CLAUSE_VERDICTS.map(
    (verdict) =>
      markup`<div><dt>${badge(verdict)}</dt> <dd>${VERDICT_MEANINGS[verdict]}</dd></div>`,
  );
  return markup`<dl class="legend">${raw(entries)}</dl>`;
}

function badge(verdict: ClauseVerdict): Html {
  return markup`<span class="badge v-${verdict}"><span class="sign" aria-hidden="true">${VERDICT_SIGNS[verdict]}</span>${verdict}</span>`;
}

function tableHtml({ clauses, targets }: ConformanceDocument): Html {
  const heads = targets.map(
    ({ target, cells, cases }) =>
      markup`<th scope="col">${target}<span class="tally">${counted(cases.directed + cases.generated, "case")}: ${tally(cells)}</span></th>`,
  );
  const rows = clauses.flatMap((clause, row) => {
    const isFirst = clause.section !== clauses[row - 1]?.section;
    const head = markup`<tr class="section"><th colspan="${targets.length + 1}" scope="rowgroup">${clause.section}</th></tr>`;
    return [...(isFirst ? [head] : []), rowHtml(clause, row, targets)];
  });
  return markup`<table>
<thead><tr><th scope="col">clause</th>${raw(heads)}</tr></thead>
<tbody>${raw(rows)}</tbody>
</table>`;
}

const CALM: ReadonlySet<ClauseVerdict> = new Set(["OK", "CONVENTION", "INFORMATIONAL"]);

function rowHtml(clause: ClauseRow, row: number, targets: readonly TargetColumn[]): Html {
  const cells = targets.map(({ cells, target }, place) => {
    const verdict = cells[row]?.verdict ?? "UNKNOWN";
    const name = `${clause.id} of ${target}: ${verdict}`;
    return markup`<td><a class="cell v-${verdict}" href="#${panelId(place, clause.id)}" aria-label="${name}"><span class="sign" aria-hidden="true">${VERDICT_SIGNS[verdict]}</span>${verdict}</a></td>`;
  });
  const isCalm = targets.every(({ cells }) => CALM.has(cells[row]?.verdict ?? "UNKNOWN"));
  return markup`<tr${isCalm ? trusted(' class="calm"') : NOTHING}><th scope="row"><b>${clause.id}</b> ${clause.title} <span class="word">${clause.severity ?? "convention"}</span></th>${raw(cells)}</tr>
`;
}

function panelId(place: number, clause: string): string {
  return `t${place + 1}-${clause}`;
}

interface PanelContext {
  readonly document: ConformanceDocument;
  readonly target: TargetColumn;
  readonly place: number;
  readonly clauseText: (clause: string) => string | undefined;
}

function panelsHtml({ document, target, place, clauseText }: PanelContext): readonly Html[] {
  return target.cells.map((cell, row) => {
    const title = document.clauses[row]?.title ?? "";
    const text = clauseText(cell.clause);
    const evidence = cell.evidence.map((each, index) => evidenceHtml(each, index === 0));
    return markup`<section class="panel" id="${panelId(place, cell.clause)}" aria-label="${cell.clause} of ${target.target}">
<div class="head">${badge(cell.verdict)}<h2>${cell.clause} ${title} <span class="quiet">· ${target.target}</span></h2><a class="close" href="#matrix">close</a></div>
<div class="body">
<p class="facts">${factsOf(cell)}</p>
${text === undefined ? NOTHING : markup`<div class="clause">${clauseHtml(text)}</div>`}
${raw(evidence)}
</div>
</section>
`;
  });
}

function factsOf({ verdict, exercised, cases, remarks }: CellRecord): string {
  const meaning = VERDICT_MEANINGS[verdict];
  const isBroken = verdict === "FAILED" || verdict === "NON-STRICT" || verdict === "UNKNOWN";
  const times =
    exercised === 0
      ? []
      : [
          `kept ${exercised === 1 ? "once" : `${grouped(exercised)} times`} in ${isBroken ? "other cases: " : ""}${counted(cases, "case")}`,
        ];
  return [meaning, ...times, ...remarks].join("; ");
}

function evidenceHtml(evidence: EvidenceRecord, isFirst: boolean): Html {
  const { severity, property, knownIssue, message, expected, mode, operations, log } = evidence;
  const { id, says, origin } = evidence.case;
  const steps = operations.map(
    (operation) => markup`<li><code>${operationWords(operation)}</code></li>`,
  );
  const lines = log.map(
    ({ at, text, isEvidence }) =>
      markup`<div${isEvidence === true ? trusted(' class="mark"') : NOTHING}><time>${grouped(at)} ms</time><span>${text}</span></div>`,
  );
  const isOpen = isFirst ? trusted(" open") : NOTHING;
  return markup`<article class="evidence ${severity ?? "shown"}">
<div class="tags">
${severity === undefined ? NOTHING : markup`<b>${severity}</b>`}
${property === undefined ? markup`<b>a case of it</b>` : markup`<b>${property}</b>`}
<span>${origin === "directed" ? `directed case ${id}` : `${origin} case ${id}`}</span>
${knownIssue === undefined ? NOTHING : markup`<span>known issue <b>${knownIssue}</b></span>`}
</div>
${message === "" ? NOTHING : markup`<p class="message">${message}</p>`}
${expected === undefined ? NOTHING : markup`<p class="expected">${expected}</p>`}
<h4>${counted(operations.length, "operation")}, ${mode === "lockstep" ? "one at a time" : "each client by itself"}${origin === "directed" ? `: ${says}` : ""}</h4>
<details${operations.length > 40 ? NOTHING : isOpen}><summary>sequence</summary><ol class="sequence">${raw(steps)}</ol></details>
<details${isOpen}><summary>wire log, ${counted(log.length, "line")}</summary>${
    log.length === 0
      ? markup`<p class="quiet">The server's process was lost before it could tell.</p>`
      : markup`<div class="log">${raw(lines)}</div>`
  }</details>
</article>`;
}
