export * from "./dialect.js";
export * from "./profile.js";
export * from "./pattern.js";
export * from "./server.js";
export * from "./security.js";
export { coverage, widest } from "./permission.js";
export { ACCESS_DENIED, INVALID_CREDENTIALS } from "./authorisation.js";
export * from "./mesh.js";
export { isOwn, mayReachOwn } from "./store.js";
