"""Servers as plain processes of their users, for hosts without systemd."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from subprocess import SubprocessError
from typing import Any

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Float

from . import gpu
from .bridge import SpawnGrant
from .cgroup import Entry, Leaf, leaf_name
from .mixin import DIYCloudSpawnerMixin, SpawnRefused

NO_LIMITS = "Your limits could not be put in force, so your server was not started. Ask your administrator."
NO_SHIELD = (
    "Devices that you may not use could not be closed to your server, so it was not started. Ask your administrator."
)


class DIYCloudSpawner(DIYCloudSpawnerMixin, LocalProcessSpawner):
    """Servers as plain processes, each in a cgroup of its own below its user's, which holds the limits.

    The child enters the cgroup while it is still root, so that nothing of a server ever runs outside. What a server
    started, detached processes included, ends with it.
    """

    leaf_timeout = Float(
        5.0, help="Seconds that the processes of a server that was stopped, all killed by then, have to be gone."
    ).tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._leaf: Leaf | None = None
        #: what the child does as root, with the sentence for its owner should it fail
        self._steps: list[tuple[Callable[[], None], str]] = []
        #: where the child says which step failed
        self._complaints = -1

    def _obstacle(self, grant: SpawnGrant) -> str:
        if grant.cgroup.manager == "systemd":
            return "the hub starts servers outside of systemd's slices (jupyterhub-systemdspawner is not in use)"
        return super()._obstacle(grant)

    async def _launch(self, grant: SpawnGrant) -> Any:
        self._steps = []
        entry, leaf = await self._open_leaf(grant)
        reading, self._complaints = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            self._prepare_devices(grant)
            try:
                where = await super()._launch(grant)
            except SubprocessError:
                raise self._refusal(reading) or SpawnRefused(
                    "Your server could not be started under your account. Ask your administrator.",
                    reason="diycloud-account",
                    status_code=500,
                ) from None
            self._prove(leaf, grant)
        except BaseException:
            if leaf is not None:
                await self._clear(leaf)
            raise
        finally:
            os.close(reading)
            os.close(self._complaints)
            if entry is not None:
                entry.close()
        self._leaf = leaf
        return where

    async def _open_leaf(self, grant: SpawnGrant) -> tuple[Entry | None, Leaf | None]:
        """Make the leaf, if the host has a place for it; without a promise that limits hold, one that fails is none."""
        if grant.cgroup.manager != "cgroup" or not grant.cgroup.directories:
            return None, None
        leaf = Leaf(grant.cgroup.directories, leaf_name(self.name))
        try:
            entry = await leaf.make(self.leaf_timeout)
        except OSError as error:
            self.log.error("Cannot make the cgroup %s in %s: %s", leaf.name, ", ".join(leaf.directories), error)
            if grant.cgroup.in_force:
                raise SpawnRefused(NO_LIMITS, reason="diycloud-limits", status_code=503) from None
            return None, None
        self._steps.append((entry.enter if grant.cgroup.in_force else entry.try_to_enter, NO_LIMITS))
        return entry, leaf

    def _prepare_devices(self, grant: SpawnGrant) -> None:
        # a host without such devices does without a namespace for each server
        if not grant.gpu and gpu.present():
            self._steps.append((gpu.PrivateDevices(self.runtime_base).enter, NO_SHIELD))

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """First what only root can do (enter the cgroup, close devices), then upstream's way of becoming the user."""
        become_user = super().make_preexec_fn(name)
        steps, complaints = list(self._steps), self._complaints

        def preexec() -> None:
            for number, (step, _) in enumerate(steps):
                try:
                    step()
                except OSError as error:
                    os.write(complaints, b"%d %d" % (number, error.errno or 0))
                    raise
            become_user()

        return preexec

    def _refusal(self, reading: int) -> SpawnRefused | None:
        """What the child complained of; None when it failed elsewhere."""
        with suppress(BlockingIOError, ValueError):
            number, code = (int(part) for part in os.read(reading, 64).split())
            sentence = self._steps[number][1]
            self.log.error("The server of %s did not start: %s (%s)", self._log_name, os.strerror(code), sentence)
            return SpawnRefused(sentence, reason="diycloud-limits", status_code=503)
        return None

    def _prove(self, leaf: Leaf | None, grant: SpawnGrant) -> None:
        """Look whether the server is where it should be: a `popen_kwargs` of the host's own may have kept it out."""
        if not grant.cgroup.in_force or leaf is None or leaf.holds(self.pid) or self.proc.poll() is not None:
            return
        self.proc.send_signal(signal.SIGKILL)
        self.proc.wait()
        self.log.error("The server of %s was not in its cgroup %s: killed", self._log_name, leaf.name)
        raise SpawnRefused(NO_LIMITS, reason="diycloud-limits", status_code=503)

    async def poll(self) -> int | None:
        """As upstream; with the server, all that it started ends."""
        status = await super().poll()
        if status is not None:
            await self._leave()
        return status

    async def stop(self, now: bool = False) -> None:
        """As upstream; with the server, all that it started ends."""
        await super().stop(now)
        await self._leave()

    async def _leave(self) -> None:
        if (leaf := self._leaf) is not None:
            await self._clear(leaf)
            self._leaf = None

    async def _clear(self, leaf: Leaf) -> None:
        try:
            await leaf.clear(self.leaf_timeout)
        except OSError as error:
            # the next start of this server tries again, and does not start when it cannot
            self.log.error("The cgroup %s of %s cannot be removed: %s", leaf.name, self._log_name, error)

    def get_state(self) -> dict[str, Any]:
        """Besides the process: its cgroup, so that the next hub can end all that is in it."""
        state = super().get_state()
        if self._leaf is not None:
            state["cgroup"] = {"directories": list(self._leaf.directories), "name": self._leaf.name}
        return state

    def load_state(self, state: dict[str, Any]) -> None:
        """After a restart of the hub."""
        super().load_state(state)
        match state.get("cgroup"):
            case {"directories": list(directories), "name": str(name)}:
                self._leaf = Leaf(tuple(directories), name)
