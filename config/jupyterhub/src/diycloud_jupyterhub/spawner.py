"""The spawners to name in a hub's configuration, and which of them fits this host."""

from __future__ import annotations

import os

from .local import DIYCloudSpawner
from .mixin import DIYCloudSpawnerMixin, SpawnRefused

try:
    from .systemd import DIYCloudSystemdSpawner
except ImportError:  # the extra `systemd` is not installed
    DIYCloudSystemdSpawner = None  # type: ignore[assignment,misc]

try:
    from .docker import DIYCloudDockerSpawner
except ImportError:  # the extra `docker` is not installed
    DIYCloudDockerSpawner = None  # type: ignore[assignment,misc]

__all__ = [
    "DIYCloudDockerSpawner",
    "DIYCloudSpawner",
    "DIYCloudSpawnerMixin",
    "DIYCloudSystemdSpawner",
    "SpawnRefused",
    "fitting",
]

#: what each needs besides our own package
_NEEDS = {"DIYCloudSystemdSpawner": "jupyterhub-systemdspawner", "DIYCloudDockerSpawner": "dockerspawner"}


def fitting(name: str = "") -> type[DIYCloudSpawnerMixin]:
    """The spawner class of that name; without one, units where systemd runs the host, else plain processes.

    Raises ValueError for a name that is not to be had here.
    """
    # sd_booted(3): the directory exists exactly where systemd is the init
    name = name or ("DIYCloudSystemdSpawner" if os.path.isdir("/run/systemd/system") and DIYCloudSystemdSpawner else "")
    found = {
        "": DIYCloudSpawner,
        "DIYCloudSpawner": DIYCloudSpawner,
        "DIYCloudSystemdSpawner": DIYCloudSystemdSpawner,
        "DIYCloudDockerSpawner": DIYCloudDockerSpawner,
    }
    if found.get(name) is None:
        hint = f"install {_NEEDS[name]}" if name in found else f"there are {', '.join(filter(None, found))}"
        raise ValueError(f"no spawner {name!r} here: {hint}")
    return found[name]
