export {
  GENERATOR_VERSION,
  planBodies,
  planOf,
  type PlanBody,
  type WorkloadOptions,
} from "./generator.js";
