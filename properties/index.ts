export * from "./property.js";
