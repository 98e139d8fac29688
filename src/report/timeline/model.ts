/**
 * What a timeline shows, as data: the one thing that the page and the terminal are drawn from.
 *
 * Plain JSON, and self-contained: the page carries it along, and reads nothing else. All texts are
 * printable already; nothing in it is markup.
 *
 * @packageDocumentation
 */

export interface TimelineModel {
  readonly target: string;
  readonly profile: string;
  readonly mode: string;
  readonly lanes: readonly Lane[];
  /** The events of the history, in its order; an event's place here is its index there. */
  readonly events: readonly TimelineEvent[];
  readonly connections: readonly ConnectionBar[];
  readonly subscriptions: readonly SubscriptionBar[];
  readonly bands: readonly Band[];
  /** What the schedule decided otherwise than first come, first served. */
  readonly schedule: readonly ScheduleMark[];
  /** What the store held, as changes in the order of the events. */
  readonly store: readonly StoreChange[];
  /** Null where the promise is not about an order of operations. */
  readonly order: LinearOrder | null;
  /** Where the broken promise shows, and in which words. */
  readonly broken: Broken;
}

/** The server, or a client; in the order in which they are drawn from left to right. */
export interface Lane {
  readonly name: string;
  readonly role: "server" | "client" | "node";
}

/** What an event has to do with, for filters and colours. */
export type EventGroup =
  | "write"
  | "read"
  | "subscription"
  | "publication"
  | "handshake"
  | "heartbeat"
  | "malformed"
  | "connection"
  | "server"
  | "fault";

/** How much an event has to do with the finding: all of it, something, or nothing that is known of. */
export type Relevance = "essential" | "related" | "other";

export interface TimelineEvent {
  /** Virtual milliseconds since the case began. */
  readonly at: number;
  /** As in history.jsonl. */
  readonly kind: string;
  /** Place of its lane. */
  readonly lane: number;
  readonly group: EventGroup;
  readonly relevance: Relevance;
  /** A few words: `#4 set /a {"x":1}`; absent where `from` is there: then they are that event's. */
  readonly label?: string;
  readonly connection?: string;
  /** The plan's operation. */
  readonly operation?: string;
  /** Paths, patterns and channels that it names, absent as the label is. */
  readonly paths?: readonly string[];
  /** Of a frame's end: the event at which the frame set out. */
  readonly from?: number;
  /** Of a frame's beginning: the event at which it came in; absent where it never did. */
  readonly to?: number;
  /** Of a frame's beginning: place of the lane that it is sent to. */
  readonly towards?: number;
  /** Of a frame's beginning its text, of other events what the label has no room for; cut where it is long. */
  readonly detail?: string;
  /** Characters of the whole text, where it was cut. */
  readonly detailLength?: number;
  /** Of an answer or a publication: the event at which the request set out that it is due to. */
  readonly request?: number;
  /** Of a request: the events at which its answers were written. */
  readonly answers?: readonly number[];
  /** True of an answer of status `error`, and of what no server should come to. */
  readonly isBad?: boolean;
  /** Its number among the evidence, from 1. */
  readonly evidence?: number;
}

/** A connection on its client's lane. */
export interface ConnectionBar {
  readonly connection: string;
  readonly lane: number;
  readonly from: number;
  /** Index of the event that ends it; null: it is open to the end. */
  readonly to: number | null;
}

/** A subscription on its client's lane. */
export interface SubscriptionBar {
  readonly channel: string;
  readonly connection: string;
  readonly lane: number;
  /** Place of the bar beside the lane, from 0: bars at one place don't overlap. */
  readonly track: number;
  /** From the arrival of the `on` it may hear, from its answer on it must. */
  readonly from: number;
  readonly certainFrom: number | null;
  /** From the arrival of the `off` on it need not hear any more, after its answer it must not; null: held to the end. */
  readonly certainTo: number | null;
  readonly to: number | null;
}

/** Something that held for a while: a fault, a server that is not there. */
export interface Band {
  readonly kind: "fault" | "down";
  readonly label: string;
  readonly from: number;
  /** Null: to the end. */
  readonly to: number | null;
  /** Places of the lanes that it concerns. */
  readonly lanes: readonly number[];
}

/** One decision of the schedule. */
export interface ScheduleMark {
  /** Index of the event that it is about; null where the history has none: a timer, a thread pool. */
  readonly index: number | null;
  /** What it is about, for those. */
  readonly subject: string;
  /** Two or three words, and a sentence. */
  readonly short: string;
  readonly words: string;
}

export interface StoreChange {
  /** Index of the event with which it is in force. */
  readonly index: number;
  readonly path: string;
  /** Text of the document; null: nothing is stored there; undefined: not known. */
  readonly value?: string | null;
  /** Whose view it is: the model's, which takes requests as they arrive, or the order's that the judgement found. */
  readonly by: "model" | "order";
}

/** A linearization as far as it goes. */
export interface LinearOrder {
  /** Steps left out at the beginning. */
  readonly omitted: number;
  readonly initial: readonly OrderEntry[];
  readonly steps: readonly OrderStep[];
  readonly culprit: OrderOperation;
  readonly refuted: readonly (OrderOperation & { readonly why: string })[];
}

export interface OrderEntry {
  readonly path: string;
  readonly value?: string | null;
}

export interface OrderOperation {
  readonly words: string;
  readonly client: string;
  /** Indices of the events between which it took effect; null: never answered. */
  readonly from: number;
  readonly to: number | null;
}

export interface OrderStep extends OrderOperation {
  readonly changes: readonly OrderEntry[];
}

/** The words for an event, wherever they are kept. */
export function labelOf(model: TimelineModel, event: TimelineEvent): string {
  return originOf(model, event).label ?? "";
}

/** Of a frame's end the event at which it set out; any other event itself. */
export function originOf(model: TimelineModel, event: TimelineEvent): TimelineEvent {
  return event.from === undefined ? event : (model.events[event.from] ?? event);
}

export interface Broken {
  readonly severity: string;
  readonly clause: string;
  readonly property: string;
  readonly seen: string;
  readonly expected: string;
  /** Indices of the events that show it, ascending; the last is where the expectation is noted. */
  readonly evidence: readonly number[];
}
