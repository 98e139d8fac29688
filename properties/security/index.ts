export * from "./authority.js";
export * from "./credentials.js";
export * from "./circumstance.js";
export * from "./secure-property.js";
