export { happn3Target } from "./happn-3.js";
export {
  EXAMINED_RELEASES,
  HAPPN3_RELEASES,
  type ExaminedRelease,
  type Happn3Release,
} from "./happn-3-releases.js";
export { cacheFolder } from "./install.js";
export { scriptOf, scriptTarget, type ScriptOfId } from "./script.js";
export type { NodeTargetOptions } from "./node-target.js";
