export { drive, lockstepSilenceMs, type Driver } from "./driver.js";
export type { ClientConnection, ClientConnectionEvents, ClientWorld } from "./world.js";
