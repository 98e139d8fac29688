/**
 * A client's connection to a simulated server, message by message.
 *
 * @packageDocumentation
 */
import type { ConnectionEvents, ServerConnection } from "../target.js";
import { connectTo } from "./network.js";
import { clearVirtualTimeout, setVirtualTimeout, type Timeout } from "./timers.js";
import type { VirtualSocket } from "./virtual-socket.js";
import {
  BINARY,
  CLOSE,
  encodeFrame,
  PING,
  PONG,
  ServerBytes,
  TEXT,
  upgradeRequest,
  type Opcode,
} from "./websocket-codec.js";
import { world } from "./world.js";

const NORMAL_CLOSURE = Uint8Array.of(0x03, 0xe8);
/** How long a client waits for the answer to its close frame, as browsers and `ws` do. */
const CLOSE_TIMEOUT_MS = 30_000;

export class Connection implements ServerConnection {
  readonly #events: ConnectionEvents;
  readonly #reader: ServerBytes;
  #socket: VirtualSocket | null = null;
  #isOpen = false;
  /** No event follows. */
  #isOver = false;
  #isClosing = false;
  /** The last chunk ended inside a frame: nothing else may be sent before the rest of it. */
  #isInsideFrame = false;
  /** What the client answers by itself, put off for that reason. */
  readonly #putOff: (() => void)[] = [];
  /** The client sends no more, and reads on. */
  #isMuted = false;
  /** What the client will answer by itself once it reads on; null while it reads. */
  #unread: ((socket: VirtualSocket) => void)[] | null = null;
  #closeTimer: Timeout | null = null;

  constructor(port: number, number: number, events: ConnectionEvents) {
    this.#events = events;
    this.#reader = new ServerBytes({
      answered: (status) => this.#answered(status),
      message: (opcode, payload) => this.#message(opcode, payload),
      garbled: (reason) => this.#lost(`garbled: ${reason}`),
    });
    world().guard(() => {
      this.#socket = connectTo(port, {
        data: (chunk) => this.#reader.push(chunk),
        finished: () => this.#finished(),
        gone: () => this.#gone(),
      });
      const request = upgradeRequest(`/primus/?_primuscb=${number}`, `127.0.0.1:${port}`);
      this.#socket?.receive(request);
    });
    if (this.#socket === null) world().soon(() => this.#lost("refused"));
  }

  deliver(frame: string | Uint8Array): void {
    if (this.#isClosing || this.#isMuted) return;
    this.#send(typeof frame === "string" ? TEXT : BINARY, frame);
  }

  encode(frame: string | Uint8Array): Buffer {
    return encodeFrame(typeof frame === "string" ? TEXT : BINARY, frame);
  }

  receive(chunk: Uint8Array, isWhole: boolean): void {
    const socket = this.#socket;
    if (this.#isClosing || this.#isMuted || socket === null || socket.destroyed) return;
    this.#isInsideFrame = !isWhole;
    world().guard(() => {
      socket.receive(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    });
    if (isWhole) for (const send of this.#putOff.splice(0)) send();
  }

  /** The client reads no more: so many bytes may wait for it before writes push back. */
  pushBack(waitingBytesMax: number): void {
    this.#unread ??= [];
    this.#socket?.pushBack(waitingBytesMax);
  }

  /** The client reads what waits, and answers what there is to answer by itself. */
  readOn(): void {
    const answers = this.#unread ?? [];
    this.#unread = null;
    const socket = this.#socket;
    if (socket === null) return;
    world().guard(() => socket.readOn());
    for (const answer of answers) this.#later(answer);
  }

  end(how: "close" | "cut" | "half-close"): void {
    if (this.#isClosing) return;
    if (how === "half-close") {
      this.#isMuted = true;
      world().guard(() => this.#socket?.receiveEnd());
      return;
    }
    this.#isClosing = true;
    this.#isOver = true;
    const socket = this.#socket;
    if (socket === null) return;
    if (how === "cut" || !this.#isOpen) {
      world().guard(() => socket.receiveReset());
      return;
    }
    this.#closeTimer = setVirtualTimeout(() => socket.receiveReset(), CLOSE_TIMEOUT_MS);
    this.#send(CLOSE, NORMAL_CLOSURE);
  }

  #send(opcode: Opcode, payload: string | Uint8Array): void {
    if (this.#socket === null || this.#socket.destroyed) return;
    this.#receive(encodeFrame(opcode, payload));
  }

  #receive(bytes: Buffer): void {
    const socket = this.#socket;
    if (socket === null || socket.destroyed) return;
    world().guard(() => socket.receive(bytes));
  }

  #answered(status: number): void {
    if (status !== 101) {
      this.#lost(`http ${status}`);
      return;
    }
    this.#isOpen = true;
    if (!this.#isOver) this.#events.open();
  }

  #message(opcode: Opcode, payload: Buffer): void {
    if (opcode === TEXT || opcode === BINARY) {
      if (!this.#isOver) this.#events.frame(payload.toString("utf8"));
    } else if (opcode === PING) {
      this.#later((socket) => socket.receive(encodeFrame(PONG, payload)));
    } else if (opcode === CLOSE) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#reader.stop();
      if (!this.#isClosing) {
        this.#later((socket) => socket.receive(encodeFrame(CLOSE, payload.subarray(0, 2))));
      }
      this.#lost(`close ${code}`);
    }
  }

  /** The server's FIN is answered with the client's. */
  #finished(): void {
    this.#lost("end");
    this.#later((socket) => socket.receiveEnd());
  }

  #gone(): void {
    this.#lost("reset");
    if (this.#closeTimer !== null) clearVirtualTimeout(this.#closeTimer);
    this.#socket = null;
  }

  #lost(how: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isClosing = true;
    this.#events.end(how);
  }

  /** What a client answers by itself arrives a turn of the event loop later, as it would at the least. */
  #later(answer: (socket: VirtualSocket) => void): void {
    const socket = this.#socket;
    if (socket === null || this.#isMuted) return;
    if (this.#unread !== null) {
      this.#unread.push(answer);
      return;
    }
    const send = () => {
      if (!socket.destroyed) answer(socket);
    };
    world().answer(() => {
      if (!this.#isInsideFrame) send();
      else if (!this.#isClosing) this.#putOff.push(send);
      // The rest of the frame never comes: nothing can be said any more but by breaking off.
      else if (!socket.destroyed) socket.receiveReset();
    });
  }
}
