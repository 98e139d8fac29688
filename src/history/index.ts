export { Vantage, type RoundTrip } from "./vantage.js";
export * from "./event.js";
export * from "./exchange.js";
export * from "./recording.js";
export { Pairing } from "./pairing.js";
export * from "./codec.js";
