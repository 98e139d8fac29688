export { Clock, type Cancel } from "./clock.js";
export { Streams, prngOf, type Prng } from "./streams.js";
