#!/usr/bin/env python3
"""A happn 1.3.0 server on a port of 127.0.0.1. See README.md."""

import argparse
import asyncio
import signal

import websocket
from happn import BREAKS, Happn

PATH = "/primus"
SILENT_SECONDS_MAX = 60
STOP_SECONDS_MAX = 2


def main():
    arguments = _arguments()
    asyncio.run(serve(arguments.port, frozenset(arguments.breaks)))


async def serve(port, breaks):
    """Serves until a SIGTERM or SIGINT, and then stops in an orderly way."""
    happn, connections = Happn(breaks), set()

    async def connected(reader, writer):
        connections.add(asyncio.current_task())
        try:
            socket = await websocket.accept(reader, writer, PATH)
            if socket is not None:
                await converse(happn, socket)
        finally:
            connections.discard(asyncio.current_task())
            writer.close()

    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    server = await asyncio.start_server(
        connected, "127.0.0.1", port, limit=websocket.HEADER_BYTES_MAX
    )
    bound = server.sockets[0].getsockname()[1]
    print(f"python-server listens on ws://127.0.0.1:{bound}{PATH}", flush=True)

    await stopped.wait()
    server.close()
    happn.stop()
    if connections:
        _, left = await asyncio.wait(connections, timeout=STOP_SECONDS_MAX)
        for task in left:
            task.cancel()


async def converse(happn, socket):
    session = happn.open(socket)
    try:
        async for text in socket.messages(SILENT_SECONDS_MAX):
            happn.receive(session, text)
    finally:
        happn.end(session)


def _arguments():
    parser = argparse.ArgumentParser(
        description="A happn 1.3.0 server on a port of 127.0.0.1.",
        epilog="Breaks: " + "; ".join(f"{name}: {what}" for name, what in BREAKS.items()),
    )
    parser.add_argument("port", type=int, help="0 for any that is free")
    parser.add_argument(
        "--break",
        dest="breaks",
        action="append",
        default=[],
        choices=sorted(BREAKS),
        metavar="NAME",
        help="make that mistake: " + ", ".join(sorted(BREAKS)),
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
