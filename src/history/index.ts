export { Vantage, type RoundTrip } from "./vantage.js";
export * from "./event.js";
export * from "./recording.js";
export * from "./codec.js";
