export * from "./json.js";
export * from "./frame-depth.js";
export * from "./client-frame.js";
export * from "./server-frame.js";
export * from "./channel.js";
export * from "./security.js";
export * from "./transcript.js";
export * from "./transcript-connections.js";
