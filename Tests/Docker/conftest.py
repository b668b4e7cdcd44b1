"""What the tests of the Docker guard stand on. Run them with run.py, which puts them into an enclosure."""

import shutil
from pathlib import Path

import pytest
from rig.host import BARE, Host, clients
from stage.enclosure import REPOSITORY
from stage.processes import Programs, StageError

ARTEFACTS = REPOSITORY / "artefacts" / "docker"


def pytest_sessionstart() -> None:
    if not Path("/var/cache/diycloud-bridge/stage/upper").exists():
        pytest.exit("These tests change accounts and start an engine; run them with Tests/Docker/run.py.", 2)


def pytest_collection_modifyitems(config, items) -> None:
    if BARE:
        guarded = [item for item in items if item.get_closest_marker("guarded")]
        config.hook.pytest_deselected(items=guarded)
        items[:] = [item for item in items if item not in guarded]


@pytest.fixture(scope="session")
def rig():
    """The host with engine, people and guard."""
    programs = Programs(Path("/var/log/stage"))
    host = Host(programs)
    try:
        host.set_up()
    except (StageError, AssertionError) as problem:
        # Everything else stands on it; one message is better than the same one two hundred times.
        pytest.exit(f"The rig does not stand: {problem}", 1)
    yield host
    host.clean()
    programs.stop_all()
    shutil.copytree(programs.logs, ARTEFACTS, dirs_exist_ok=True)


@pytest.fixture
def host(rig):
    """The rig with nothing in it but its images."""
    yield rig
    rig.clean()


@pytest.fixture(params=clients(), ids=lambda path: path.split("/")[-3])
def docker(request):
    """Each `docker` program of this machine."""
    return request.param
