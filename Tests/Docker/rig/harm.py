"""What a container has that nobody but an administrator may have, looked up at the engine itself.

It is written without the guard's rules at hand: a second opinion, from what inspect(1) tells.
"""

from typing import Any

from .api import Api
from .people import Person

LABEL = "org.diycloud.owner"
#: What the engine masks and protects by itself (moby, oci/defaults.go).
MASKED = {"/proc/kcore", "/proc/keys", "/proc/sched_debug", "/sys/firmware"}
READ_ONLY = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"}


def harms(root: Api, container: str, person: Person, cgroup_parent: str) -> set[str]:
    """Every finding in the container of that id; empty for what a person may have."""
    found = root.get(f"/containers/{container}/json").json
    return {
        *_namespaces(root, found["HostConfig"], person),
        *_privileges(found["HostConfig"], person),
        *_limits(found["HostConfig"], person, cgroup_parent),
        *_networks(root, found, person),
        *_files(root, found, person),
        *_labels(found["Config"]["Labels"] or {}, person),
    }


def _owner(root: Api, kind: str, reference: str) -> str | None:
    thing = root.get(f"/{kind}/{reference}" + ("/json" if kind == "containers" else ""))
    if not thing.ok:
        return None
    labels = thing.json["Config"]["Labels"] if kind == "containers" else thing.json["Labels"]
    return (labels or {}).get(LABEL)


def _namespaces(root: Api, host: dict[str, Any], person: Person):
    for name in ("PidMode", "IpcMode", "NetworkMode", "UTSMode", "UsernsMode"):
        mode = host[name]
        if mode == "host":
            yield f"{name} of the host"
        if mode.startswith("container:") and _owner(root, "containers", mode.split(":", 1)[1]) != person.name:
            yield f"{name} of a foreign container"
    for link in host["Links"] or ():
        if _owner(root, "containers", link.split(":")[0].strip("/")) != person.name:
            yield "link to a foreign container"


def _privileges(host: dict[str, Any], person: Person):
    if host["Privileged"]:
        yield "privileged"
    for name in ("CapAdd", "Devices", "DeviceCgroupRules", "Sysctls"):
        if host.get(name):
            yield f"{name} {host[name]}"
    if host.get("DeviceRequests") and not person.gpu:
        yield "GPU"
    options = [option.replace(":", "=", 1) for option in host["SecurityOpt"] or ()]
    if not {"no-new-privileges", "no-new-privileges=true"} & set(options):
        yield "new privileges"
    for option in options:
        if not option.startswith("no-new-privileges"):
            yield f"SecurityOpt {option[:20]}"
    if host["OomScoreAdj"] < 0 or host.get("OomKillDisable"):
        yield "lives on when memory is out"
    if host.get("MaskedPaths") is not None and not set(host["MaskedPaths"]) >= MASKED:
        yield "kernel files not masked"
    if host.get("ReadonlyPaths") is not None and not set(host["ReadonlyPaths"]) >= READ_ONLY:
        yield "kernel files not read only"
    if host["LogConfig"]["Type"] not in ("json-file", "local", "none"):
        yield "log driver"


def _limits(host: dict[str, Any], person: Person, cgroup_parent: str):
    if host["CgroupParent"] != cgroup_parent:
        yield f"cgroup parent {host['CgroupParent']}"
    if not 0 < host["Memory"] <= person.memory:
        yield f"memory {host['Memory']}"
    if host["MemorySwap"] > host["Memory"] or host["MemorySwap"] < 0:
        yield f"swap {host['MemorySwap']}"
    if host["NanoCpus"] > person.cpu * 1e9:
        yield "cores"
    if host["CpuQuota"] > person.cpu * (host["CpuPeriod"] or 100_000):
        yield "cores by quota"
    if not 0 < (host["PidsLimit"] or 0) <= 65_536:
        yield f"processes {host['PidsLimit']}"
    if host["ShmSize"] > person.memory:
        yield "shared memory"
    for limit in host["Ulimits"] or ():
        if limit["Hard"] == -1 or limit["Name"] in ("rtprio", "nice"):
            yield f"ulimit {limit['Name']}"


def _networks(root: Api, found: dict[str, Any], person: Person):
    for name, endpoint in found["NetworkSettings"]["Networks"].items():
        if name == "none":
            continue
        if _owner(root, "networks", endpoint["NetworkID"] or name) != person.name:
            yield f"foreign network {name}"
    mode = found["HostConfig"]["NetworkMode"]
    named = mode not in ("default", "none") and not mode.startswith("container:")
    if named and _owner(root, "networks", mode) != person.name:
        yield f"foreign network mode {mode}"
    for bindings in (found["HostConfig"]["PortBindings"] or {}).values():
        for binding in bindings or ():
            if binding["HostIp"] != "127.0.0.1":
                yield f"port on {binding['HostIp']!r}"
            first = binding["HostPort"].split("-")[0]
            if first and first != "0" and int(first) < 1024:
                yield f"low port {first}"


def _files(root: Api, found: dict[str, Any], person: Person):
    for mount in found["Mounts"]:
        if mount["Type"] == "bind" and mount["Source"] != str(person.home):
            yield f"path of the host {mount['Source']}"
        if "shared" in mount.get("Propagation", ""):
            yield "mounts shared with the host"
        if mount["Type"] == "volume":
            volume = root.get(f"/volumes/{mount['Name']}").json
            if (volume["Labels"] or {}).get(LABEL) != person.name:
                yield "foreign volume"
            if volume["Options"]:
                yield f"volume with options {volume['Options']}"
    home = [mount for mount in found["Mounts"] if mount["Type"] == "bind"]
    if home and found["Config"]["User"] != f"{person.uid}:{person.gid}":
        yield "a home and a foreign user"
    for source in found["HostConfig"]["VolumesFrom"] or ():
        if _owner(root, "containers", source.split(":")[0]) != person.name:
            yield "volumes of a foreign container"


def _labels(labels: dict[str, str], person: Person):
    if labels.get(LABEL) != person.name:
        yield f"owner {labels.get(LABEL)}"
    if labels.get("io.portainer.accesscontrol.users", person.name) != person.name:
        yield "Portainer's users"
    if {name for name in labels if name.startswith("io.portainer.accesscontrol.")} - {
        "io.portainer.accesscontrol.users"
    }:
        yield "Portainer's access control"
