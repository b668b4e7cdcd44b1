"""Preparing homes as root without falling for what users lay in the way."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from diycloud_jupyterhub import home

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
TEMPLATE = Path(home.__file__).with_name("template")
UID = 61003


@pytest.fixture
def ground(tmp_path_factory, monkeypatch):
    """A directory that only root can change, on a file system of its own."""
    scratch = os.environ.get("DIYCLOUD_TEST_SCRATCH")
    if not scratch:
        pytest.skip("run Tests/JupyterHub/run")
    place = Path(scratch) / "home-tests" / os.urandom(4).hex()
    place.mkdir(parents=True)
    return place


def prepare(ground, **more):
    request = {
        "user": "carol",
        "uid": UID,
        "gid": UID,
        "home": str(ground / "carol"),
        "runtime_base": str(ground / "run"),
        "template": str(TEMPLATE),
        "skeleton": "/etc/skel",
        **more,
    }
    return subprocess.run(
        [sys.executable, "-I", home.__file__], input=json.dumps(request), capture_output=True, text=True, umask=0o077
    )


def test_a_missing_home_is_made_and_belongs_to_its_user(ground):
    report = json.loads(prepare(ground).stdout)
    assert report["welcomed"] and report["config_dir"] is None
    for path in [ground / "carol", *(ground / "carol").rglob("*"), ground / "run" / str(UID)]:
        status = path.lstat()
        assert (status.st_uid, status.st_gid) == (UID, UID) and status.st_mode & 0o077 == 0


def test_the_runtime_directories_can_be_reached_whatever_mask_the_hub_has(ground):
    prepare(ground)
    assert (ground / "run").stat().st_mode & 0o777 == 0o755


def test_a_second_run_changes_nothing(ground):
    prepare(ground)
    welcome = ground / "carol/notebooks/Welcome.ipynb"
    welcome.write_text("mine")
    assert json.loads(prepare(ground).stdout)["welcomed"] is False
    assert welcome.read_text() == "mine"


def test_the_empty_directory_of_a_new_account_gets_the_welcome_once(ground):
    (ground / "carol/notebooks").mkdir(parents=True)
    subprocess.run(["chown", "-R", f"{UID}:{UID}", ground / "carol"], check=True)
    assert json.loads(prepare(ground).stdout)["welcomed"] is True
    welcome = ground / "carol/notebooks/Welcome.ipynb"
    welcome.unlink()
    assert json.loads(prepare(ground).stdout)["welcomed"] is False
    assert not welcome.exists()


@pytest.mark.parametrize("where", ["notebooks", ".jupyter", "notebooks/Welcome.ipynb"])
def test_links_in_a_home_lead_no_further_than_their_owner_could_go(ground, where):
    target = ground / "roots-own"
    target.mkdir(mode=0o700)
    link = ground / "carol" / where
    link.parent.mkdir(parents=True)
    link.symlink_to(target)
    subprocess.run(["chown", "-hR", f"{UID}:{UID}", ground / "carol"], check=True)
    prepare(ground)
    assert list(target.iterdir()) == [] and target.stat().st_uid == 0


def test_a_home_below_a_directory_that_others_can_change_is_not_made(ground):
    (ground / "open").mkdir()
    (ground / "open").chmod(0o777)
    answer = prepare(ground, home=str(ground / "open/carol"))
    assert answer.returncode == 1 and "others than root" in answer.stderr
    assert not (ground / "open/carol").exists()


def test_a_runtime_directory_that_is_a_link_is_refused(ground):
    (ground / "run").mkdir()
    (ground / "run" / str(UID)).symlink_to("/etc")
    owner = os.stat("/etc").st_uid
    assert prepare(ground).returncode == 1
    assert os.stat("/etc").st_uid == owner


def test_a_runtime_directory_of_somebody_else_is_refused(ground):
    (ground / "run").mkdir()
    (ground / "run" / str(UID)).mkdir()
    os.chown(ground / "run" / str(UID), UID + 1, UID + 1)
    assert prepare(ground).returncode == 1


def test_a_home_that_takes_no_writes_gets_a_stand_in_for_its_settings(ground):
    (ground / "carol").mkdir()
    report = json.loads(prepare(ground).stdout)
    assert report["trouble"] and report["config_dir"] == f"{ground}/run/{UID}/config"
    assert (Path(report["config_dir"]) / "migrated").is_file()


def test_nonsense_is_an_error_and_not_a_traceback():
    answer = subprocess.run([sys.executable, "-I", home.__file__], input="[1]", capture_output=True, text=True)
    assert answer.returncode == 1 and "Traceback" not in answer.stderr
