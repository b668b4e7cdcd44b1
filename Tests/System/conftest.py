"""What the system tests stand on. Run them with run.py, which puts them into an enclosure."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from stage import web
from stage.enclosure import REPOSITORY
from stage.processes import Programs, StageError
from stage.stage import Stage

ARTEFACTS = REPOSITORY / "artefacts" / "system"
FAILED = pytest.StashKey[bool]()
DOUBLES = Path(__file__).parent / "doubles"


def pytest_sessionstart() -> None:
    if not Path("/var/cache/diycloud-bridge/stage/upper").exists():
        pytest.exit("These tests change accounts; run them with Tests/System/run.py, which encloses them.", 2)


@pytest.fixture(scope="session")
def programs():
    running = Programs(Path("/var/log/stage"))
    yield running
    running.stop_all()
    shutil.copytree(running.logs, ARTEFACTS / "logs", dirs_exist_ok=True)


@pytest.fixture(scope="session")
def host(programs):
    """The whole stage with the real bridge and the echo application behind the guard; without JupyterHub."""
    stage = Stage(
        port=8088,
        echo_port=8102,
        # schemathesis and requests know no unix sockets; the demo is the stage with the usual one.
        services_port=8471,
        programs=programs,
        # Refusals take two seconds by default; and all tests come from one address.
        configuration="regulation:\n  failure_delay: 200ms\n  pair: 1000\n  client: 10000\n  account: 10000\n",
        session_configuration="  per_user: 1000\n",
    )
    echo = programs.start("echo-app", [sys.executable, str(DOUBLES / "echo_app.py"), "8102"])
    programs.wait_for(echo, lambda: web.accepts(8102), seconds=10, what="its port")
    try:
        stage.set_up()
        stage.start_watch()
    except StageError as problem:
        # Everything else stands on it; one message is better than the same one two hundred times.
        pytest.exit(f"The stage does not stand: {problem}", 1)
    return stage


@pytest.fixture(scope="session")
def hub(host):
    """The stage with JupyterHub too."""
    host.start_hub()
    return host


@dataclass
class Edge:
    """nginx with the shipped files between a recording bridge and the echo application."""

    port: int
    records: Path

    def forget(self) -> None:
        self.records.write_text("")

    def asked(self, target: str = "/auth") -> list[dict]:
        """The requests that the bridge's stand-in received for `target`."""
        requests = (json.loads(line) for line in self.records.read_text().splitlines())
        return [request for request in requests if request["target"].split("?")[0] == target]


@pytest.fixture(scope="session")
def edge_programs(programs):
    """nginx between two doubles; where what the bridge RECEIVES is the question."""
    port, echo_port, bridge_socket = 8100, 8101, "/run/recording-bridge.sock"
    records = Path("/run/recording-bridge.jsonl")
    records.touch()
    bridge = programs.start(
        "recording-bridge", [sys.executable, str(DOUBLES / "recording_bridge.py"), bridge_socket, str(records)]
    )
    programs.wait_for(bridge, Path(bridge_socket).exists, seconds=10, what="its socket")
    echo = programs.start("echo", [sys.executable, str(DOUBLES / "echo_app.py"), str(echo_port)])
    programs.wait_for(echo, lambda: web.accepts(echo_port), seconds=10, what="its port")
    directory = web.copy_of_debians_configuration("nginx-between-doubles")
    web.install_shipped_files(directory, hub_port=echo_port, bridge_socket=bridge_socket)
    web.start(programs, web.guarded_echo(port, echo_port), port=port, directory=directory)
    return Edge(port, records)


@pytest.fixture
def edge(edge_programs):
    edge_programs.forget()
    return edge_programs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
