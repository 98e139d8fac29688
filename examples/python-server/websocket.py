"""WebSocket (RFC 6455), the server's side of it, on an asyncio stream.

Handshake, masking, fragmentation, ping and pong, the closing handshake. No extensions: none is
offered, so none is in use.
"""

import asyncio
import base64
import hashlib
import struct

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

HEADER_BYTES_MAX = 16 * 1024
MESSAGE_BYTES_MAX = 100 * 1024 * 1024
#: What may wait for a client that does not read. One that falls behind further is cut off.
UNSENT_BYTES_MAX = 64 * 1024 * 1024

NORMAL, GOING_AWAY, PROTOCOL_ERROR, NOT_UTF8, TOO_BIG = 1000, 1001, 1002, 1007, 1009


class _Violation(Exception):
    """The client broke RFC 6455, and hears the code of that before it is left."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


async def accept(reader, writer, path):
    """Does the opening handshake; None where it is no handshake, which has been answered so."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
        return None
    request, *lines = head.decode("latin-1").split("\r\n")
    method, _, rest = request.partition(" ")
    wanted, _, _ = rest.partition(" ")
    wanted, _, _ = wanted.partition("?")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()

    if wanted.rstrip("/") != path:
        return _refuse(writer, "404 Not Found")
    key = headers.get("sec-websocket-key", "")
    is_upgrade = (
        method == "GET"
        and headers.get("upgrade", "").lower() == "websocket"
        and "upgrade" in headers.get("connection", "").lower()
        and key != ""
    )
    if not is_upgrade:
        return _refuse(writer, "400 Bad Request")
    if headers.get("sec-websocket-version") != "13":
        return _refuse(writer, "426 Upgrade Required", "Sec-WebSocket-Version: 13\r\n")

    answer = base64.b64encode(hashlib.sha1(key.encode("latin-1") + _GUID).digest()).decode()
    writer.write(
        (
            "HTTP/1.1 101 Switching Protocols\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {answer}\r\n\r\n"
        ).encode()
    )
    return WebSocket(reader, writer)


def _refuse(writer, status, extra=""):
    writer.write(
        f"HTTP/1.1 {status}\r\n{extra}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )
    return None


class WebSocket:
    """An open WebSocket: messages come in by iteration, and go out by `send`."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self._has_closed = False

    async def messages(self, silent_seconds_max):
        """Each text message as a `str`, until the connection ends, in whatever way.

        Binary messages mean nothing here and are passed over. A client that is silent for longer
        than that is left.
        """
        parts, parts_bytes, kind = [], 0, None
        try:
            while True:
                async with asyncio.timeout(silent_seconds_max):
                    is_final, opcode, payload = await self._frame()
                if opcode == _PING:
                    self._write(_PONG, payload)
                elif opcode == _PONG:
                    pass
                elif opcode == _CLOSE:
                    self._write_close(_code_of(payload))
                    return
                else:
                    if (opcode == _CONTINUATION) != (kind is not None):
                        raise _Violation(PROTOCOL_ERROR, "a fragment out of its place")
                    kind = kind if opcode == _CONTINUATION else opcode
                    parts.append(payload)
                    parts_bytes += len(payload)
                    if parts_bytes > MESSAGE_BYTES_MAX:
                        raise _Violation(TOO_BIG, "the message is too big")
                    if not is_final:
                        continue
                    message, is_text = b"".join(parts), kind == _TEXT
                    parts, parts_bytes, kind = [], 0, None
                    if is_text:
                        yield _text_of(message)
        except _Violation as violation:
            self._write_close(violation.code)
        except TimeoutError:
            self._write_close(GOING_AWAY)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass

    def send(self, text):
        """Sends a text message, unless the connection is over."""
        self._write(_TEXT, text.encode())

    def close(self, code=NORMAL):
        """Says goodbye; the connection ends once the client has said so as well."""
        self._write_close(code)

    def abort(self):
        """Ends the connection without a word."""
        self._writer.transport.abort()

    async def _frame(self):
        first, second = await self._reader.readexactly(2)
        is_final, opcode = bool(first & 0x80), first & 0x0F
        is_masked, length = bool(second & 0x80), second & 0x7F
        if first & 0x70:
            raise _Violation(PROTOCOL_ERROR, "an extension that was not agreed on")
        if not is_masked:
            raise _Violation(PROTOCOL_ERROR, "a client masks its frames")
        if opcode >= 0x8:
            if opcode > _PONG or not is_final or length > 125:
                raise _Violation(PROTOCOL_ERROR, "a control frame of no good form")
        elif opcode > _BINARY:
            raise _Violation(PROTOCOL_ERROR, "an unknown kind of frame")
        if length == 126:
            (length,) = struct.unpack("!H", await self._reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
        if length > MESSAGE_BYTES_MAX:
            raise _Violation(TOO_BIG, "the frame is too big")
        mask = await self._reader.readexactly(4)
        return is_final, opcode, _unmasked(await self._reader.readexactly(length), mask)

    def _write(self, opcode, payload):
        if self._has_closed or self._writer.is_closing():
            return
        length = len(payload)
        if length < 126:
            head = struct.pack("!BB", 0x80 | opcode, length)
        elif length < 1 << 16:
            head = struct.pack("!BBH", 0x80 | opcode, 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 127, length)
        self._writer.write(head + payload)
        if self._writer.transport.get_write_buffer_size() > UNSENT_BYTES_MAX:
            self.abort()

    def _write_close(self, code):
        self._write(_CLOSE, struct.pack("!H", code))
        self._has_closed = True


def _unmasked(payload, mask):
    """XOR with the mask, as one large number: byte by byte is slow in Python."""
    length = len(payload)
    whole = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")).to_bytes(length, "big")


def _text_of(message):
    try:
        return message.decode()
    except UnicodeDecodeError:
        raise _Violation(NOT_UTF8, "a text is UTF-8") from None


def _code_of(payload):
    """The code to close with in return: what the client said, if it may be said at all."""
    if len(payload) == 0:
        return NORMAL
    if len(payload) == 1:
        return PROTOCOL_ERROR
    (code,) = struct.unpack("!H", payload[:2])
    is_allowed = 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999
    return code if is_allowed else PROTOCOL_ERROR
