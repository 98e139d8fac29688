export * from "./diff-lines.js";
export * from "./history-diff.js";
