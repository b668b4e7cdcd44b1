"""A whole host: engine, guard, bridge, nginx and Portainer's double. `sync-users` alone sets Portainer up."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests
import websocket
from browser import Browser
from stage import bridge, cgroups
from stage.enclosure import REPOSITORY
from stage.people import Person
from stage.processes import Program, Programs
from stage.stage import Stage
from stage_portainer import PASSWORD, Portainer

sys.path.insert(0, str(REPOSITORY / "Tests" / "Docker"))
from rig import engine
from rig.api import Api

GUARD_USER = "diycloud-docker"
GUARD_SOCKET = "/run/diycloud-bridge/docker.sock"
PASSWORD_FILE = bridge.ETC / "portainer-admin.password"
KEY_FILE = bridge.ETC / "portainer" / "api.key"
CERTIFICATES = bridge.ETC / "docker"
TEMPLATES = REPOSITORY / "config" / "portainer" / "templates"
PEOPLE = (
    Person("alice", "a user", memory="512M"),
    Person("bob", "another user", memory="512M"),
    Person("carol", "an administrator", role="admin"),
    Person("dora", "who does nothing"),
)


@dataclass
class Whole:
    """Everything as docs/docker.md has it set up."""

    programs: Programs
    stage: Stage
    portainer: Portainer
    guard: Program | None = None

    @property
    def truth(self) -> Api:
        """The engine itself, as root: what really is."""
        return Api(engine.SOCKET)

    def set_up(self) -> None:
        subprocess.run(["groupadd", "--system", "--force", "docker"], check=True)
        shutil.copytree(TEMPLATES, bridge.PORTAINER_TEMPLATES)
        self.stage.set_up()
        subprocess.run(
            ["useradd", "--system", "--user-group", "--groups", f"docker,{bridge.USER}", GUARD_USER], check=True
        )
        Path("/var/lib/diycloud-docker").mkdir(mode=0o700)
        shutil.chown("/var/lib/diycloud-docker", GUARD_USER, GUARD_USER)
        engine.start(self.programs)
        engine.make_images(self.truth)
        PASSWORD_FILE.touch(mode=0o600)
        PASSWORD_FILE.write_text(PASSWORD + "\n")
        self.portainer.start()
        # As documented: the guard runs first, and waits for its certificates.
        command = [str(bridge.BINARY), "docker-guard", "--config", str(bridge.ETC / "bridge.yaml")]
        self.guard = self.programs.start("docker-guard", command)
        self.programs.wait_for(
            self.guard, lambda: Api(GUARD_SOCKET).get("/_ping").status == 200, seconds=30, what="an answer to /_ping"
        )

    def replace_portainer(self, generation: str) -> None:
        """Another Portainer in the same place, that knows nothing of the one before."""
        self.portainer.stop()
        data = Path(f"/var/lib/portainer-{generation}")
        self.portainer = Portainer(self.programs, self.portainer.port, data, generation)
        self.portainer.start()

    # MARK: what an administrator does

    def bridge(self, *arguments: str, status: int = 0) -> str:
        result = subprocess.run([str(bridge.BINARY), *arguments], capture_output=True, text=True, timeout=120)
        assert result.returncode == status, f"{arguments}: {result.returncode}\n{result.stdout}\n{result.stderr}"
        return result.stdout

    def sync(self, *arguments: str) -> dict:
        """What a run for Docker and Portainer says that it did."""
        document = self.bridge("sync-users", "--only", "docker,portainer", "--format", "json", *arguments)
        said = json.loads(document)
        self.portainer.key = KEY_FILE.read_text().strip()
        return said

    # MARK: people

    def visitor(self, name: str) -> "Visitor":
        browser = Browser(self.stage.address)
        assert browser.sign_in(self.stage.person(name)).status_code == 303
        return Visitor(self.stage.address, browser)

    def uid(self, name: str) -> int:
        return os.stat(f"/home/{name}").st_uid

    def cgroup_parent(self, name: str) -> str:
        return f"/{cgroups.tree()}/user-{self.uid(name)}"

    def cgroup_of(self, container: str) -> str:
        """Where the memory of the container's first process is counted."""
        pid = self.truth.get(f"/containers/{container}/json").json["State"]["Pid"]
        lines = (line.split(":", 2) for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines())
        return next(place for _, controllers, place in lines if controllers in ("memory", ""))

    def id(self, container: str) -> str:
        """Portainer knows whose a container is by its full id only, and so does its page."""
        return self.truth.get(f"/containers/{container}/json").json["Id"]

    def environment(self, name: str) -> dict:
        """The person's environment as Portainer's administrator sees it."""
        rows = self.portainer.ask("GET", "/api/endpoints").json()
        return next(row for row in rows if row["Name"] == f"diycloud-{name}")


