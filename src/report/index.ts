export * from "./artifact-readme.js";
export * from "./campaign-report.js";
export * from "./paint.js";
export * from "./plan-size.js";
export * from "./properties-page.js";
export * from "./quantity.js";
export * from "./story.js";
