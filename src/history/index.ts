export * from "./event.js";
export * from "./recording.js";
export * from "./codec.js";
