/**
 * The mesh node as a client of the server (PROTOCOL.md 7).
 *
 * @packageDocumentation
 */
export {};
