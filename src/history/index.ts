export * from "./event.js";
export * from "./recording.js";
