"""What all handlers share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import trio

from .bouncer import Bouncer
from .duration import seconds
from .limiter import RateLimiter
from .proxies import Proxies
from .remarks import Remarks
from .state import State
from .tokens import TokenSigner

VERSIONS = {"2.23": "2.23.0", "2.43": "2.43.0"}


@dataclass(frozen=True)
class Options:
    """The command line."""

    data: Path
    port: int
    address: str = "127.0.0.1"
    generation: str = "2.23"
    admin_password_file: Path | None = None
    #: seconds until a server without an administrator locks itself
    admin_window: float = 300.0
    #: what `X-Setup-Token` must hold in 2.43; None switches the check off
    setup_token: str | None = None
    trusted_origins: tuple[str, ...] = ()
    snapshot_interval: str | None = None


class Portainer:
    """One process: what is stored, and what dies with it (token secret, rate limiter, revoked tokens)."""

    def __init__(self, options: Options) -> None:
        options.data.mkdir(parents=True, exist_ok=True)
        self.options = options
        self.nursery: trio.Nursery | None = None
        self.remarks = Remarks(options.data)
        self.state = State(options.data)
        self.signer = TokenSigner()
        self.limiter = RateLimiter()
        self.proxies = Proxies()
        self.bouncer = Bouncer(self.state, self.signer, options.generation)

    def later(self, task: Callable[[], Awaitable[None]]) -> None:
        """Runs the task beside the requests."""
        if self.nursery is not None:
            self.nursery.start_soon(task)

    @property
    def is_new(self) -> bool:
        """The later of the two generations."""
        return self.options.generation == "2.43"

    @property
    def version(self) -> str:
        return VERSIONS[self.options.generation]

    @property
    def has_administrator(self) -> bool:
        return any(user["Role"] == 1 for user in self.state.rows("users"))

    def token_for(self, user: dict, *, must_change_password: bool = False) -> tuple[str, int]:
        """A token and when it ends."""
        lifetime = seconds(self.state.settings["UserSessionTimeout"])
        return self.signer.sign(user, lifetime, must_change_password=must_change_password)
