"""Servers as transient units of systemd. Importing it takes the extra `systemd` (jupyterhub-systemdspawner)."""

from __future__ import annotations

from typing import Any

from systemdspawner import SystemdSpawner

from . import gpu
from .bridge import SpawnGrant
from .cgroup import leaf_name
from .mixin import DIYCloudSpawnerMixin


class DIYCloudSystemdSpawner(DIYCloudSpawnerMixin, SystemdSpawner):
    """Servers as units in their user's own slice, where one set of limits holds for all that is theirs.

    A unit in a slice whose limits are in force gets none of its own: they would be looked up at the start only, so that
    a raised quota would not reach a running server. Where the kernel runs out of the slice's memory it ends the
    greediest process; SystemdSpawner's ``OOMPolicy=continue`` keeps the rest of the unit running.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.name and self.unit_name_template == type(self).unit_name_template.default_value:
            # upstream gives all servers of a user one name, and stops one to start the other. Digits up to the first
            # dash and another ending: no user's name makes a unit of somebody else's
            self.unit_name = f"jupyter-{self.user.id}-{leaf_name(self.name).removeprefix('jupyter-')}-named"

    def _obstacle(self, grant: SpawnGrant) -> str:
        if grant.cgroup.manager == "cgroup":
            return "the hub starts servers in systemd's slices, and the limits are elsewhere"
        if grant.cgroup.manager == "systemd" and grant.slice is None:
            return "the bridge names no slice"
        return super()._obstacle(grant)

    def _apply(self, grant: SpawnGrant) -> None:
        super()._apply(grant)
        self.slice = grant.slice
        # a unit that ends takes with it what its server detached, and does so within the five seconds of a switch-off
        # where the polite signal is ignored; systemd's own patience is 90 s
        properties: dict[str, Any] = {"KillMode": "control-group", "TimeoutStopSec": "4s"}
        if not self._obstacle(grant):
            # for the notebook to show, without SystemdSpawner making limits of the unit from them
            shown = {"MEM_LIMIT": grant.memory_bytes, "CPU_LIMIT": grant.cpu_cores}
            self.environment.update({name: str(value) for name, value in shown.items() if value is not None})
            self.mem_limit = self.cpu_limit = None
            # not the manager's default for services: the slice counts
            properties["TasksMax"] = "infinity"
        if not grant.gpu:
            properties.update(gpu.UNIT_WITHOUT)
        elif groups := gpu.groups():
            properties["SupplementaryGroups"] = " ".join(groups)
        # what the host's own configuration says comes last
        self.unit_extra_properties = {**properties, **self.unit_extra_properties}

    def _expand_user_vars(self, string: Any) -> Any:
        """Upstream promises lists of values in `unit_extra_properties` and fails on them (1.0.2)."""
        if isinstance(string, list):
            return [super(DIYCloudSystemdSpawner, self)._expand_user_vars(one) for one in string]
        return super()._expand_user_vars(string)