@dataclass
class Visitor:
    """Somebody signed in at the portal whose browser shows Portainer's page: no credential but the bridge's cookie."""

    address: str
    browser: Browser

    def call(self, method: str, path: str, body: object = None, **query: str) -> requests.Response:
        headers = {"Accept": "application/json", "Origin": self.address, "Sec-Fetch-Site": "same-origin"}
        target = f"{self.address}/portainer/api{path}"
        return self.browser.session.request(
            method, target, json=body, params=query, headers=headers, timeout=60, allow_redirects=False
        )

    def get(self, path: str, **query: str) -> requests.Response:
        return self.call("GET", path, **query)

    def environments(self) -> list[dict]:
        return self.get("/endpoints").json()

    def docker(self, method: str, path: str, body: object = None, **query: str) -> requests.Response:
        """A call of the Docker API in the one environment that there is for them."""
        (environment,) = self.environments()
        return self.call(method, f"/endpoints/{environment['Id']}/docker{path}", body, **query)

    def names(self) -> set[str]:
        listed = self.docker("GET", "/containers/json", all="1")
        assert listed.status_code == 200, listed.text
        return {container["Names"][0].lstrip("/") for container in listed.json()}

    def start(self, name: str, **body: object) -> str:
        """A new container, made and started as Portainer's page does; its id."""
        made = self.docker(
            "POST", "/containers/create", {"Image": "busybox", "Cmd": ["sleep", "600"], **body}, name=name
        )
        assert made.status_code in (200, 201), made.text
        started = self.docker("POST", f"/containers/{made.json()['Id']}/start")
        assert started.status_code == 204, started.text
        return made.json()["Id"]

    def exec(self, container: str, *command: str) -> str:
        body = {"AttachStdin": True, "AttachStdout": True, "AttachStderr": True, "Tty": True, "Cmd": list(command)}
        made = self.docker("POST", f"/containers/{container}/exec", body)
        assert made.status_code in (200, 201), made.text
        return made.json()["Id"]

    def console(self, number: str) -> websocket.WebSocket:
        """The console on Portainer's page, for an exec."""
        (environment,) = self.environments()
        address = self.address.replace("http://", "ws://", 1)
        return websocket.create_connection(
            f"{address}/portainer/api/websocket/exec?endpointId={environment['Id']}&id={quote(number)}",
            header=[self.browser.cookie],
            origin=self.address,
            timeout=10,
        )


def read_until(console: websocket.WebSocket, wanted: str) -> str:
    """What a console shows up to and with `wanted`; all of it when it ends before."""
    shown = ""
    while wanted not in shown:
        try:
            piece = console.recv()
        except websocket.WebSocketConnectionClosedException:
            break
        if not piece:
            break
        shown += piece if isinstance(piece, str) else piece.decode(errors="replace")
    return shown


def until(condition, seconds: float = 15, what: str = "it"):
    """The first true value of `condition`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{what} did not come true within {seconds:.0f} s"
        time.sleep(0.02)
    return value
