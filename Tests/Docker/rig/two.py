"""Bob's things, all of whose names and contents hold one word, and alice who is not to learn it."""

import io
import tarfile
from dataclasses import dataclass, field
from typing import Any

from .host import BARE, Host

#: In every name, command, variable and label of bob's: seen in an answer to alice, something leaked.
SECRET = "bobs-"


@dataclass
class Two:
    host: Host
    words: dict[str, list[str]] = field(default_factory=dict)

    def set_up(self) -> None:
        """Bob's running container with a network, a volume, an exec; finished and idle things; alice's container."""
        bob, alice = self.host.api("bob"), self.host.api("alice")
        net = bob.post("/networks/create", body={"Name": "bobs-net"}).json["Id"]
        bob.post("/networks/create", body={"Name": "bobs-idle-net"})
        bob.post("/volumes/create", body={"Name": "bobs-volume", "Labels": {"bobs-label": "bobs-value"}})
        bob.post("/volumes/create", body={"Name": "bobs-idle-volume"})
        box = bob.run(
            "sh",
            "-c",
            "echo bobs-output; sleep 600",
            name="bobs-box",
            Env=["WORD=bobs-secret"],
            Labels={"bobs-label": "bobs-value"},
            HostConfig={"Binds": ["bobs-volume:/data"], "NetworkMode": "bobs-net"},
        )
        finished = bob.run("echo", "bobs-output", name="bobs-finished")
        bob.wait(finished)
        made = bob.post("/commit", query={"container": finished, "repo": "bob/image", "tag": "1"})
        assert made.ok, made
        exec_id = bob.post(f"/containers/{box}/exec", body={"Cmd": ["sleep", "600"], "AttachStdout": True}).json["Id"]
        mine = alice.run(name="alices-box")
        mynet = alice.post("/networks/create", body={"Name": "alices-net"}).json["Id"]
        self.words = {
            "{box}": [box, box[:12], "bobs-box", box[:4], "/bobs-box", box.upper()],
            "{net}": [net, net[:12], "bobs-net"],
            "{volume}": ["bobs-volume"],
            "{image}": ["bob/image:1", made.json["Id"], made.json["Id"].removeprefix("sha256:")[:12]],
            "{exec}": [exec_id],
            "{mine}": [mine],
            "{mynet}": [mynet],
        }

    def of_bob(self) -> dict[str, Any]:
        """What is true of bob's things and must stay so."""
        root, box = self.host.truth, self.words["{box}"][0]
        found = root.get(f"/containers/{box}/json")
        if not found.ok:
            return {"box": found.status}
        document = found.json
        return {
            "state": {name: document["State"][name] for name in ("Running", "Paused", "Pid", "StartedAt", "ExitCode")},
            "name": document["Name"],
            "limits": {name: document["HostConfig"][name] for name in ("Memory", "CgroupParent", "RestartPolicy")},
            "networks": sorted(document["NetworkSettings"]["Networks"]),
            "execs": document["ExecIDs"],
            "members": sorted(root.get("/networks/bobs-net").json.get("Containers", [])),
            "tmp": root.call("HEAD", f"/containers/{box}/archive", query={"path": "/tmp/planted"}).status,
            "containers": sorted(
                one["Names"][0] for one in root.get("/containers/json?all=1").json if SECRET in one["Names"][0]
            ),
            "all_networks": sorted(one["Name"] for one in root.get("/networks").json if SECRET in one["Name"]),
            "volumes": sorted(
                one["Name"] for one in root.get("/volumes").json["Volumes"] or () if SECRET in one["Name"]
            ),
            "images": {tag: one["Id"] for one in root.get("/images/json").json for tag in one["RepoTags"] or ()},
        }

    def restore(self) -> None:
        """After an attempt that worked, as all do on the bare engine."""
        self.host.clean()
        if BARE:
            self.host.restore_images()
        self.set_up()


def planted() -> bytes:
    """A tar archive with a file `planted`, and a Dockerfile that needs nothing."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in (("planted", b"x"), ("Dockerfile", b"FROM busybox\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    return out.getvalue()
