"""Servers: limits, refusals, homes."""

import os
from contextlib import suppress
from pathlib import Path

import pytest

from browser_client import text
from conftest import eventually, outside


def environment_of(name, hub):
    """The environment of a user's running server, as the kernel has it."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (
                process.stat().st_uid == os.stat(f"/home/{name}").st_uid
                and b"jupyterhub-singleuser" in (process / "cmdline").read_bytes()
            ):
                pairs = (process / "environ").read_bytes().decode().split("\0")
                return dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        except OSError:
            continue
    raise AssertionError(f"no server of {name} runs")


def test_a_server_starts_as_its_user_within_the_bridges_limits(people, browser, hub):
    people.people["alice"].cores = 0.5
    visitor = browser(people.open_session("alice"))
    answer = visitor.start_server("alice")
    # the Lab itself, with a welcome for somebody new
    assert answer.status_code == 200 and "/user/alice/lab" in answer.url
    found = environment_of("alice", hub)
    assert found["MEM_LIMIT"] == str(2 * 1024**3) and found["CPU_LIMIT"] == "0.5"
    assert found["DIYCLOUD_DISK_QUOTA"] == str(5 * 1024**3)
    assert found["HOME"] == found["JUPYTERHUB_ROOT_DIR"] == "/home/alice"
    assert found["JUPYTER_RUNTIME_DIR"] == "/run/diycloud-jupyter/61001"
    assert not any(name.startswith("DIYCLOUD_SERVICE") or name.startswith("PYTHONPATH") for name in found)
    eventually(lambda: ("alice", "spawn") in [(who, body["event"]) for who, body in people.events], within=5)
    outside(hub, "DELETE", "/users/alice/server")
    eventually(lambda: ("alice", "stop") in [(who, body["event"]) for who, body in people.events], within=15)


def test_a_new_user_finds_notebooks_and_a_welcome_that_are_theirs(people, browser, hub):
    visitor = browser(people.open_session("bob"))
    # bob's home does not even exist
    assert not Path("/home/bob").exists()
    answer = visitor.start_server("bob")
    assert answer.url.endswith("/lab/tree/notebooks/Welcome.ipynb")
    welcome = Path("/home/bob/notebooks/Welcome.ipynb")
    assert welcome.is_file() and welcome.stat().st_uid == 61002
    assert Path("/home/bob").stat().st_mode & 0o777 == 0o700
    assert Path("/home/bob/.bashrc").is_file()


SENTENCE = "Your course has ended. Write to <help@example.org> & ask."


@pytest.mark.parametrize("page, delay", [("the spawn page", 0), ("the pending page", 2)])
def test_a_refusal_shows_its_sentence_on(people, browser, hub, page, delay):
    people.people["carol"].spawn_refusal = SENTENCE
    people.people["carol"].spawn_delay = delay
    visitor = browser(people.open_session("carol"))
    answer = visitor.start_server("carol")
    assert ("spawn-pending" in answer.url) == (delay > 0)
    assert "Write to &lt;help@example.org&gt; &amp; ask." in answer.text
    answer = outside(hub, "POST", "/users/carol/server")
    assert answer.status_code == 403 and answer.json()["message"] == SENTENCE
    eventually(lambda: "spawn-failed" in [body["event"] for _, body in people.events], within=5)


def test_with_the_bridge_away_no_server_starts_without_limits(people, browser, hub):
    visitor = browser(people.open_session("carol"))
    visitor.go("/jupyter/hub/home")
    people.down = True
    answer = visitor.start_server("carol")
    assert "cannot be looked up just now" in text(answer)


def test_an_account_that_is_not_the_expected_one_is_refused(people, browser, hub):
    people.people["carol"].uid = 0
    visitor = browser(people.open_session("carol"))
    assert "not the one expected" in text(visitor.start_server("carol"))


def test_a_full_home_still_lets_its_owner_in_to_delete_files(people, browser, hub):
    home = Path("/home/dave")
    fill = home / "fill"
    # where a kernel ran before, Jupyter wants to write a note into ~/.jupyter and gives up when it cannot
    (home / ".ipython").mkdir(mode=0o700)
    os.chown(home / ".ipython", 61004, 61004)
    with fill.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    os.chown(fill, 61004, 61004)
    visitor = browser(people.open_session("dave"))
    answer = visitor.start_server("dave")
    assert answer.status_code == 200 and "/user/dave/lab" in answer.url
    visitor.go("/jupyter/user/dave/lab")
    answer = visitor.http.delete(
        f"{visitor.hub}/jupyter/user/dave/api/contents/fill",
        headers={"X-XSRFToken": visitor.xsrf("/jupyter/user/dave/"), "Sec-Fetch-Mode": "cors"},
    )
    assert answer.status_code == 204, answer.text
    assert not fill.exists()
