"""What may reach the engine for a person who is no administrator, whoever asked for it and how: a second opinion.

It is a plain list on purpose, and knows nothing of the guard's table.
"""

import json
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from .people import Person
from .recorder import Request

ID = "[0-9a-f]{64}"
NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
IMAGE = r"(?:sha256:)?[A-Za-z0-9][A-Za-z0-9_.:@/-]*"
#: Paths by which something is changed or read for somebody: whatever is named is named by its full id.
ACTS = {
    "GET": [
        "_ping",
        "version",
        "info",
        "events",
        "system/df",
        "containers/json",
        "images/json",
        "images/search",
        "networks",
        "volumes",
        f"containers/{ID}/(json|top|logs|changes|export|stats|archive|attach/ws)",
        f"exec/{ID}/json",
        f"images/{IMAGE}/(json|history|get)",
        "images/get",
        f"distribution/{IMAGE}/json",
        f"networks/{NAME}",
        f"volumes/{NAME}",
        # The guard looks names up before it decides.
        f"containers/{NAME}/json",
    ],
    "HEAD": ["_ping", f"containers/{ID}/archive"],
    "POST": [
        "auth",
        "containers/create",
        "containers/prune",
        f"containers/{ID}/(start|stop|restart|kill|update|rename|pause|unpause|wait|resize|attach|exec)",
        f"exec/{ID}/(start|resize)",
        "build",
        "commit",
        "images/create",
        "images/prune",
        f"images/{IMAGE}/(tag|push)",
        "networks/create",
        "networks/prune",
        f"networks/{ID}/(connect|disconnect)",
        "volumes/create",
        "volumes/prune",
    ],
    "PUT": [f"containers/{ID}/archive"],
    "DELETE": [f"containers/{ID}", f"images/{IMAGE}", f"networks/{ID}", f"volumes/{NAME}"],
}
HEADERS = {
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "accept",
    "accept-encoding",
    "user-agent",
    "connection",
    "upgrade",
    "x-registry-auth",
    "x-registry-config",
    "sec-websocket-key",
    "sec-websocket-version",
    "sec-websocket-protocol",
    "origin",
}


def objections(request: Request, person: Person, cgroup_parent: str) -> list[str]:
    """Why this request must not have reached the engine for that person; empty when it may."""
    url = urlsplit(request.target)
    path = re.sub(r"^/(v1\.\d{1,2}/)?", "", url.path)
    found = []
    if "%" in path and not re.fullmatch(r"[A-Za-z0-9_.:@/%-]+", path):
        found.append("strange escapes in the path")
    if not any(re.fullmatch(pattern, unquote(path)) for pattern in ACTS.get(request.method, ())):
        found.append(f"path {request.method} {path}")
    if ".." in unquote(path).split("/") or "//" in url.path:
        found.append("a path that leads elsewhere")
    names = [name for name, _ in parse_qsl(url.query, keep_blank_values=True)]
    if len(names) != len(set(names)):
        found.append(f"a query with names twice: {url.query}")
    if strange := {name for name, _ in request.headers} - HEADERS:
        found.append(f"headers {strange}")
    fields = dict(request.headers)
    if len(fields) != len(request.headers):
        found.append("headers twice")
    if "form" in fields.get("content-type", "").lower():
        found.append("a form")
    if path == "containers/create":
        found += _creation(request.body, person, cgroup_parent)
    return found


def _creation(body: bytes, person: Person, cgroup_parent: str) -> list[str]:
    document = json.loads(body, object_pairs_hook=_no_twins)
    host = document.get("HostConfig") or {}
    found = []
    if host.get("CgroupParent") != cgroup_parent:
        found.append(f"cgroup parent {host.get('CgroupParent')}")
    if not 0 < host.get("Memory", 0) <= person.memory:
        found.append(f"memory {host.get('Memory')}")
    for name in ("Privileged", "CapAdd", "Devices", "DeviceCgroupRules", "Sysctls", "Runtime", "OomKillDisable"):
        if host.get(name):
            found.append(f"{name} {host[name]}")
    for name in ("PidMode", "IpcMode", "NetworkMode", "UTSMode", "UsernsMode", "CgroupnsMode"):
        if host.get(name) == "host":
            found.append(f"{name} of the host")
    if (document.get("Labels") or {}).get("org.diycloud.owner") != person.name:
        found.append("no owner")
    return found


def _no_twins(pairs):
    names = [name.casefold() for name, _ in pairs]
    assert len(names) == len(set(names)), f"names twice: {names}"
    return dict(pairs)
