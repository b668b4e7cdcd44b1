"""The double in a process of its own, as the tests of the product start it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
import trustme
from engine_for_tests import EngineForTests
from provider_for_tests import ProviderForTests

PASSWORD = "a password of the admin"


@dataclass
class Running:
    """A running double, and calls to it."""

    data: Path
    arguments: list[str]
    process: subprocess.Popen | None = None
    url: str = ""
    key: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def start(self) -> None:
        command = [sys.executable, "-m", "double", "--data", str(self.data), "--port", "0", *self.arguments]
        place = Path(__file__).parent
        self.process = subprocess.Popen(command, cwd=place, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline())[0]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def call(self, method: str, path: str, json: object = None, **more: object) -> requests.Response:
        """One call with nothing but what is given here; no cookie is kept."""
        more.setdefault("timeout", 20)
        return requests.request(method, f"{self.url}{path}", json=json, allow_redirects=False, **more)

    def admin(self, method: str, path: str, json: object = None, **more: object) -> requests.Response:
        return self.call(method, path, json, headers={"X-API-KEY": self.key}, **more)

    def token(self, name: str = "admin", password: str = PASSWORD) -> str:
        answer = self.call("POST", "/api/auth", {"username": name, "password": password})
        assert answer.status_code == 200, answer.text
        return answer.json()["jwt"]

    def make_key(self) -> None:
        given = {"password": PASSWORD, "description": "tests"}
        answer = self.call("POST", "/api/users/1/tokens", given, headers=bearer(self.token()))
        self.key = answer.json()["rawAPIKey"]

    def make_user(self, name: str, role: int = 2) -> int:
        given = {"Username": name, "Password": f"the password of {name}", "Role": role}
        return self.admin("POST", "/api/users", given).json()["Id"]

    def remarks(self) -> list[str]:
        file = self.data / "remarks.jsonl"
        return [json.loads(line)["kind"] for line in file.read_text().splitlines()] if file.exists() else []


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a double with an administrator and an API key (`bare` leaves both out)."""
    started = []

    def begin(*arguments: str, bare: bool = False) -> Running:
        password = tmp_path / "password"
        password.write_text(PASSWORD + "\n")
        given = [] if bare else ["--admin-password-file", str(password)]
        running = Running(tmp_path / f"data{len(started)}", [*given, *arguments])
        running.start()
        started.append(running)
        if not bare:
            running.make_key()
        return running

    yield begin
    for running in started:
        running.stop()


@pytest.fixture
def portainer(start: Callable[..., Running]) -> Running:
    return start()


@pytest.fixture
def newer(start: Callable[..., Running]) -> Running:
    return start("--generation", "2.43")


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def engine(authority: trustme.CA) -> Iterator[EngineForTests]:
    engine = EngineForTests(authority)
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def provider() -> Iterator[ProviderForTests]:
    provider = ProviderForTests()
    provider.start()
    yield provider
    provider.stop()
