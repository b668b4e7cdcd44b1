"""Compose for where there is no docker-compose: images, environment, ports, volumes, networks, limits; no more."""

from __future__ import annotations

import hashlib
import json
import re

import yaml

from .engine import Engine, EngineRefusal, segment

_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


class DeployerFailure(Exception):
    """The environment refused a step, or the file uses more than the small deployer knows."""


async def run(host: str, project: str, text: str, variables: dict[str, str], command: str) -> None:
    """Runs `up` or `down` of the project against a plain tcp address; `pull` does nothing."""
    try:
        file = yaml.safe_load(_filled(text, variables)) or {}
        environment = {"URL": host, "TLSConfig": {"TLS": False}}
        async with Engine(environment) as engine:
            if command in ("up", "down"):
                await _remove(engine, project, networks=command == "down")
            if command == "up":
                await _create(engine, project, file)
    except (EngineRefusal, yaml.YAMLError, KeyError, ValueError) as error:
        raise DeployerFailure(str(error)) from None


def _filled(text: str, variables: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match["braced"] or match["bare"]
        if match["sign"] == "?" and not variables.get(name):
            raise DeployerFailure(f"required variable {name} is missing a value: {match['default']}")
        return variables.get(name, match["default"] or "")

    return re.sub(r"\$(?:\{(?P<braced>\w+)(?::?(?P<sign>[-?])(?P<default>[^}]*))?\}|(?P<bare>\w+))", value, text)


async def _remove(engine: Engine, project: str, *, networks: bool) -> None:
    mine = {"filters": json.dumps({"label": [f"com.docker.compose.project={project}"]})}
    for container in await engine.ask("GET", "/containers/json", {"all": "1", **mine}):
        await engine.ask("DELETE", f"/containers/{segment(container['Id'])}", {"force": "1"})
    if networks:
        for network in await engine.ask("GET", "/networks", mine):
            await engine.ask("DELETE", f"/networks/{segment(network['Id'])}")


async def _create(engine: Engine, project: str, file: dict) -> None:
    label = {"com.docker.compose.project": project}
    networks = {
        name: (spec or {}).get("name", f"{project}_{name}") for name, spec in (file.get("networks") or {}).items()
    }
    networks.setdefault("default", f"{project}_default")
    existing = {network["Name"] for network in await engine.ask("GET", "/networks")}
    for key, name in networks.items():
        if name not in existing:
            labels = {**label, "com.docker.compose.network": key}
            await engine.ask("POST", "/networks/create", None, {"Name": name, "CheckDuplicate": True, "Labels": labels})
    volumes = {
        name: (spec or {}).get("name", f"{project}_{name}") for name, spec in (file.get("volumes") or {}).items()
    }
    for key, name in volumes.items():
        labels = {**label, "com.docker.compose.volume": key}
        await engine.ask("POST", "/volumes/create", None, {"Name": name, "Driver": "local", "Labels": labels})
    for service, spec in file["services"].items():
        asked = _container(project, service, spec, volumes, networks)
        name = spec.get("container_name", f"{project}-{service}-1")
        created = await engine.ask("POST", "/containers/create", {"name": name}, asked)
        await engine.ask("POST", f"/containers/{segment(created['Id'])}/start")


def _container(project: str, service: str, spec: dict, volumes: dict, networks: dict) -> dict:
    environment = spec.get("environment") or {}
    if isinstance(environment, dict):
        environment = [f"{name}={value}" for name, value in environment.items()]
    labels = spec.get("labels") or {}
    if isinstance(labels, list):
        labels = dict(item.split("=", 1) for item in labels)
    ports = [_port(text) for text in spec.get("ports") or []]
    binds = []
    for text in spec.get("volumes") or []:
        source, _, rest = text.partition(":")
        binds.append(f"{volumes.get(source, source)}:{rest}")
    command = spec.get("command")
    named = list(spec.get("networks") or ["default"])
    asked = {
        "Image": spec["image"],
        "Env": environment,
        "Cmd": ["sh", "-c", command] if isinstance(command, str) else command,
        "Labels": {
            **labels,
            "com.docker.compose.project": project,
            "com.docker.compose.service": service,
            "com.docker.compose.oneoff": "False",
            "com.docker.compose.container-number": "1",
            "com.docker.compose.config-hash": hashlib.sha256(json.dumps(spec).encode()).hexdigest(),
        },
        "ExposedPorts": {inside: {} for inside, _ in ports},
        "HostConfig": {
            "Binds": binds,
            "PortBindings": {inside: [outside] for inside, outside in ports},
            "NetworkMode": spec.get("network_mode") or networks[named[0]],
            "RestartPolicy": {"Name": spec.get("restart", "no")},
            "Memory": size(str(spec.get("mem_limit", "0"))),
            "NanoCpus": int(float(spec.get("cpus", 0)) * 1e9),
        },
        "NetworkingConfig": {
            "EndpointsConfig": {networks[named[0]]: {"Aliases": [service]}} if not spec.get("network_mode") else {}
        },
    }
    if spec.get("privileged"):
        asked["HostConfig"]["Privileged"] = True
    return asked


def _port(text: object) -> tuple[str, dict[str, str]]:
    *outside, inside = str(text).split(":")
    inside = inside if "/" in inside else f"{inside}/tcp"
    return inside, {"HostIp": outside[0] if len(outside) > 1 else "", "HostPort": outside[-1] if outside else ""}


def size(text: str) -> int:
    """Bytes, in Docker's size syntax."""
    match = re.fullmatch(r"(\d+)\s*([bkmg]?)b?", text.lower())
    if match is None:
        raise ValueError(f"{text!r} is no size")
    return int(match[1]) * _UNITS[match[2]]
