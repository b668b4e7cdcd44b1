"""What Portainer remembers of an environment, taken by asking it in a fixed order."""

from __future__ import annotations

import time

from .engine import Engine, EngineRefusal, segment
from .outgoing import Unreachable

UP, DOWN = 1, 2


async def take(environment: dict) -> dict:
    """A snapshot; Unreachable or EngineRefusal from the first call that fails."""
    async with Engine(environment) as engine:
        await engine.ping()
        await engine.ping()
        info = await engine.ask("GET", "/info")
        is_manager = info.get("Swarm", {}).get("ControlAvailable", False)
        services = []
        if is_manager:
            await engine.ask("GET", "/nodes")
            services = await engine.ask("GET", "/services")
        containers = await engine.ask("GET", "/containers/json", {"all": "1"})
        running = [one for one in containers if one["State"] == "running"]
        for one in running:
            await engine.ask("GET", f"/containers/{segment(one['Id'])}/json")
        images = await engine.ask("GET", "/images/json")
        volumes = await engine.ask("GET", "/volumes")
        networks = await engine.ask("GET", "/networks")
        version = await engine.ask("GET", "/version")
    projects = {one.get("Labels", {}).get("com.docker.compose.project") for one in containers} - {None}
    return {
        "Time": int(time.time()),
        "DockerVersion": info.get("ServerVersion", ""),
        "Swarm": is_manager,
        "TotalCPU": info.get("NCPU", 0),
        "TotalMemory": info.get("MemTotal", 0),
        "ContainerCount": len(containers),
        "RunningContainerCount": len(running),
        "StoppedContainerCount": sum(one["State"] == "exited" for one in containers),
        "HealthyContainerCount": 0,
        "UnhealthyContainerCount": 0,
        "VolumeCount": len(volumes.get("Volumes") or []),
        "ImageCount": len(images),
        "ServiceCount": len(services),
        "StackCount": len(projects),
        "NodeCount": 0,
        "GpuUseAll": False,
        "GpuUseList": [],
        "IsPodman": False,
        "DockerSnapshotRaw": {
            "Containers": containers,
            "Volumes": volumes,
            "Networks": networks,
            "Images": images,
            "Info": info,
            "Version": version,
        },
    }


async def refresh(environment: dict) -> str | None:
    """Takes a snapshot into the environment and sets its status; what went wrong, or None."""
    try:
        environment["Snapshots"] = [await take(environment)]
    except (Unreachable, EngineRefusal, KeyError, AttributeError, TypeError) as error:
        environment["Status"] = DOWN
        return f"{type(error).__name__}: {error}"
    environment["Status"] = UP
    return None


def engine_id(environment: dict) -> str | None:
    """The engine or cluster that a snapshot was taken from; None without a snapshot."""
    if not environment["Snapshots"]:
        return None
    return of_info(environment["Snapshots"][0]["DockerSnapshotRaw"]["Info"])


def of_info(info: dict) -> str:
    """The cluster's id in a swarm, else the engine's."""
    return (info.get("Swarm", {}).get("Cluster") or {}).get("ID") or info.get("ID", "")
