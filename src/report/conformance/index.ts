export * from "./document.js";
export { conformanceMarkdown } from "./markdown.js";
export { conformancePage } from "./page.js";
export { conformanceLines, tally } from "./table.js";
