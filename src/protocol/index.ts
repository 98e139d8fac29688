export * from "./json.js";
export * from "./client-frame.js";
export * from "./server-frame.js";
export * from "./channel.js";
