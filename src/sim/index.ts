export {
  Choices,
  pctStrategy,
  randomStrategy,
  recordedStrategy,
  type Choice,
  type Question,
  type Strategy,
} from "./choices.js";
export { Clock, type Cancel, type Timeline } from "./clock.js";
export { Disk } from "./disk.js";
export { DiskError, type DiskCall, type DiskFailure } from "./disk-failure.js";
export type { DiskFile } from "./disk-file.js";
export { EventLoop, type Inlet, type LoopProcess, type Packet } from "./event-loop.js";
export { Gate, behind } from "./gate.js";
export { Link, type LinkCondition, type LinkConditions, type LinkLatency } from "./link.js";
export { Pace, type RealTime } from "./pace.js";
export { Streams, prngOf, type Prng } from "./streams.js";
export { WallClock, deviationMs, type Deviation } from "./wall-clock.js";
