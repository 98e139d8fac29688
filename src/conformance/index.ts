export { DIRECTED_CASES } from "./cases/index.js";
export { CLAUSES, CONVENTIONS, GROUNDS, SECTIONS } from "./clauses/index.js";
export { conform, type ConformOptions } from "./conform.js";
export { examine, type ClauseInCase } from "./examination.js";
export * from "./matrix.js";
export type { DirectedCase } from "./script.js";
