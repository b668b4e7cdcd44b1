"""JupyterHub as a program of a person uses it: through nginx, with a token that the person's password was good for."""

import json
import time
import uuid
from dataclasses import dataclass, field

import requests
import websocket
from commands import eventually
from people import Person

ADDRESS = "http://127.0.0.1:8088"
HUB = f"{ADDRESS}/jupyter/hub"
#: Software emulation: an import of JupyterLab alone takes 20 s.
PATIENCE = 480


def hub_answers() -> bool:
    try:
        return requests.get(f"{HUB}/health", timeout=10).status_code == 200
    except requests.RequestException:
        return False


def sign_in(person: Person) -> "Account":
    """Name and password, which the bridge takes to PAM."""
    answer = requests.post(
        f"{HUB}/api/users/{person.name}/tokens",
        json={"auth": {"username": person.name, "password": person.password}, "note": "the story"},
        timeout=PATIENCE,
    )
    assert answer.status_code < 300, f"{person.name} does not get in: {answer.status_code} {answer.text}"
    return Account(person, answer.json()["token"])


@dataclass
class Account:
    """A person's way into the hub."""

    person: Person
    token: str

    def call(self, method: str, path: str, **more) -> requests.Response:
        return requests.request(
            method, f"{ADDRESS}{path}", headers={"Authorization": f"token {self.token}"}, timeout=PATIENCE, **more
        )

    def start(self, name: str = "") -> "Server":
        """Asks for a server; `Server.ready` waits for it, so that several can come up together."""
        path = f"/jupyter/hub/api/users/{self.person.name}/" + (f"servers/{name}" if name else "server")
        answer = self.call("POST", path)
        # 400: it runs already
        assert answer.status_code in (201, 202, 400), f"{answer.status_code} {answer.text}"
        return Server(self, name)


@dataclass
class Server:
    """A notebook server of a person; "" is the default one."""

    account: Account
    name: str

    @property
    def path(self) -> str:
        return f"/jupyter/user/{self.account.person.name}" + (f"/{self.name}" if self.name else "")

    def state(self) -> dict | None:
        """As the hub has it; None: it has none."""
        user = self.account.call("GET", f"/jupyter/hub/api/users/{self.account.person.name}").json()
        return (user.get("servers") or {}).get(self.name)

    def ready(self) -> "Server":
        last: list[dict | None] = [None]

        def is_ready() -> bool:
            last[0] = self.state()
            assert last[0] is not None, f"the hub gave the server {self.path} up"
            return bool(last[0]["ready"])

        eventually(is_ready, within=PATIENCE, what=f"{self.path} to be ready: {last[0]}", every=2)
        return self

    def answers(self) -> bool:
        return self.account.call("GET", f"{self.path}/api/status").status_code == 200

    def kernel(self) -> "Kernel":
        answer = self.account.call("POST", f"{self.path}/api/kernels", json={"name": "python3"})
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        return Kernel(self, answer.json()["id"])


@dataclass
class Result:
    """What came of a piece of code."""

    text: str = ""
    error: str = ""
    #: what the server says when the process of the kernel is gone
    died: bool = False


@dataclass
class Kernel:
    """A kernel and the websocket that JupyterLab would hold to it."""

    server: Server
    id: str
    socket: websocket.WebSocket = field(init=False)
    pid: int = field(init=False)

    def __post_init__(self) -> None:
        self.socket = websocket.create_connection(
            f"{ADDRESS.replace('http', 'ws')}{self.server.path}/api/kernels/{self.id}/channels",
            header=[f"Authorization: token {self.server.account.token}"],
            timeout=PATIENCE,
        )
        self.pid = int(self.run("import os; print(os.getpid())").text)

    def end(self) -> None:
        """Leaves its owner the memory that it held."""
        self.socket.close()
        self.server.account.call("DELETE", f"{self.server.path}/api/kernels/{self.id}")

    def run(self, code: str, *, seconds: float = PATIENCE) -> Result:
        return self.result(self.send(code), seconds=seconds)

    def send(self, code: str) -> str:
        message = str(uuid.uuid4())
        header = {
            "msg_id": message,
            "msg_type": "execute_request",
            "username": "",
            "session": self.id,
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        self.socket.send(
            json.dumps({"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content})
        )
        return message

    def result(self, message: str, *, seconds: float = PATIENCE) -> Result:
        """What the kernel says until it is idle again, or until the server says that it died."""
        found, deadline = Result(), time.monotonic() + seconds
        while True:
            self.socket.settimeout(max(0.1, deadline - time.monotonic()))
            said = json.loads(self.socket.recv())
            kind, content = said["header"]["msg_type"], said["content"]
            state = content.get("execution_state") if kind == "status" else None
            if state in ("restarting", "autorestarting", "dead"):
                return Result(found.text, found.error, died=True)
            if said["parent_header"].get("msg_id") != message:
                continue
            if kind == "stream":
                found.text += content["text"]
            elif kind == "error":
                found.error = f"{content['ename']}: {content['evalue']}"
            elif state == "idle":
                return found
