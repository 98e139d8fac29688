export { clauseTexts } from "./clause-text.js";
export * from "./run-index.js";
export * from "./timeline-model.js";
export * from "./timeline-page.js";
export type { TimelineModel } from "./model.js";
