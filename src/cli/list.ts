/**
 * `happnstance targets` and `happnstance properties`: what there is.
 *
 * @packageDocumentation
 */
import type { Command } from "commander";

import { PROPERTIES } from "../../properties/index.js";
import { CATALOG } from "./catalog.js";
import { EXIT, type ExitCode } from "./exit-code.js";

export function addLists(program: Command, end: (code: ExitCode) => void): void {
  program
    .command("targets")
    .description("list the servers that can be put to the test")
    .option("--json", "print them as JSON")
    .action((flags: { json?: boolean }) => {
      const rows = CATALOG.map(({ id, profile, description }) => ({ id, profile, description }));
      print(rows, flags.json === true, (row) =>
        [row.id.padEnd(18), `profile ${row.profile.padEnd(5)}`, row.description].join(" "),
      );
      end(EXIT.passed);
    });
  program
    .command("properties")
    .description("list what every history must keep")
    .option("--json", "print them as JSON")
    .action((flags: { json?: boolean }) => {
      const rows = PROPERTIES.map(({ id, severity, clauses, promise }) => ({
        id,
        severity,
        clauses,
        promise,
      }));
      print(rows, flags.json === true, (row) =>
        [
          row.id.padEnd(28),
          row.severity.padEnd(6),
          row.promise,
          `(${row.clauses.join(", ")})`,
        ].join(" "),
      );
      end(EXIT.passed);
    });
}

function print<Row>(rows: readonly Row[], isJson: boolean, line: (row: Row) => string): void {
  const text = isJson ? JSON.stringify(rows, null, 2) : rows.map(line).join("\n");
  process.stdout.write(`${text}\n`);
}
