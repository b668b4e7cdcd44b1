"""Runs the double: `python -m double --data DIR --port N`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import trio

from .application import Application
from .connection import Connection
from .portainer import VERSIONS, Options


def options(arguments: list[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(prog="python -m double", description="A server that answers as Portainer CE does.")
    parser.add_argument("--data", type=Path, required=True, help="what outlives a restart is here")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one; the first line printed names it")
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--generation", choices=sorted(VERSIONS), default="2.23")
    parser.add_argument(
        "--admin-password-file", type=Path, help="the plain password of the user admin, when there is none"
    )
    parser.add_argument(
        "--admin-window", type=float, default=300.0, help="seconds to make an administrator in (real: 300)"
    )
    parser.add_argument("--setup-token", help="2.43: what X-Setup-Token must be; left out, none is wanted")
    parser.add_argument("--trusted-origins", action="append", default=[], metavar="ORIGIN", help="2.43 only")
    parser.add_argument("--snapshot-interval", metavar="DURATION", help="over the stored setting, as the real flag")
    given = parser.parse_args(arguments)
    if given.generation == "2.23" and (given.trusted_origins or given.setup_token):
        parser.error("unknown long flag: 2.23 has neither --trusted-origins nor --setup-token")
    return Options(
        data=given.data,
        port=given.port,
        address=given.address,
        generation=given.generation,
        admin_password_file=given.admin_password_file,
        admin_window=given.admin_window,
        setup_token=given.setup_token,
        trusted_origins=tuple(given.trusted_origins),
        snapshot_interval=given.snapshot_interval,
    )


async def serve(chosen: Options) -> None:
    application = Application(chosen)
    listeners = await trio.open_tcp_listeners(chosen.port, host=chosen.address, backlog=1024)
    port = listeners[0].socket.getsockname()[1]
    version = application.portainer.version
    print(f"PortainerDouble {version} listens on http://{chosen.address}:{port}", flush=True)

    async def connected(stream: trio.SocketStream) -> None:
        await Connection(stream, application.answer).run()

    async with trio.open_nursery() as nursery:
        application.portainer.nursery = nursery
        nursery.start_soon(application.background)
        await trio.serve_listeners(connected, listeners)


if __name__ == "__main__":
    try:
        trio.run(serve, options())
    except KeyboardInterrupt:
        sys.exit(130)
