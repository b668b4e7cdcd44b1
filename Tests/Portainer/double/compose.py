"""Stacks on their way to an environment: a client of it like any other, through a listener of Portainer's own."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import trio

from . import forwarding, small_deployer
from .connection import Connection
from .destinations import destination
from .exchange import Answer, Exchange
from .outgoing import Unreachable


class DeployFailure(Exception):
    """Compose ended with an error; its words."""


@asynccontextmanager
async def listener(environment: dict, address: str) -> AsyncIterator[str | None]:
    """A plain HTTP proxy without any sign-in that speaks to the environment with its certificate.

    The real one listens on all interfaces. None for a unix environment: compose goes to its own default then.
    """
    to = destination(environment)
    if to.socket:
        yield None
        return

    async def answer(exchange: Exchange) -> Answer | None:
        headers = forwarding.over_tcp(exchange, to, allow_list=False)
        return await forwarding.carry(exchange, to, exchange.target, headers, unreachable=lambda _: Answer(502))

    async def connected(stream: trio.SocketStream) -> None:
        await Connection(stream, answer).run()

    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(partial(trio.serve_tcp, connected, 0, host=address))
        yield f"tcp://{address}:{listeners[0].socket.getsockname()[1]}"
        nursery.cancel_scope.cancel()


class Compose:
    """One stack's project. Uses docker-compose where there is one, else the small deployer."""

    def __init__(self, environment: dict, address: str, stack: dict) -> None:
        self._environment = environment
        self._address = address
        self._name = stack["Name"]
        self._file = Path(stack["ProjectPath"]) / stack["EntryPoint"]
        self._variables = {pair["name"]: pair.get("value", "") for pair in stack["Env"] or []}

    async def up(self, *, pull: bool = False) -> None:
        """Brings the project to what its file says."""
        if pull:
            await self._run("pull")
        await self._run("up", "-d", "--remove-orphans")

    async def down(self) -> None:
        """Removes containers and networks; volumes stay."""
        await self._run("down", "--remove-orphans")

    async def _run(self, *command: str) -> None:
        failure = None
        try:
            async with listener(self._environment, self._address) as host:
                # What is raised in here would come out wrapped in a group.
                failure = await self._attempt(host, command)
        except Unreachable as error:
            failure = str(error)
        if failure is not None:
            raise DeployFailure(failure)

    async def _attempt(self, host: str | None, command: tuple[str, ...]) -> str | None:
        """Runs compose; the words it ended with when it failed."""
        program = shutil.which("docker-compose")
        if program is not None:
            return await self._program(program, host, command)
        if host is None:
            return "no docker-compose on the path"
        try:
            await small_deployer.run(host, self._name, self._file.read_text(), self._variables, command[0])
        except (Unreachable, small_deployer.DeployerFailure) as error:
            return str(error)
        return None

    async def _program(self, program: str, host: str | None, command: tuple[str, ...]) -> str | None:
        arguments = [program, *(["--host", host] if host else []), "-p", self._name, "-f", str(self._file), *command]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST") if name in os.environ}
        if host:
            kept.pop("DOCKER_HOST", None)
        done = await trio.run_process(
            arguments,
            env={**kept, "COMPOSE_API_VERSION": "auto", **self._variables},
            cwd=self._file.parent,
            capture_stdout=True,
            capture_stderr=True,
            check=False,
        )
        return done.stderr.decode(errors="replace").strip() if done.returncode else None
