/**
 * Framing and sessions (FRM, SES).
 *
 * @packageDocumentation
 */
import { atOnce, inTurn, later, type DirectedCase } from "../script.js";
import { c1, c2, c3 } from "./actors.js";

const PROTOTYPE_FRAMES = [
  '{"action":"__proto__","eventId":101}',
  '{"action":"constructor","eventId":102,"path":"/a"}',
  '{"__proto__":{"action":"set"},"eventId":103}',
  '{"action":"set","eventId":104,"path":"__proto__","data":{"__proto__":{"x":1}},"options":{"__proto__":null}}',
];

const TEXTS = ["{", "null", "42", "[]", '"text"', "nonsense", '[{"action":"get"}]', "{}"];

/** Frames of which one field is of the wrong type, or none at all. */
const REQUESTS = [
  '{"action":"set","eventId":111,"path":null,"data":{}}',
  '{"action":"get","eventId":112,"path":{"a":1}}',
  '{"action":"remove","eventId":113,"path":7}',
  '{"action":"on","eventId":114}',
  '{"action":"off","eventId":115,"path":[]}',
  '{"action":"login","eventId":116,"data":"no object"}',
  '{"action":null,"eventId":117,"path":"/a"}',
  '{"action":"get","path":"/a"}',
  '{"action":"set","eventId":118,"path":"/a","data":{"x":9},"options":"none"}',
];

const NO_PATHS = [
  '{"action":"get","eventId":131,"path":null}',
  '{"action":"get","eventId":132}',
  '{"action":"set","eventId":133,"data":{"x":1}}',
];

const DEEP = `{"action":"set","eventId":121,"path":"/deep","data":${"[".repeat(2_000)}${"]".repeat(2_000)}}`;

const hearingAndWriting = [
  c1.connect(),
  c2.connect(),
  c1.on("/ALL@/a"),
  c2.set("/a", { x: 1 }),
  c1.get("/a"),
];

function malformed(id: string, says: string, texts: readonly string[]): DirectedCase {
  return inTurn({
    id,
    clauses: ["FRM-5"],
    says,
    steps: [
      ...hearingAndWriting,
      c3.connect(),
      c3.set("/b", { x: 1 }),
      ...texts.map((text) => c2.text(text)),
      c1.get("/b"),
      c3.set("/a", { x: 2 }),
      c1.get("/a"),
    ],
  });
}

