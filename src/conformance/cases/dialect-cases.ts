/**
 * Dialects (DIA).
 *
 * @packageDocumentation
 */
import { atOnce, inTurn, later, type DirectedCase } from "../script.js";
import { c1, c2, c3 } from "./actors.js";

/** Longer than any server waits for the answer to a heartbeat, in virtual milliseconds. */
const SILENCE_MS = 100_000;

export const DIALECT_CASES: readonly DirectedCase[] = [
  inTurn({
    id: "clients-of-two-dialects",
    clauses: ["DIA-1"],
    says: "Clients of two dialects hear each other's writes.",
    dialects: { c2: "happn_2" },
    steps: [
      c1.connect(),
      c2.connect(),
      c1.on("/SET@/a"),
      c2.on("/SET@/a"),
      c2.on("/ALL@/b/*"),
      c1.set("/a", { x: 1 }),
      c2.set("/a", { x: 2 }),
      c1.set("/b/1", { x: 3 }),
      c2.remove("/b/1"),
      c2.get("/a"),
      c1.get("/*"),
    ],
  }),
  inTurn({
    id: "listeners-of-one-channel",
    clauses: ["DIA-2", "DIA-3"],
    says: "A client listens to a channel three times, and ends one listener after the other by name.",
    dialects: { c1: "happn_2", c2: "happn_2" },
    steps: [
      c1.connect(),
      c2.connect(),
      ...["/SET@/a", "/SET@/a", "/SET@/a"].map((channel) => c2.on(channel)),
      c1.set("/a", { x: 1 }),
      c2.offOf("/SET@/a", 4),
      c1.set("/a", { x: 2 }),
      c2.offOf("/SET@/a", 4),
      c2.off("/SET@/a", { referenceId: "nobody" }),
      c1.set("/a", { x: 3 }),
      c2.offOf("/SET@/a", 3),
      c2.offOf("/SET@/a", 5),
      c1.set("/a", { x: 4 }),
    ],
  }),
  inTurn({
    id: "off-of-a-channel",
    clauses: ["DIA-3"],
    says: "An off without a name ends all listeners of its channel, and those of no other.",
    dialects: { c1: "happn_2", c2: "happn_2", c3: "happn_2" },
    steps: [
      c1.connect(),
      c2.connect(),
      c3.connect(),
      ...["/SET@/a", "/SET@/a", "/ALL@/a", "/SET@/*"].map((channel) => c2.on(channel)),
      c3.on("/SET@/a"),
      c1.set("/a", { x: 1 }),
      c2.off("/SET@/a"),
      c1.set("/a", { x: 2 }),
      c2.off("/SET@/*", { referenceId: 0 }),
      c1.set("/a", { x: 3 }),
      c2.off("*", { referenceId: 0 }),
      c1.set("/a", { x: 4 }),
    ],
  }),
  atOnce({
    id: "off-while-it-is-heard",
    clauses: ["DIA-3"],
    says: "Listeners are ended while others write.",
    dialects: { c1: "happn_2", c2: "happn_2" },
    steps: [
      c1.connect(),
      c2.connect(),
      c2.on("/SET@/a"),
      c2.on("/SET@/a"),
      later(c1.set("/a", { x: 1 })),
      later(c2.offOf("/SET@/a", 3)),
      c1.set("/a", { x: 2 }),
      later(c1.set("/a", { x: 3 })),
      later(c2.offOf("/SET@/a", 4)),
      later(c1.set("/a", { x: 4 })),
    ],
  }),
  inTurn({
    id: "initial-values-in-the-answer",
    clauses: ["DIA-4", "DIA-2"],
    says: "A client asks for what is there, by initialEmit and by initialCallback.",
    dialects: { c1: "happn_2", c2: "happn_2" },
    steps: [
      c1.connect(),
      c2.connect(),
      c1.set("/a/1", { x: 1 }),
      c1.set("/a/2", { x: 2 }),
      c1.set("/a/1", { x: 3 }),
      c2.on("/SET@/a/*", { initialEmit: true }),
      c2.on("/SET@/a/1", { initialCallback: true }),
      c2.on("/SET@/nothing", { initialEmit: true }),
      c1.set("/a/2", { x: 4 }),
      c2.off("/SET@/a/*"),
      c1.set("/a/2", { x: 5 }),
    ],
  }),
  inTurn({
    id: "answers-without-data",
    clauses: ["DIA-5"],
    says: "Sets want no data in their answers.",
    dialects: { c1: "happn_4", c2: "happn_4" },
    steps: [
      c1.connect(),
      c2.connect(),
      c2.on("/SET@/a"),
      c1.set("/a", { x: 1 }, { noDataResponse: true }),
      c1.get("/a"),
      c1.set("/a", { y: 2 }, { noDataResponse: true, merge: true }),
      c2.get("/a"),
      c1.set("/a", { z: 3 }, { noDataResponse: true, noStore: true }),
      c1.get("/a"),
    ],
  }),
  inTurn({
    id: "answered-heartbeats",
    clauses: ["DIA-6"],
    says: "A client answers the server's heartbeats, does nothing else for long, and is still there.",
    dialects: { c1: "happn_4" },
    steps: [c1.connect(), c1.set("/a", { x: 1 }), { ...c1.get("/a"), afterMs: SILENCE_MS }],
  }),
];
