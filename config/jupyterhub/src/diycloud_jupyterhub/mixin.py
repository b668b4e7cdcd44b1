"""What every spawner of ours does at a start: ask the bridge, set the limits, prepare the home, say how it went."""

from __future__ import annotations

import asyncio
import json
import pwd
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyterhub.spawner import SpawnException
from traitlets import Float, Unicode
from traitlets.config import Configurable

from . import gpu, home
from .bridge import BridgeClient, BridgeError, NoSuchUser, Refused, SpawnGrant


class SpawnRefused(SpawnException):
    """A server that must not start. The sentence shows on every page that could show it.

    `reason` is a short ASCII token: it becomes the HTTP reason phrase and a label of the metrics.
    """

    def __init__(self, sentence: str, *, reason: str = "diycloud-refused", status_code: int = 403) -> None:
        super().__init__(sentence, reason=reason, status_code=status_code)
        # the pending page reads this attribute only
        self.jupyterhub_message = sentence


class DIYCloudSpawnerMixin(Configurable):
    """Asks the bridge at each start what the server may use, for any spawner that runs servers as Linux users.

    Put it before the spawner: ``class MySpawner(DIYCloudSpawnerMixin, SomeSpawner)``.
    """

    #: Whether servers run from an image of their own rather than from the hub's environment.
    uses_image = False

    runtime_base = Unicode(
        "/run/diycloud-jupyter",
        help="""Directory with one runtime directory per user, outside every home, so that a server starts (and its
        owner can delete files) when the home is full. Only root may be able to change it and what is above it.""",
    ).tag(config=True)
    home_template = Unicode(
        str(Path(__file__).with_name("template")),
        help="What a home without a `notebooks` directory starts with. Empty: nothing.",
    ).tag(config=True)
    home_skeleton = Unicode("/etc/skel", help="Copied first into a home that had to be made. Empty: nothing.").tag(
        config=True
    )
    welcome_url = Unicode(
        "/lab/tree/notebooks/Welcome.ipynb", help="What a new user sees first. Empty: what everybody sees."
    ).tag(config=True)
    prepare_timeout = Float(20.0, help="Seconds that preparing a home may take (a home on a slow network, say).").tag(
        config=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: why the limits do not hold for this server; "" when they do
        self._not_in_force = ""
        self._granted = asyncio.Event()

    async def start(self) -> Any:
        """Ask, set the limits, prepare the home, start; the bridge's audit log learns how it went."""
        try:
            grant = await self._ask()
            self._apply(grant)
            self._warn(self._obstacle(grant))
            self._granted.set()
            self._use(await self._prepare(grant))
            where = await self._launch(grant)
        except BaseException as error:
            # a start that was given up (time limit, interruption) is one that failed
            self._report("spawn-failed", f"{type(error).__name__}: {error}")
            raise
        self._report("spawn")
        return where

    async def stop(self, now: bool = False) -> None:
        """Stop, and say so to the bridge."""
        await super().stop(now)
        self._report("stop")

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the pending page says; when the limits are not in force, its reader learns it here."""
        async for event in super().progress():
            yield event
        # the hub gives up on this generator when the start is over
        await self._granted.wait()
        if self._not_in_force:
            yield {"progress": 60, "message": f"Your limits are not in force: {self._not_in_force}"}

    async def _launch(self, grant: SpawnGrant) -> Any:
        """Start the server. Spawners that have something to do right before and after it override this."""
        return await super().start()

    def _obstacle(self, grant: SpawnGrant) -> str:
        """Why the limits would not hold for a server of this spawner; "" when they do."""
        return "" if grant.cgroup.in_force else grant.cgroup.reason or "nothing on this host keeps them"

    def _warn(self, obstacle: str) -> None:
        """Tell that the limits do not hold: the log now, the pending page soon, the server's environment for ever."""
        if obstacle:
            self._not_in_force = obstacle
            self.environment["DIYCLOUD_LIMITS"] = f"not in force: {obstacle}"
            self.log.warning("The limits of %s are not in force: %s", self._log_name, obstacle)

    @property
    def _bridge(self) -> BridgeClient:
        return BridgeClient.instance(config=self.config)

    async def _ask(self) -> SpawnGrant:
        name = self.user.name
        try:
            grant = await self._bridge.spawn_grant(name)
        except Refused as refusal:
            sentence = refusal.detail or "You may not start a notebook server. Ask your administrator."
            raise SpawnRefused(sentence) from None
        except NoSuchUser:
            raise SpawnRefused(f"There is no account {name} on this server. Ask your administrator.") from None
        except BridgeError as error:
            self.log.error("Cannot ask what %s may use: %s", name, error)
            raise SpawnRefused(
                "What you may use cannot be looked up just now. Try again in a minute.",
                reason="diycloud-unavailable",
                status_code=503,
            ) from None
        self._check_account(grant)
        return grant

    def _check_account(self, grant: SpawnGrant) -> None:
        """The spawners look the account up themselves, by name: it has to be the one that the bridge speaks of."""
        try:
            account = pwd.getpwnam(self.user.name)
        except KeyError:
            raise SpawnRefused(
                f"There is no account {self.user.name} on this server. Ask your administrator."
            ) from None
        if grant.name != self.user.name or account.pw_uid != grant.uid or account.pw_uid == 0:
            self.log.error("Account %s has uid %d, the bridge says %d", grant.name, account.pw_uid, grant.uid)
            raise SpawnRefused("Your account on this server is not the one expected. Ask your administrator.")

    def _apply(self, grant: SpawnGrant) -> None:
        self.mem_limit = grant.memory_bytes
        self.cpu_limit = grant.cpu_cores
        self.environment = {**self.environment, **grant.environment, **({} if grant.gpu else gpu.NONE_VISIBLE)}
        # the whole home, so that a person can always reach what fills it
        self.notebook_dir = self.notebook_dir or grant.home
        slowness = slowdown(grant.cpu_cores)
        self.http_timeout = round(self.http_timeout * slowness)

    async def _prepare(self, grant: SpawnGrant) -> home.Report:
        request = home.Request(
            user=grant.name,
            uid=grant.uid,
            gid=grant.gid,
            home=grant.home,
            runtime_base=self.runtime_base,
            template=self.home_template,
            skeleton=self.home_skeleton,
        )
        # by path and isolated: neither the user's files nor the hub's environment decide what root imports
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            home.__file__,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"PATH": "/usr/bin:/bin"},
            cwd="/",
        )
        try:
            out, err = await asyncio.wait_for(
                process.communicate(json.dumps(asdict(request)).encode()), self.prepare_timeout
            )
        except (asyncio.TimeoutError, asyncio.CancelledError):
            process.kill()
            self.log.error("Preparing the home of %s took too long", grant.name)
            raise
        if process.returncode != 0:
            self.log.error("Cannot prepare the home of %s: %s", grant.name, err.decode(errors="replace").strip())
            raise SpawnRefused(
                "Your home directory could not be prepared. Ask your administrator.",
                reason="diycloud-home",
                status_code=500,
            )
        report = home.Report(**json.loads(out))
        if report.trouble:
            self.log.warning("The home of %s takes no writes: %s", grant.name, report.trouble)
        return report

    def _use(self, report: home.Report) -> None:
        self.environment["JUPYTER_RUNTIME_DIR"] = report.runtime_dir
        if report.config_dir:
            self.environment["JUPYTER_CONFIG_DIR"] = report.config_dir
        if report.welcomed and self.welcome_url:
            self.default_url = self.welcome_url

    def _report(self, event: str, detail: str = "") -> None:
        """Best effort: an audit line that cannot be written must not keep a server from starting or stopping."""
        name, server, bridge, log = self.user.name, self.name, self._bridge, self.log

        async def send() -> None:
            try:
                await bridge.report(name, event, server, detail)
            except BridgeError as error:
                log.warning("Cannot report %s of %s: %s", event, name, error)

        task = asyncio.ensure_future(send())
        _reports.add(task)
        task.add_done_callback(_reports.discard)


#: asyncio keeps no reference to a running task
_reports: set[asyncio.Task[None]] = set()


def slowdown(cpu_cores: float | None) -> float:
    """By how much longer a server takes to answer with this many cores: 1 from one core on, at most 10."""
    if cpu_cores is None or cpu_cores >= 1:
        return 1.0
    return min(10.0, 1.0 / cpu_cores)
