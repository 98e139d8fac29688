export * from "./profile.js";
export * from "./pattern.js";
export * from "./server.js";
export * from "./mesh.js";
export { isOwn, mayReachOwn } from "./store.js";