export const SESSION_CASES: readonly DirectedCase[] = [
  inTurn({
    id: "every-kind-of-frame",
    clauses: ["FRM-1", "FRM-3", "FRM-4"],
    says: "A client is sent answers, lists, publications and a publication-ack.",
    steps: [
      ...hearingAndWriting,
      c1.on("/REMOVE@/b/*"),
      ...["/b", "/b/1", "/b/2"].map((path, x) => c2.set(path, { x })),
      c1.get("/*"),
      c1.get("/none*"),
      c2.set("/a", { x: "é\u2028\ud83d\ude00" }, { consistency: 1 }),
      c2.remove("/b*"),
      c1.set("/long", { text: "0123456789".repeat(400) }),
      c1.get("/long"),
    ],
  }),
  inTurn({
    id: "pings",
    clauses: ["FRM-2"],
    says: "Clients ping twice, one of them with a subscription.",
    steps: [
      ...hearingAndWriting,
      c1.raw("primus::ping::1700000000001"),
      c2.raw("primus::ping::1700000000002"),
      c2.raw("primus::ping::1700000000003"),
      c1.raw("primus::ping::1700000000004"),
      c2.get("/a"),
    ],
  }),
  malformed("no-requests", "A client sends what is no request.", TEXTS),
  malformed("wrong-fields", "A client sends requests with fields of wrong types.", REQUESTS),
  malformed("no-paths", "A client leaves out the paths of requests.", NO_PATHS),
  malformed("prototype-names", "A client uses names that every object has.", PROTOTYPE_FRAMES),
  malformed("deep-nesting", "A client sends what nests two thousand deep.", [DEEP]),
  inTurn({
    id: "sessions-of-connections",
    clauses: ["SES-1", "SES-2", "COR-3"],
    says: "Clients connect, log in twice, leave and come back, and describe.",
    steps: [
      c1.connect(),
      c2.connect(),
      c1.does("login"),
      c2.does("describe"),
      c2.does("close"),
      c2.connect("login"),
      c3.connect(),
      c3.does("login"),
      c1.get("/a"),
    ],
  }),
  inTurn({
    id: "before-login",
    clauses: ["SES-3"],
    says: "A client writes and reads before it logs in.",
    steps: [
      c1.connect("none"),
      c1.set("/a", { x: 1 }),
      c1.get("/a"),
      c1.does("login"),
      c1.get("/a"),
    ],
  }),
  inTurn({
    id: "login-again",
    clauses: ["SES-4"],
    says: "A subscriber logs in and configures its session once more, and still hears.",
    steps: [
      ...hearingAndWriting,
      c1.does("login"),
      c2.set("/a", { x: 2 }),
      c1.configure("happn_1.3.0"),
      c2.set("/a", { x: 3 }),
      c1.does("login"),
      c2.set("/a", { x: 4 }),
    ],
  }),
  inTurn({
    id: "subscribers-leave",
    clauses: ["SES-5"],
    says: "Of three subscribers one closes and one cuts its connection; the third still hears.",
    steps: [
      c1.connect(),
      c2.connect(),
      c3.connect(),
      c1.on("/ALL@/a"),
      c2.on("/ALL@/a"),
      c3.on("/ALL@/a"),
      c2.on("/SET@/*"),
      c3.on("/SET@/*"),
      c2.does("close"),
      c1.set("/a", { x: 1 }),
      c3.does("cut"),
      c1.set("/a", { x: 2 }),
      c2.connect(),
      c1.set("/a", { x: 3 }),
    ],
  }),
  inTurn({
    id: "places-of-those-who-left",
    clauses: ["SES-5"],
    says: "Subscribers leave again and again; who comes after them hears nothing of theirs.",
    steps: [
      c1.connect(),
      ...[c2, c3, c2, c3, c2].flatMap((client, n) => [
        client.connect(),
        client.on(`/SET@/left/${n}`),
        client.does("close"),
      ]),
      c2.connect(),
      c3.connect(),
      c3.on("/SET@/left/stays"),
      ...[0, 1, 2, 3, 4, "stays"].map((n) => c1.set(`/left/${n}`, { n })),
    ],
  }),
  atOnce({
    id: "recipient-leaves-unacknowledged",
    clauses: ["SES-5"],
    says: "A recipient is cut while its acknowledgement is awaited, and others go on.",
    steps: [
      c1.connect(),
      c1.on("/ALL@/a"),
      later(c1.set("/b", { x: 1 })),
      c2.connect(),
      c2.on("/SET@/a"),
      later(later(c2.set("/a", { x: 1 }, { consistency: 3 }))),
      c2.does("cut"),
      c3.connect(),
      c3.on("/SET@/b"),
      later(c3.get("/a")),
      later(c3.set("/a", { x: 2 })),
      c3.set("/b", { x: 2 }),
    ],
  }),
  inTurn({
    id: "disconnect",
    clauses: ["SES-6"],
    says: "A subscriber disconnects, and one that has subscribed to nothing does.",
    steps: [
      c1.connect(),
      c2.connect(),
      c1.on("/ALL@/a"),
      c1.does("disconnect"),
      c2.set("/b", { x: 1 }),
      c2.does("disconnect"),
    ],
  }),
  inTurn({
    id: "stop-with-clients",
    clauses: ["SES-7"],
    says: "The server stops while clients are connected, with and without subscriptions.",
    steps: [...hearingAndWriting, c3.connect("none")],
  }),
  inTurn({
    id: "unknown-protocol",
    clauses: ["SES-8"],
    says: "A client asks for a protocol that does not exist, and goes on.",
    steps: [c1.connect(), c1.configure("nonsense"), c1.set("/a", { x: 1 }), c1.get("/a")],
  }),
];
