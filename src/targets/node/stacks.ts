/**
 * Stacks of errors as a server would have them without the tool around it.
 *
 * @packageDocumentation
 */
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import type { Replacements } from "./replacement.js";

interface Site extends NodeJS.CallSite {
  toString(): string;
}

/** The folder of the tool's code: `src`, or `dist/src`. */
const TOOL = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const TOOL_URL = pathToFileURL(TOOL).href;

/** What Node puts into errors of its own, which tell their code in their stack. */
const IS_NODE_ERROR = "kIsNodeError";

/** Leaves out of stacks what is the tool's: where that lies is nobody's business, and changes. */
export function replaceStacks(replacements: Replacements): void {
  replacements.value(Error, "prepareStackTrace", (error: unknown, sites: Site[]) => {
    const left = sites.filter((site) => !isOfTool(site.getFileName()));
    return [headOf(error), ...left.map((site) => `    at ${site.toString()}`)].join("\n");
  });
}

function isOfTool(file: string | null | undefined): boolean {
  return (
    typeof file === "string" && (file.startsWith(`${TOOL}/`) || file.startsWith(`${TOOL_URL}/`))
  );
}

/** As Node begins a stack. */
function headOf(error: unknown): string {
  if (isNodeError(error)) return `${error.name} [${error.code}]: ${error.message}`;
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "<error>";
  }
}

function isNodeError(error: unknown): error is Error & { readonly code: string } {
  if (!(error instanceof Error)) return false;
  for (
    let at: object | null = error;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const has = Object.getOwnPropertySymbols(at).some(
      ({ description }) => description === IS_NODE_ERROR,
    );
    if (has) return true;
  }
  return false;
}
