"""What Portainer itself refuses ordinary users in a container's creation. It is no boundary: see the README."""

from __future__ import annotations


def refusal(body: dict, allowed: dict[str, bool], *, is_new: bool) -> str | None:
    """The sentence of the first thing that the environment's settings do not allow, or None."""
    host = body.get("HostConfig") or {}
    binds = host.get("Binds") or []
    mounts = host.get("Mounts") or []
    questions = [
        ("Privileged", host.get("Privileged"), "forbidden to use privileged mode"),
        ("HostNamespace", host.get("PidMode") == "host", "forbidden to use pid host namespace"),
        ("DeviceMapping", host.get("Devices"), "forbidden to use device mapping"),
        ("SysctlSetting", host.get("Sysctls"), "forbidden to use sysctl settings"),
        ("ContainerCapabilities", host.get("CapAdd") or host.get("CapDrop"), "forbidden to use container capabilities"),
        ("BindMounts", any(bind.startswith("/") for bind in binds), "forbidden to use bind mounts"),
    ]
    if is_new:
        bound = any(mount.get("Type") == "bind" for mount in mounts)
        questions.append(("BindMounts", bound, "forbidden to use bind mounts"))
        questions.append(("SecurityOpt", host.get("SecurityOpt"), "forbidden to use security-opt"))
    names = {"Privileged": "allowPrivilegedModeForRegularUsers"}
    for word, used, sentence in questions:
        if used and not allowed.get(names.get(word, f"allow{word}ForRegularUsers"), True):
            return sentence
    return None
