"""`/api/docker/{environment}/…`: what Portainer does with an environment in several steps."""

from __future__ import annotations

import contextlib

from . import controls as kinds
from .body import Body
from .controls import Controls
from .docker_proxy import entered
from .engine import Engine, EngineRefusal, segment
from .exchange import Answer, Exchange
from .outgoing import Unreachable
from .portainer import Portainer
from .routes import Access, Routes
from .wrong import Wrong


class CreateRefused(Exception):
    """The environment took the old container's settings no more."""

    def __str__(self) -> str:
        return f"Create container error: {self.args[0]}"


class RecreateHandlers:
    """Recreates a container for anyone who may enter the environment, whoever owns it."""

    def __init__(self, portainer: Portainer, routes: Routes) -> None:
        self._portainer = portainer
        self._state = portainer.state
        self._controls = Controls(portainer.state)
        path = "/api/docker/{endpoint}/containers/{container}/recreate"
        routes.add("POST", path, Access.SIGNED_IN, self.recreate)
        routes.add("GET", "/api/docker/{endpoint}/dashboard", Access.SIGNED_IN, self.dashboard)

    async def recreate(self, exchange: Exchange) -> Answer:
        body = Body(await exchange.body(), ("PullImage",), self._portainer.remarks, "recreate")
        environment = entered(self._portainer, exchange, exchange.number("endpoint"))
        old = exchange.values["container"]
        try:
            async with Engine(environment) as engine:
                new = await _replace(engine, old, pull=body.flag("PullImage"))
        except (EngineRefusal, Unreachable, CreateRefused) as error:
            raise Wrong(500, "Error recreating container", str(error)) from None
        found = self._controls.of(old, kinds.CONTAINER)
        if found is not None:
            found["ResourceId"] = new["Id"]
            self._state.save()
        return Answer.json(new)

    async def dashboard(self, exchange: Exchange) -> Answer:
        environment = entered(self._portainer, exchange, exchange.number("endpoint"))
        try:
            async with Engine(environment) as engine:
                containers = await engine.ask("GET", "/containers/json", {"all": "1"})
                images = await engine.ask("GET", "/images/json")
                volumes = await engine.ask("GET", "/volumes")
                networks = await engine.ask("GET", "/networks")
        except (EngineRefusal, Unreachable) as error:
            raise Wrong(500, "Unable to retrieve Docker environment dashboard", str(error)) from None
        running = sum(one["State"] == "running" for one in containers)
        counts = {"total": len(containers), "running": running, "stopped": len(containers) - running}
        return Answer.json(
            {
                "containers": {**counts, "healthy": 0, "unhealthy": 0},
                "images": {"total": len(images), "size": sum(image["Size"] for image in images)},
                "volumes": len(volumes.get("Volumes") or []),
                "networks": len(networks),
                "services": 0,
                "stacks": sum(row["EndpointId"] == environment["Id"] for row in self._state.rows("stacks")),
            }
        )


async def _replace(engine: Engine, reference: str, *, pull: bool) -> dict:
    """The order of the real one. For a moment there are two containers; a failed create brings the old one back."""
    old = await engine.ask("GET", f"/containers/{segment(reference)}/json", {"size": "1"})
    path, name = f"/containers/{segment(old['Id'])}", old["Name"]
    if pull:
        await engine.ask("POST", "/images/create", _image(old["Config"]["Image"]))
    await engine.ask("POST", f"{path}/stop")
    await engine.ask("POST", f"{path}/rename", {"name": f"{name}-old"})
    networks = old["NetworkSettings"].get("Networks") or {}
    for network in networks.values():
        gone = {"Container": old["Id"], "Force": True}
        await engine.ask("POST", f"/networks/{segment(network['NetworkID'])}/disconnect", None, gone)
    first = dict(list(networks.items())[:1])
    asked = {**old["Config"], "HostConfig": old["HostConfig"], "NetworkingConfig": {"EndpointsConfig": first}}
    try:
        # The name keeps the slash that Docker writes before it.
        created = await engine.ask("POST", "/containers/create", {"name": name}, asked)
    except EngineRefusal as error:
        await _bring_back(engine, old, networks)
        raise CreateRefused(str(error)) from None
    new = f"/containers/{segment(created['Id'])}"
    for key, network in networks.items():
        if key not in first:
            joined = {"Container": created["Id"], "EndpointConfig": network}
            await engine.ask("POST", f"/networks/{segment(network['NetworkID'])}/connect", None, joined)
    await engine.ask("POST", f"{new}/start")
    await engine.ask("DELETE", path)
    return await engine.ask("GET", f"{new}/json")


async def _bring_back(engine: Engine, old: dict, networks: dict) -> None:
    path = f"/containers/{segment(old['Id'])}"
    with contextlib.suppress(EngineRefusal, Unreachable):
        await engine.ask("POST", f"{path}/rename", {"name": old["Name"]})
        for network in networks.values():
            joined = {"Container": old["Id"], "EndpointConfig": network}
            await engine.ask("POST", f"/networks/{segment(network['NetworkID'])}/connect", None, joined)
        await engine.ask("POST", f"{path}/start")


def _image(reference: str) -> dict[str, str]:
    name, colon, tag = reference.rpartition(":")
    if not colon or "/" in tag:
        return {"fromImage": reference, "tag": "latest"}
    return {"fromImage": name, "tag": tag}
