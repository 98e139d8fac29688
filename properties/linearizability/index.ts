export * from "./model.js";
export * from "./check.js";
export * from "./culprit.js";
export * from "./evidence.js";
export * from "./register.js";
export * from "./key-value.js";
