/**
 * A finding as a test for vitest: it fails while the defect is there, and passes once it is gone.
 *
 * @packageDocumentation
 */
import { formatPlan, type Plan } from "../plan/index.js";

/** One finding, and the plan that shows it. */
export interface TestedFinding {
  readonly target: string;
  readonly property: string;
  readonly promise: string;
  readonly clause: string;
  readonly message: string;
  readonly expected: string;
  readonly fingerprint: string;
}

/** The test's own limit, longer than the watchdog's and an installation of the target. */
const TEST_MS_MAX = 120_000;

/**
 * The text of a test file: whole by itself, it needs happnstance and vitest and no other file.
 * TypeScript and JavaScript alike.
 */
export function testFile(findings: readonly TestedFinding[], plan: Plan, version: string): string {
  const [{ target } = { target: "" }] = findings;
  return [
    `// Written by happnstance ${version}: fails while ${target} has the defect, passes once it is gone.`,
    'import { replay } from "happnstance";',
    'import { expect, it } from "vitest";',
    "",
    `const target = ${JSON.stringify(target)};`,
    "",
    ...findings.flatMap((finding) => [...testLines(finding), ""]),
    "/** What is done to the server. */",
    "function plan() {",
    "  return JSON.parse(String.raw`",
    `${rawJson(formatPlan(plan).trimEnd())}\`);`,
    "}",
    "",
  ].join("\n");
}

function testLines(finding: TestedFinding): readonly string[] {
  const { property, promise, clause, message, expected, fingerprint } = finding;
  const title = `${property} (${clause}): ${promise}`;
  return [
    ...commentLines(`Seen: ${message}`),
    ...commentLines(`Expected: ${expected}`),
    `it(${JSON.stringify(title)}, async () => {`,
    `  const fingerprint = ${JSON.stringify(fingerprint)};`,
    "  const { status, story } = await replay({ target, plan: plan(), fingerprint });",
    "",
    '  expect(status, story).toBe("FIXED");',
    `}, ${TEST_MS_MAX});`,
  ];
}

/** A message may hold what a server says: no line of it may leave the comment. */
function commentLines(text: string): readonly string[] {
  return text.split(/[\r\n\u2028\u2029]+/).map((line) => `// ${line}`);
}

/**
 * JSON as it may stand in a raw template: what would end that, or begin an expression, is escaped the
 * JSON way, and can stand nowhere but in its strings. As a literal of JavaScript, a key `__proto__`
 * would be lost.
 */
function rawJson(json: string): string {
  return json.replaceAll("`", "\\u0060").replaceAll("${", "\\u0024{");
}
