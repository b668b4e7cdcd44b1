"""The service under which ``diycloud-bridge sync-users`` is known to the hub."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from traitlets.log import get_logger

from .settling import SCOPE

#: `openssl rand -hex 32` makes 64, and JupyterHub does not start with a longer one. It hashes it 16,384 times at each
#: request, as every token that comes from a file. That is some milliseconds, and a hundred people are one request, so
#: `trust_user_provided_tokens`, which would hold for the tokens of all services, is not worth it.
TOKEN = re.compile(r"[!-~]{32,64}\Z")


@dataclass(frozen=True)
class SyncService:
    """What the hub's configuration has to say about it."""

    token: str = field(repr=False)

    @classmethod
    def read(cls, file: str) -> SyncService | None:
        """With the token in `file`. Without a usable one, None, and the log says what is missing."""
        log = get_logger()
        try:
            with Path(file).open(encoding="ascii") as opened:
                token, mode = opened.read(4096).strip(), os.fstat(opened.fileno()).st_mode
        except FileNotFoundError:
            log.info("No %s: diycloud-bridge sync-users cannot ask this hub for anything", file)
            return None
        except (OSError, UnicodeError) as error:
            log.error("%s cannot be read, so diycloud-bridge sync-users is locked out: %s", file, error)
            return None
        if mode & 0o027:
            log.error("%s can be read or changed by others, so it is not used: chmod 600, and a new token", file)
            return None
        if not TOKEN.match(token):
            log.error("%s holds no token of 32 to 64 characters, so it is not used: openssl rand -hex 32", file)
            return None
        return cls(token)

    @property
    def entry(self) -> dict[str, Any]:
        """Its entry in ``c.JupyterHub.services``."""
        return {"name": "diycloud-sync", "api_token": self.token, "display": False}

    @property
    def role(self) -> dict[str, Any]:
        """What it may do: see people and servers, stop servers, and have people settled. It can give nothing."""
        return {
            "name": "diycloud-sync",
            "description": "Bring people in line with the bridge, and stop the servers of those who are switched off",
            "scopes": ["list:users", "read:users", "read:servers", "delete:servers", SCOPE],
            "services": ["diycloud-sync"],
        }
