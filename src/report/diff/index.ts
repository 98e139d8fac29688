export * from "./difference-shape.js";
export * from "./diff-lines.js";
export * from "./history-diff.js";
