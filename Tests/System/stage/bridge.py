"""The bridge on a stage: installed as documented, its configuration and secrets, and its start as root."""

import http.client
import os
import secrets
import shutil
import socket
import subprocess
from pathlib import Path

from . import cgroups
from .enclosure import REPOSITORY
from .processes import Program, Programs, StageError

USER = "diycloud-bridge"
ETC = Path("/etc/diycloud-bridge")
BINARY = Path("/opt/diycloud-bridge/bin/diycloud-bridge")
TOKEN_FILE = ETC / "jupyterhub.token"
SYNC_TOKEN_FILE = ETC / "jupyterhub-api.token"
SERVICES_SOCKET = "/run/diycloud-bridge/services.sock"
PORTAINER_SECRET_FILE = ETC / "portainer-oauth.secret"
PORTAINER_TEMPLATES = Path("/var/lib/stage-templates")
#: where Portainer's server asks the bridge
PORTAINER_LISTEN = "127.0.0.1:8474"
AUDIT_LOG = Path("/var/log/diycloud-bridge/audit.log")

CONFIGURATION = """\
user: {user}
public:
  url: http://127.0.0.1:{port}
{listen}session:
  secure: false
{more_session}service_tokens:
  jupyterhub: {token_file}
services:
  jupyterhub:
    title: Notebooks
    description: JupyterLab on this machine
    url: /jupyter/
    callback: /jupyter/hub/diycloud-login
{more_services}limits:
  cgroup: {cgroup}
jupyterhub:
  api: http://127.0.0.1:{hub_api_port}/jupyter/hub/api
  token_file: {sync_token_file}
"""


def portainer_section(port: int, engine: str = "/var/run/docker.sock") -> str:
    """What bridge.yaml says of a Portainer at this port, and of the Docker engine at that socket."""
    return f"""\
docker: {{ address: "127.0.0.1:2376", engine: {engine}, user_namespace: optional }}
portainer:
  url: http://127.0.0.1:{port}
  listen: {PORTAINER_LISTEN}
  templates: {PORTAINER_TEMPLATES}
"""


def built_binary() -> Path:
    binary = Path(os.environ.get("DIYCLOUD_BRIDGE_BINARY", REPOSITORY / ".build" / "release" / "diycloud-bridge"))
    if not binary.exists():
        raise StageError(f"{binary} is not built yet: make release")
    return binary


def install(
    *, port: int, services_port: int | None, hub_api_port: int, more_services: str = "", more_session: str = ""
) -> None:
    """User, directories, secrets and configuration, as an installer would leave them.

    `services_port`: TCP instead of the usual socket for services, for tools that know no sockets.
    """
    subprocess.run(
        [
            "useradd",
            "--system",
            "--user-group",
            "--home-dir",
            "/var/lib/diycloud-bridge",
            "--shell",
            "/usr/sbin/nologin",
            USER,
        ],
        check=True,
    )
    # As systemd makes them (StateDirectory=, LogsDirectory=); only root may put sockets where root will connect to.
    for path, mode, owner in (
        ("/var/lib/diycloud-bridge", 0o700, USER),
        ("/var/log/diycloud-bridge", 0o750, USER),
        ("/run/diycloud-bridge", 0o755, "root"),
    ):
        Path(path).mkdir(mode=mode)
        shutil.chown(path, owner, owner)
    ETC.mkdir(mode=0o755)
    for file in (TOKEN_FILE, SYNC_TOKEN_FILE, PORTAINER_SECRET_FILE):
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32) + "\n")
    (ETC / "bridge.yaml").write_text(
        CONFIGURATION.format(
            user=USER,
            port=port,
            listen=f"listen:\n  services:\n    address: 127.0.0.1:{services_port}\n" if services_port else "",
            token_file=TOKEN_FILE,
            sync_token_file=SYNC_TOKEN_FILE,
            cgroup=cgroups.tree(),
            hub_api_port=hub_api_port,
            more_services=more_services,
            more_session=more_session,
        )
    )
    # The parts of the payload that are served as files.
    shutil.copytree(REPOSITORY / "config" / "portal", BINARY.parents[1] / "share" / "portal")
    BINARY.parent.mkdir(parents=True)
    shutil.copy(built_binary(), BINARY)


def start(programs: Programs) -> Program:
    program = programs.start("bridge", [str(BINARY), "serve", "--config", str(ETC / "bridge.yaml")])
    try:
        programs.wait_for(program, is_ready, seconds=30, what="200 from /readyz on its services listener")
    except StageError as problem:
        raise StageError(f"{problem}\n/readyz says: {readiness()}") from None
    return program


def make_accounts(names: list[str]) -> None:
    """Has `sync-users` make the Linux accounts and limits of these people, as an administrator would the first time."""
    command = [str(BINARY), "sync-users", "--only", "accounts,limits", "--user", *names]
    result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if result.returncode != 0:
        raise StageError(f"sync-users ended with status {result.returncode}:\n{result.stdout}{result.stderr}")


def start_watch(programs: Programs) -> Program:
    """The service that keeps accounts, limits and JupyterHub in line with the store."""
    program = programs.start("sync-users", [str(BINARY), "sync-users", "--watch"])
    programs.wait_for(program, lambda: "ready" in program.log.read_text(), seconds=30, what="its first run's end")
    return program


def is_ready() -> bool:
    return readiness()[0] == 200


def readiness() -> tuple[int, str]:
    """What /readyz answers; status 0 while nobody does."""
    connection = http.client.HTTPConnection("localhost", timeout=2)
    try:
        connection.sock = _connect_to_services()
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read(500).decode(errors="replace")
    except (http.client.HTTPException, OSError) as problem:
        return 0, str(problem)
    finally:
        connection.close()


def _connect_to_services() -> socket.socket:
    for line in (ETC / "bridge.yaml").read_text().splitlines():
        if line.strip().startswith("address: 127.0.0.1:"):
            return socket.create_connection(("127.0.0.1", int(line.rpartition(":")[2])), timeout=2)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(2)
    try:
        connection.connect(SERVICES_SOCKET)
    except OSError:
        connection.close()
        raise
    return connection
