"""nginx on a stage: Debian's nginx.conf, the shipped files where an administrator would put them, one server."""

import shutil
import socket
import subprocess
from pathlib import Path

from .enclosure import REPOSITORY
from .processes import Program, Programs, StageError

SHIPPED = REPOSITORY / "config" / "nginx"
BRIDGE_SOCKET = "/run/diycloud-bridge/proxy.sock"


def install_shipped_files(
    directory: Path, *, hub_port: int = 8000, portainer_port: int = 9000, bridge_socket: str = BRIDGE_SOCKET
) -> None:
    """Copies config/nginx as its comments tell; changed are only a port or a socket that is not the usual one here."""
    for shipped in SHIPPED.glob("diycloud-bridge-*.conf"):
        place = directory / ("conf.d" if shipped.name == "diycloud-bridge-http.conf" else "snippets")
        place.mkdir(exist_ok=True)
        text = shipped.read_text()
        text = text.replace("http://127.0.0.1:8000;", f"http://127.0.0.1:{hub_port};")
        text = text.replace("server 127.0.0.1:9000;", f"server 127.0.0.1:{portainer_port};")
        text = text.replace(f"unix:{BRIDGE_SOCKET};", f"unix:{bridge_socket};")
        (place / shipped.name).write_text(text)


def plain_server(port: int, locations: str = "") -> str:
    """The shipped example for plain HTTP, listening on `port`, with further locations."""
    text = (SHIPPED / "example-server-plain-http.conf").read_text().replace("127.0.0.1:8088", f"127.0.0.1:{port}")
    head, _, _ = text.rpartition("}")
    return f"{head}{locations}}}\n"


def guarded_echo(port: int, echo_port: int) -> str:
    """The plain server plus the echo application: guarded (for everyone, for administrators), and open."""
    echo = f"proxy_pass http://127.0.0.1:{echo_port};"
    guard = "include snippets/diycloud-bridge-guard.conf;"
    return plain_server(
        port,
        f"""
    location ^~ /echo/ {{ set $bridge_service echo; {guard} {echo} }}
    location ^~ /staff/ {{ set $bridge_service staff; {guard} {echo} }}
    location ^~ /unnamed/ {{ {guard} {echo} }}
    location ^~ /outer/ {{ set $bridge_service echo; {guard} {echo}
        location ^~ /outer/inner/ {{ {echo} }} }}
    location ^~ /away/ {{ set $bridge_service echo; {guard} proxy_pass http://127.0.0.1:1; }}
    location ^~ /open/ {{ include snippets/diycloud-bridge-service.conf; {echo} }}
""",
    )


def start(programs: Programs, servers: str, *, port: int, directory: Path = Path("/etc/nginx")) -> Program:
    """Starts nginx with `servers` as its only site and waits until it accepts connections."""
    if directory != Path("/etc/nginx"):
        nginx_conf = directory / "nginx.conf"
        nginx_conf.write_text(
            nginx_conf.read_text()
            .replace("/run/nginx.pid", f"/run/{directory.name}.pid")
            .replace("/etc/nginx/", f"{directory}/")
        )
    enabled = directory / "sites-enabled"
    for site in enabled.iterdir():
        site.unlink()
    (enabled / "diycloud.conf").write_text(servers)
    nginx = ["nginx", "-c", str(directory / "nginx.conf")]
    check = subprocess.run([*nginx, "-t", "-q"], capture_output=True, text=True)
    if check.returncode != 0 or "[warn]" in check.stderr:
        raise StageError(f"nginx does not take the shipped files:\n{check.stderr}")
    program = programs.start(directory.name, [*nginx, "-g", "daemon off;"])
    programs.wait_for(program, lambda: accepts(port), seconds=10, what=f"an open port {port}")
    return program


def copy_of_debians_configuration(name: str) -> Path:
    """A second /etc/nginx, for a second nginx beside the first."""
    directory = Path("/etc") / name
    shutil.copytree("/etc/nginx", directory, symlinks=True)
    for left_over in (*directory.glob("conf.d/diycloud*"), *directory.glob("snippets/diycloud*")):
        left_over.unlink()
    return directory


def accepts(port: int) -> bool:
    """Whether something accepts TCP connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port(preferred: int) -> int:
    """`preferred`, or the next loopback port that nobody listens on."""
    for port in range(preferred, preferred + 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StageError(f"No free port from {preferred} on.")
