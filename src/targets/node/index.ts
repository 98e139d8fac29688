export {
  happn3Target,
  HAPPN3_RELEASES,
  type Happn3Release,
  type Happn3Version,
} from "./happn-3.js";
export { cacheFolder } from "./install.js";
export type { NodeTargetOptions } from "./node-target.js";
