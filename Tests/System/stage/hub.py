"""JupyterHub on a stage: the shipped package and configuration in a virtual environment, its proxy from Debian."""

import http.client
from pathlib import Path

from .enclosure import CACHE, REPOSITORY
from .processes import Program, Programs

SHIPPED = REPOSITORY / "config" / "jupyterhub"
ENVIRONMENT = CACHE / "venv-hub"
STATE = Path("/var/lib/diycloud-jupyterhub")


def start(
    programs: Programs,
    *,
    port: int,
    hub_port: int,
    proxy_port: int,
    services_port: int | None,
    token_file: Path,
    sync_token_file: Path,
) -> Program:
    """The shipped configuration as it is; what differs on a stage (ports that may be taken) is in its environment."""
    STATE.mkdir(mode=0o700, exist_ok=True)
    program = programs.start(
        "jupyterhub",
        [str(ENVIRONMENT / "bin" / "jupyterhub"), "-f", str(SHIPPED / "jupyterhub_config.py")],
        env={
            "HOME": str(STATE),
            "PATH": f"{ENVIRONMENT}/bin:/usr/local/bin:/usr/bin:/bin",
            "DIYCLOUD_JUPYTERHUB_PORT": str(port),
            "DIYCLOUD_JUPYTERHUB_HUB_PORT": str(hub_port),
            "DIYCLOUD_JUPYTERHUB_PROXY_API_PORT": str(proxy_port),
            # Empty: the shipped default.
            "DIYCLOUD_BRIDGE_URL": f"http://127.0.0.1:{services_port}" if services_port else "",
            "DIYCLOUD_SERVICE_TOKEN_FILE": str(token_file),
            "DIYCLOUD_SYNC_TOKEN_FILE": str(sync_token_file),
            # Nothing of a stage outlives it.
            "DIYCLOUD_JUPYTERHUB_STOP_SERVERS_AT_EXIT": "1",
        },
        cwd=str(STATE),
    )
    programs.wait_for(program, lambda: _healthy(port), seconds=90, what="200 from /jupyter/hub/health")
    return program


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/jupyter/hub/health")
        return connection.getresponse().status == 200
    except http.client.HTTPException:
        return False
    finally:
        connection.close()
