"""The client against the strict fake bridge, and against bridges that talk nonsense."""

import asyncio

import pytest
from aiohttp import web

from diycloud_jupyterhub.bridge import (
    BridgeClient,
    BridgeUser,
    Cgroup,
    Challenge,
    NoSuchUser,
    Refused,
    SpawnGrant,
    Unavailable,
)
from fake_bridge import FakeBridge


@pytest.fixture
def ask(tmp_path):
    """Runs one call against a fresh fake bridge: ask(lambda client: ..., prepare)."""
    fake = FakeBridge()
    fake.add("alice", 1001, role="admin")
    fake.start()
    token = tmp_path / "token"
    token.write_text(fake.token + "\n")

    def run(call):
        async def scene():
            client = BridgeClient(url=f"http://127.0.0.1:{fake.port}", token_file=str(token), timeout=2)
            try:
                return await call(client)
            finally:
                await client.close()

        return asyncio.run(scene())

    run.fake, run.token = fake, token
    yield run
    fake.stop()


def answering(answer, call):
    """Runs one call against a bridge on a unix socket that always answers the same."""

    async def scene(directory):
        async def handler(_):
            return answer() if callable(answer) else web.json_response(answer)

        app = web.Application()
        app.router.add_route("*", "/{any:.*}", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.UnixSite(runner, f"{directory}/socket").start()
        (directory / "token").write_text("t")
        client = BridgeClient(url=f"unix:{directory}/socket", token_file=str(directory / "token"), timeout=2)
        try:
            return await call(client)
        finally:
            await client.close()
            await runner.cleanup()

    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as directory:
        return asyncio.run(scene(Path(directory)))


def test_a_good_password_gives_the_user(ask):
    user = ask(lambda client: client.authenticate("alice", "pw-alice"))
    assert user == BridgeUser("alice", True, ("users", "admins"))


def test_a_wrong_password_is_refused(ask):
    with pytest.raises(Refused):
        ask(lambda client: client.authenticate("alice", "x"))


def test_a_further_question_is_a_challenge(ask):
    ask.fake.people["alice"].second_factor = True
    with pytest.raises(Challenge, match="authentication"):
        ask(lambda client: client.authenticate("alice", "pw-alice"))


def test_a_wrong_service_token_says_nothing_about_the_person(ask):
    ask.token.write_text("wrong")
    with pytest.raises(Unavailable, match="unauthorized"):
        ask(lambda client: client.authenticate("alice", "pw-alice"))


def test_a_missing_service_token_is_said(ask):
    ask.token.unlink()
    with pytest.raises(Unavailable, match="cannot be read"):
        ask(lambda client: client.user("alice"))


def test_a_bridge_that_is_not_there_is_unavailable(ask):
    ask.fake.stop()
    with pytest.raises(Unavailable, match="does not answer"):
        ask(lambda client: client.user("alice"))
    ask.fake.start()


def test_unknown_and_disabled_users_are_nobody(ask):
    assert ask(lambda client: client.user("nobody")) is None
    ask.fake.people["alice"].active = False
    assert ask(lambda client: client.user("alice")) is None


def test_names_are_quoted(ask):
    assert ask(lambda client: client.user("../sessions/end?x#y")) is None
    assert ask.fake.calls[-1][1].startswith("/api/v1/users/")


def test_limits_come_as_numbers(ask):
    grant = ask(lambda client: client.spawn_grant("alice"))
    assert isinstance(grant, SpawnGrant)
    assert (grant.uid, grant.cpu_cores, grant.memory_bytes, grant.slice) == (1001, 2.0, 2 * 1024**3, "user-1001.slice")


def test_a_grant_says_where_the_limits_hold_and_that_of_an_older_bridge_nowhere(ask):
    grant = ask(lambda client: client.spawn_grant("alice"))
    assert (grant.tasks, grant.cgroup.manager, grant.cgroup.in_force) == (1024, "none", False) and grant.cgroup.reason
    ask.fake.people["alice"].cgroup = {**PLACE, "in_force": False, "reason": "no\nroom"}
    assert ask(lambda client: client.spawn_grant("alice")).cgroup == Cgroup(
        "cgroup", ("/sys/fs/cgroup/user-1",), False, "no room"
    )


def test_a_refused_spawn_carries_the_sentence(ask):
    ask.fake.people["alice"].spawn_refusal = "No."
    with pytest.raises(Refused, match=r"No\."):
        ask(lambda client: client.spawn_grant("alice"))
    with pytest.raises(NoSuchUser):
        ask(lambda client: client.spawn_grant("nobody"))


PLACE = {"manager": "cgroup", "directories": ["/sys/fs/cgroup/user-1"], "in_force": True, "reason": None}
GOOD = {"name": "a", "uid": 1, "gid": 1, "home": "/h", "limits": {"cpu_cores": 1, "memory_bytes": 1}}


@pytest.mark.parametrize(
    "change",
    [
        {"limits": {"cpu_cores": 0}},
        {"limits": {"cpu_cores": -1}},
        {"limits": {"cpu_cores": "2"}},
        {"limits": {"memory_bytes": "2G"}},
        {"limits": {"memory_bytes": 0}},
        {"limits": None},
        {"uid": "0"},
        {"home": "relative"},
        {"slice": "system.slice"},
        {"slice": "user-1.slice\n--property=x"},
        {"environment": {"A": 1}},
        {"environment": ["A"]},
        {"environment": {"A\nB": "1"}},
        {"limits": {"tasks": "1024"}},
        {"cgroup": {}},
        {"cgroup": {**PLACE, "manager": "docker"}},
        {"cgroup": {**PLACE, "directories": "/sys/fs/cgroup"}},
        {"cgroup": {**PLACE, "directories": ["relative"]}},
        {"cgroup": {**PLACE, "directories": ["/sys/fs/cgroup/../.."]}},
        {"cgroup": {**PLACE, "in_force": "yes"}},
        {"cgroup": {**PLACE, "directories": []}},
        {"cgroup": {**PLACE, "manager": "none"}},
    ],
)
def test_limits_that_make_no_sense_are_no_limits_at_all_but_a_refusal(change):
    with pytest.raises(Unavailable):
        answering({**GOOD, **change}, lambda client: client.spawn_grant("a"))


@pytest.mark.parametrize(
    "answer",
    [
        {},
        [],
        {"active": "yes", "user": {}, "session": {}},
        {"active": True},
        {"active": True, "user": {"name": "a", "admin": "no", "groups": []}, "session": {"id": "s" * 12}},
        {"active": True, "user": {"name": "a", "admin": False, "groups": [1]}, "session": {"id": "s" * 12}},
        {"active": True, "user": {"name": "a", "admin": False, "groups": []}, "session": {"id": "a:b;c\r\n"}},
        lambda: web.Response(text="<html>", content_type="text/html"),
        lambda: web.Response(status=302, headers={"Location": "/elsewhere"}),
        lambda: web.Response(status=500),
    ],
)
def test_an_answer_that_is_not_understood_lets_nobody_in(answer):
    with pytest.raises(Unavailable):
        answering(answer, lambda client: client.redeem("a", "s"))
