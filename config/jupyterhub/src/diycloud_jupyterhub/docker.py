"""Servers in containers. Importing it takes the extra `docker` (dockerspawner)."""

from __future__ import annotations

import glob
import os
import secrets
from typing import Any

import requests
from docker.errors import APIError, DockerException, ImageNotFound
from dockerspawner import DockerSpawner
from traitlets import Int, Unicode, default

from . import gpu, home
from .bridge import SpawnGrant
from .mixin import DIYCloudSpawnerMixin, SpawnRefused

#: whose a container is; the guard believes it from root and from nobody else
OWNER_LABEL = "org.diycloud.owner"


class DIYCloudDockerSpawner(DIYCloudSpawnerMixin, DockerSpawner):
    """Servers in containers that the bridge's Docker guard puts under their owner's limits, and into their network.

    The guard sets cgroup parent, memory, processors, processes and no-new-privileges by the owner label, whatever is
    asked. What is left to do here is what it leaves to root: the home is bound at its own place, and so the server runs
    as its owner, without any capability. A container of root's with somebody's home could leave a setuid program there.
    """

    uses_image = True

    guard_socket = Unicode(
        "unix:///run/diycloud-bridge/docker.sock",
        help="The guard's socket. Past it, with the engine's own, no limits would hold.",
    ).tag(config=True)
    stop_timeout = Int(4, help="Seconds that a server has to end by itself.").tag(config=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grant: SpawnGrant | None = None
        self._runtime_dir = ""

    @default("client_kwargs")
    def _default_client_kwargs(self) -> dict[str, Any]:
        return {"base_url": self.guard_socket}

    @default("remove")
    def _default_remove(self) -> bool:
        # a container that is kept would be started again with the token and the limits of its first day
        return True

    @default("pull_policy")
    def _default_pull_policy(self) -> str:
        # what runs in people's homes is what an administrator has fetched; and no start is long enough for a pull
        return "never"

    @property
    def volume_binds(self) -> dict[str, dict[str, str]]:
        """The home and the runtime directory, each at its own place, besides what the host's configuration has."""
        own = (self._grant.home, self._runtime_dir) if self._grant else ()
        return {**super().volume_binds, **{path: {"bind": path, "mode": "rw"} for path in own if path}}

    def docker(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """As upstream; every call passes here, and so what holds for all servers is said here."""
        if method == "create_container" and kwargs.get("name") == self.container_name:
            kwargs = self._owned(kwargs)
        elif method == "stop":
            kwargs.setdefault("timeout", self.stop_timeout)
        elif method == "remove_container":
            # a leftover that still runs would keep its name
            kwargs.setdefault("force", True)
        return super().docker(method, *args, **kwargs)

    async def get_object(self) -> dict[str, Any] | None:
        """As upstream, but a container of that name that somebody else made is not this server."""
        found = await super().get_object()
        if found is not None and not self._is_mine(found):
            self.log.warning("The container %s is not %s's server", self.object_name, self.user.name)
            self.object_id = ""
            return None
        return found

    async def _launch(self, grant: SpawnGrant) -> Any:
        try:
            await self._choose_name()
            return await super()._launch(grant)
        except ImageNotFound:
            self.log.error("There is no image %s here. Fetch it: docker pull %s", self.image, self.image)
            raise SpawnRefused(
                f"The image {self.image} is not on this server. Ask your administrator.",
                reason="diycloud-image",
                status_code=503,
            ) from None
        except APIError as error:
            raise self._refusal(error) from None
        except (DockerException, requests.RequestException) as error:
            self.log.error("The Docker guard does not answer at %s: %s", self.guard_socket, error)
            raise SpawnRefused(
                "Containers cannot be started just now. Try again in a minute.",
                reason="diycloud-unavailable",
                status_code=503,
            ) from None

    async def _choose_name(self) -> None:
        """Names of containers are everybody's: who takes that of somebody's server must not keep it from starting."""
        self.object_name = self._object_name_default()
        try:
            found = await self.docker("inspect_container", self.object_name)
        except APIError as error:
            if error.response.status_code != 404:
                raise
        else:
            if not self._is_mine(found):
                self.object_name += f"-{secrets.token_hex(4)}"

    def _is_mine(self, container: dict[str, Any]) -> bool:
        return (container["Config"].get("Labels") or {}).get(OWNER_LABEL) == self.user.name

    def _refusal(self, error: APIError) -> SpawnRefused:
        """The sentence of a 403 is the guard's, for the person; all else is for the log."""
        said = str(error.explanation or "").strip()
        self.log.error("No container for %s: %s", self._log_name, said or error)
        if error.response.status_code == 403 and said:
            return SpawnRefused(said)
        return SpawnRefused(
            "The container of your server could not be started. Ask your administrator.",
            reason="diycloud-container",
            status_code=503,
        )

    def _apply(self, grant: SpawnGrant) -> None:
        super()._apply(grant)
        self._grant = grant
        # for the notebook to show; the guard knows the limits better than this moment's answer does
        shown = {"MEM_LIMIT": grant.memory_bytes, "CPU_LIMIT": grant.cpu_cores}
        self.environment.update({name: str(value) for name, value in shown.items() if value is not None})
        self.mem_limit = self.cpu_limit = None
        # the image has no account of that uid
        self.environment.update(HOME=grant.home, USER=grant.name, LOGNAME=grant.name)
        self.environment.update(NB_USER=grant.name, NB_UID=str(grant.uid), NB_GID=str(grant.gid))

    def _use(self, report: home.Report) -> None:
        super()._use(report)
        self._runtime_dir = report.runtime_dir

    def _owned(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What the engine is asked, made the person's own. Not for the host's configuration to change."""
        grant = self._grant
        assert grant is not None, "no start without a grant"
        host = {**asked["host_config"], "CapDrop": ["ALL"]}
        if grant.gpu:
            _give_gpu(host)
        return {
            **asked,
            "user": f"{grant.uid}:{grant.gid}",
            "working_dir": grant.home,
            "labels": {**(asked.get("labels") or {}), OWNER_LABEL: grant.name},
            "host_config": host,
        }


def _give_gpu(host: dict[str, Any]) -> None:
    """NVIDIA's by the engine's own way, which brings the driver's libraries; others as devices with their group."""
    if glob.glob("/dev/nvidia[0-9]*"):
        request = {"Driver": "", "Count": -1, "DeviceIDs": None, "Capabilities": [["gpu"]], "Options": {}}
        host["DeviceRequests"] = [*(host.get("DeviceRequests") or []), request]
    if others := [path for path in gpu.compute_nodes() if not path.startswith("/dev/nvidia")]:
        devices = [{"PathOnHost": path, "PathInContainer": path, "CgroupPermissions": "rw"} for path in others]
        host["Devices"] = [*(host.get("Devices") or []), *devices]
        # by number: the image does not know the host's groups
        numbers = sorted({str(os.stat(path).st_gid) for path in others if os.stat(path).st_gid})
        host["GroupAdd"] = [*(host.get("GroupAdd") or []), *numbers]
