"""Portainer's double beside a stage: started, restarted, and set up as `sync-users` sets up Portainer."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import requests
from stage import bridge, web
from stage.processes import Program, Programs

HERE = Path(__file__).resolve().parent
PASSWORD = "the-administrators-password"


@dataclass
class Portainer:
    """The double as a program of the stage, and its API for its administrator."""

    programs: Programs
    port: int
    data: Path
    generation: str
    program: Program | None = None
    key: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        password = self.data / "admin.password"
        password.write_text(PASSWORD + "\n")
        command = [sys.executable, "-m", "double", "--data", str(self.data / "data"), "--port", str(self.port)]
        more = ["--generation", self.generation, "--admin-password-file", str(password)]
        environment = {"PYTHONDONTWRITEBYTECODE": "1"}
        self.program = self.programs.start("portainer", [*command, *more], cwd=str(HERE), env=environment)
        self.programs.wait_for(self.program, lambda: web.accepts(self.port), seconds=20, what="its port")

    def stop(self) -> None:
        self.programs.stop(self.program)

    def restart(self) -> None:
        self.stop()
        self.start()

    def ask(self, method: str, path: str, body: object = None) -> requests.Response:
        """A call of the administrator's key, which outlives a restart."""
        answer = requests.request(method, self.address + path, json=body, headers={"X-API-KEY": self.key}, timeout=10)
        assert answer.status_code < 300, (path, answer.status_code, answer.text)
        return answer

    def set_up(self, stage, names: list[str], administrators: list[str]) -> None:
        """An API key, the bridge as the provider, and an account for each of these people."""
        signed_in = requests.post(
            f"{self.address}/api/auth", json={"username": "admin", "password": PASSWORD}, timeout=10
        ).json()
        made = requests.post(
            f"{self.address}/api/users/1/tokens",
            json={"password": PASSWORD, "description": "diycloud-bridge"},
            headers={"Authorization": f"Bearer {signed_in['jwt']}"},
            timeout=10,
        ).json()
        self.key = made["rawAPIKey"]
        provider = f"http://{bridge.PORTAINER_LISTEN}"
        oauth = {
            "ClientID": "diycloud-bridge",
            "ClientSecret": bridge.PORTAINER_SECRET_FILE.read_text().strip(),
            "AuthorizationURI": f"{stage.address}/login",
            "AccessTokenURI": f"{provider}/oauth/token",
            "ResourceURI": f"{provider}/oauth/user",
            "RedirectURI": f"{stage.address}/portainer/",
            "UserIdentifier": "username",
            "Scopes": "",
            "OAuthAutoCreateUsers": False,
            "DefaultTeamID": 0,
            "SSO": True,
            "LogoutURI": f"{stage.address}/login?signed_out=1",
            "AuthStyle": 2,
        }
        settings = {"AuthenticationMethod": 3, "OAuthSettings": oauth, "TemplatesURL": f"{provider}/templates.json"}
        self.ask("PUT", "/api/settings", settings)
        for name in names:
            role = 1 if name in administrators else 2
            self.ask("POST", "/api/users", {"Username": name, "Password": "", "Role": role})

    def mints(self) -> list[dict]:
        """What came of each sign-in by a code."""
        lines = (self.data / "data" / "requests.jsonl").read_text().splitlines()
        calls = [json.loads(line) for line in lines]
        return [call for call in calls if call["path"] == "/api/auth/oauth/validate"]

    def remarks(self) -> set[str]:
        """What kinds of things the double found fault with."""
        file = self.data / "data" / "remarks.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return {json.loads(line)["kind"] for line in lines}

    def statuses(self, path: str) -> list[int]:
        lines = (self.data / "data" / "requests.jsonl").read_text().splitlines()
        return [call["status"] for call in map(json.loads, lines) if call["path"] == path]

    def session_timeout(self, duration: str) -> None:
        """How long new tokens are good, in Go's words."""
        self.ask("PUT", "/api/settings", {"UserSessionTimeout": duration})
