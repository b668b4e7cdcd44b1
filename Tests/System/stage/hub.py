"""JupyterHub on a stage: the shipped package and configuration in a virtual environment, its proxy from Debian."""

import http.client
from pathlib import Path

from .enclosure import CACHE, REPOSITORY
from .processes import Program, Programs

SHIPPED = REPOSITORY / "config" / "jupyterhub"
ENVIRONMENT = CACHE / "venv-hub"
STATE = Path("/var/lib/jupyterhub")

# The shipped configuration, then only what differs on a stage: ports that may be taken, and where the bridge listens.
CONFIGURATION = """\
c = get_config()  # noqa
exec(compile(open({shipped!r}).read(), {shipped!r}, "exec"))
c.BridgeClient.url = "http://127.0.0.1:{services_port}"
c.BridgeClient.token_file = {token_file!r}
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/jupyter/"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.db_url = "sqlite:///{state}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = "{state}/cookie_secret"
"""


def start(
    programs: Programs, *, port: int, hub_port: int, proxy_port: int, services_port: int, token_file: Path
) -> Program:
    STATE.mkdir(mode=0o700, exist_ok=True)
    configuration = STATE / "jupyterhub_config.py"
    configuration.write_text(
        CONFIGURATION.format(
            shipped=str(SHIPPED / "jupyterhub_config.py"),
            port=port,
            hub_port=hub_port,
            proxy_port=proxy_port,
            services_port=services_port,
            token_file=str(token_file),
            state=STATE,
        )
    )
    program = programs.start(
        "jupyterhub",
        [str(ENVIRONMENT / "bin" / "jupyterhub"), "-f", str(configuration)],
        cwd=str(STATE),
        env={
            "HOME": str(STATE),
            "PATH": f"{ENVIRONMENT}/bin:/usr/local/bin:/usr/bin:/bin",
            # Debian's proxy finds its modules only so when node is not Debian's.
            "NODE_PATH": "/usr/share/nodejs",
        },
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
