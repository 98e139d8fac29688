export { ClockReadings, type TimeWindow } from "./clock-readings.js";
export { isExcusedCrash, tellsOfDisk } from "./disk-trouble.js";
export { Lockstep } from "./lockstep.js";
export { storeSpansOf, type StoreSpan } from "./store-span.js";
export { FaultsInForce } from "./faults-in-force.js";
