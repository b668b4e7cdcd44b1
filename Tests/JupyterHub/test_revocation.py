"""The revocation follower against a hub and a bridge of memory."""

import asyncio

import pytest

from diycloud_jupyterhub.bridge import BridgeUser, Revocation, SignedIn, Unavailable
from diycloud_jupyterhub.revocation import HubError, RevocationFollower


class Bridge:
    def __init__(self):
        self.pages, self.active, self.sessions = [], {"alice", "bob"}, {"s-alice", "s-bob"}

    async def revocations(self, after, wait=0):
        if after is None:
            return 10, []
        page = self.pages.pop(0)
        if isinstance(page, BaseException):
            raise page
        return page

    async def user(self, name):
        return BridgeUser(name, False, ()) if name in self.active else None

    async def session(self, session):
        return SignedIn(BridgeUser("x", False, ()), session) if session in self.sessions else None


class Hub:
    def __init__(self):
        self.did, self.fail = [], 0

    def _do(self, *what):
        if self.fail:
            self.fail -= 1
            raise HubError("no")
        self.did.append(what)

    async def active_users(self):
        return {"alice": [""], "bob": ["", "second"]}

    async def servers(self, name):
        return (await self.active_users()).get(name, [])

    async def browser_sessions(self, name):
        return {f"s-{name}"}

    async def delete_session_tokens(self, name, session):
        self._do("session", name, session)

    async def delete_all_tokens(self, name):
        self._do("all", name)

    async def stop(self, name, server):
        self._do("stop", name, server)


@pytest.fixture
def scene():
    bridge, hub, slept = Bridge(), Hub(), []

    async def sleep(seconds):
        slept.append(seconds)

    follower = RevocationFollower(bridge, hub, sleep=sleep)

    def run(steps):
        async def go():
            for _ in range(steps):
                await follower.step()
            await asyncio.gather(*follower._stops)

        asyncio.run(go())
        return hub.did

    run.bridge, run.hub, run.follower, run.slept = bridge, hub, follower, slept
    return run


def row(seq, user, session=None):
    return Revocation(seq, user, session, "x")


def test_at_first_everything_running_is_compared(scene):
    scene.bridge.active.discard("bob")
    scene.bridge.sessions.discard("s-alice")
    did = scene(1)
    assert sorted(did) == [
        ("all", "bob"),
        ("session", "alice", "s-alice"),
        ("stop", "bob", ""),
        ("stop", "bob", "second"),
    ]


def test_an_ended_session_costs_one_browser_its_tokens(scene):
    scene.bridge.pages = [(11, [row(11, "alice", "s-alice")])]
    assert scene(2) == [("session", "alice", "s-alice")]


def test_an_ended_account_costs_everything(scene):
    scene.bridge.pages = [(12, [row(11, "alice", "s-alice"), row(12, "alice")])]
    assert scene(2) == [("all", "alice"), ("stop", "alice", "")]


def test_a_gap_in_the_numbers_is_followed_by_a_comparison(scene):
    scene.bridge.pages = [(15, [row(15, "alice", "s-alice")])]
    scene(2)
    scene.bridge.active.discard("bob")
    assert ("all", "bob") in scene(1)


def test_what_the_hub_did_not_do_comes_again(scene):
    scene(1)
    scene.bridge.pages = [(11, [row(11, "alice", "s-alice")])] * 2
    scene.hub.fail = 1
    with pytest.raises(HubError):
        scene(1)
    assert scene(1) == [("session", "alice", "s-alice")]


def test_a_server_that_cannot_be_stopped_is_tried_again_and_then_compared(scene):
    scene(1)
    scene.bridge.pages = [(11, [row(11, "alice")])]

    async def never(*_):
        raise HubError("busy")

    scene.hub.stop = never
    scene(1)
    assert scene.slept == list(scene.follower.backoff) and scene.follower._cursor is None


def test_an_absent_bridge_is_asked_again_and_again(scene):
    async def go():
        scene.bridge.pages = [Unavailable("down")] * 6 + [asyncio.CancelledError()]
        with pytest.raises(asyncio.CancelledError):
            await scene.follower.run()

    asyncio.run(go())
    assert scene.slept == [0.2, 0.5, 1.0, 2.0, 2.0, 2.0]
