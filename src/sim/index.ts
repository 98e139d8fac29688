export { Clock, type Cancel } from "./clock.js";
export { Link, type LinkLatency } from "./link.js";
export { Streams, prngOf, type Prng } from "./streams.js";
