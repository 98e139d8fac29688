/**
 * The server's end of a TCP connection that never leaves the process.
 *
 * To the server it is a `net.Socket` without a handle: same class, same events, same end of life.
 *
 * @packageDocumentation
 */
import { Socket, type Server } from "node:net";

import { Reading } from "./reading.js";
import { clearVirtualTimeout, setVirtualTimeout, type Timeout } from "./timers.js";

/** What the far side of the connection sees. */
export interface Peer {
  /** The server wrote bytes. */
  data(chunk: Buffer): void;
  /** The server will write no more (FIN). */
  finished(): void;
  /** The server's end is gone: after its own end of both directions, or by a reset. */
  gone(): void;
}

/** What net.Server keeps count of. */
interface Counting {
  _connections: number;
  _emitCloseIfDrained?(): void;
}

const LOCAL = "127.0.0.1";

function bytesOf(chunk: string | Uint8Array, encoding: string): Buffer {
  if (typeof chunk === "string") return Buffer.from(chunk, encoding as BufferEncoding);
  return Buffer.isBuffer(chunk)
    ? chunk
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

export class VirtualSocket extends Socket {
  readonly #server: Server & Counting;
  readonly #peer: Peer;
  readonly #remotePort: number;
  readonly #localPort: number;
  readonly #reading = new Reading();
  #received = 0;
  #sent = 0;
  /** The far side has sent its FIN. */
  #hasEnded = false;
  #idleMs = 0;
  #idle: Timeout | null = null;

  static {
    // The types declare these as properties; net defines accessors that ask the handle.
    const facts: Record<string, (socket: VirtualSocket) => unknown> = {
      pending: () => false,
      remoteAddress: () => LOCAL,
      remoteFamily: () => "IPv4",
      remotePort: (socket) => socket.#remotePort,
      localAddress: () => LOCAL,
      localFamily: () => "IPv4",
      localPort: (socket) => socket.#localPort,
      bytesRead: (socket) => socket.#received,
      bytesWritten: (socket) => socket.#sent,
      _bytesDispatched: (socket) => socket.#sent,
    };
    for (const [name, tell] of Object.entries(facts)) {
      Object.defineProperty(VirtualSocket.prototype, name, {
        get(this: VirtualSocket) {
          return tell(this);
        },
        enumerable: true,
        configurable: true,
      });
    }
  }

  constructor(server: Server, remotePort: number, localPort: number, peer: Peer) {
    // The option types hide that a server decides about half-open connections.
    super({ allowHalfOpen: (server as { allowHalfOpen?: boolean }).allowHalfOpen ?? false });
    this.#server = server as Server & Counting;
    this.#peer = peer;
    this.#remotePort = remotePort;
    this.#localPort = localPort;
    Object.assign(this, { server, _server: server });
    this.#server._connections += 1;
  }

  /** The far side's bytes arrive. */
  receive(chunk: Buffer): void {
    if (this.destroyed || this.#hasEnded) return;
    this.#received += chunk.length;
    this.#touch();
    this.push(chunk);
  }

  /** The far side's FIN arrives. */
  receiveEnd(): void {
    if (this.destroyed || this.#hasEnded) return;
    this.#hasEnded = true;
    this.push(null);
    // As net does it: an end is noticed even when nobody reads.
    if (this.readableLength === 0) this.read(0);
  }

  /** The far side's RST arrives. */
  receiveReset(): void {
    const error = Object.assign(new Error("read ECONNRESET"), {
      errno: -104,
      code: "ECONNRESET",
      syscall: "read",
    });
    this.destroy(error);
  }

  /** The far side reads no more: once so many bytes wait for it, writes push back. */
  pushBack(waitingBytesMax: number): void {
    this.#reading.pause(waitingBytesMax);
  }

  /** The far side reads what waits, and reads on. */
  readOn(): void {
    this.#reading.resume();
  }

  override write(chunk: never, encoding?: never, written?: never): boolean {
    return super.write(
      this.#reading.isPaused ? this.#ahead(chunk, encoding) : chunk,
      encoding,
      written,
    );
  }

  /** What waits in the stream's own buffer is written, as far as the server knows. */
  #ahead(chunk: unknown, encoding: unknown): never {
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return chunk as never;
    const bytes = bytesOf(chunk, typeof encoding === "string" ? encoding : "utf8");
    this.#reading.told(bytes);
    this.#tell(bytes);
    return bytes as never;
  }

  override address(): { address: string; family: string; port: number } {
    return { address: LOCAL, family: "IPv4", port: this.#localPort };
  }

  override setTimeout(timeoutMs: number, callback?: () => void): this {
    this.#idleMs = timeoutMs;
    Object.assign(this, { timeout: timeoutMs });
    if (callback !== undefined) {
      if (timeoutMs === 0) this.removeListener("timeout", callback);
      else this.once("timeout", callback);
    }
    this.#touch();
    return this;
  }

  override setNoDelay(): this {
    return this;
  }

  override setKeepAlive(): this {
    return this;
  }

  override ref(): this {
    return this;
  }

  override unref(): this {
    return this;
  }

  override resetAndDestroy(): this {
    this.destroy();
    return this;
  }

  override _read(): void {
    // Bytes are pushed as they arrive.
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error) => void): void {
    // net.Socket doesn't decode strings, its handle does.
    const bytes = bytesOf(chunk, encoding);
    this.#touch();
    this.#hand(bytes);
    this.#reading.taken(bytes.length, done);
  }

  override _writev(
    chunks: { chunk: Buffer | string; encoding: BufferEncoding }[],
    done: (error?: Error) => void,
  ): void {
    this.#touch();
    let count = 0;
    for (const { chunk, encoding } of chunks) {
      const bytes = bytesOf(chunk, encoding);
      count += bytes.length;
      this.#hand(bytes);
    }
    this.#reading.taken(count, done);
  }

  override _final(done: (error?: Error) => void): void {
    this.#peer.finished();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#idleMs = 0;
    this.#touch();
    this.#peer.gone();
    done(error);
    // A net.Socket leaves it to its handle to say so, and this one has none.
    process.nextTick(() => this.emit("close", error !== null));
    this.#server._connections -= 1;
    this.#server._emitCloseIfDrained?.();
  }

  #hand(bytes: Buffer): void {
    if (!this.#reading.wasTold(bytes)) this.#tell(bytes);
  }

  #tell(bytes: Buffer): void {
    this.#sent += bytes.length;
    this.#peer.data(bytes);
  }

  /** Puts off the idle timeout. */
  #touch(): void {
    if (this.#idle !== null) clearVirtualTimeout(this.#idle);
    this.#idle = null;
    if (this.#idleMs > 0) {
      this.#idle = setVirtualTimeout(() => this.emit("timeout"), this.#idleMs);
    }
  }
}
