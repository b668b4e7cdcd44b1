"""How long the bridge's word counts, without a bridge and without sleeping."""

import asyncio
import logging

from diycloud_jupyterhub.bridge import BridgeUser, Unavailable
from diycloud_jupyterhub.standing import Standing

ALICE = BridgeUser("alice", False, ("users",))


class Trial:
    """A `Standing` with a clock and answers that the test sets."""

    def __init__(self, answer=ALICE):
        self.now, self.answer, self.asked, self.gate = 100.0, answer, 0, None
        self.standing = Standing(self.ask, 2, 60, logging.getLogger("test"), clock=lambda: self.now)

    async def ask(self, _key):
        self.asked += 1
        if self.gate:
            await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def of(self, key="s"):
        return asyncio.run(self.standing.of(key))


def test_a_good_answer_counts_for_its_time_and_no_longer():
    trial = Trial()
    assert trial.of() == ALICE
    trial.now += 1.9
    assert trial.of() == ALICE and trial.asked == 1
    trial.now += 0.2
    assert trial.of() == ALICE and trial.asked == 2


def test_a_no_counts_at_once_and_is_not_remembered():
    trial = Trial()
    trial.of()
    trial.answer = None
    trial.now += 3
    assert trial.of() is None
    trial.answer = ALICE
    assert trial.of() == ALICE


def test_an_absent_bridge_is_forgiven_for_the_grace_only():
    trial = Trial()
    trial.of()
    trial.answer = Unavailable("down")
    trial.now += 59
    assert trial.of() == ALICE
    trial.now += 2
    assert trial.of() is None


def test_an_absent_bridge_lets_in_nobody_new():
    assert Trial(Unavailable("down")).of() is None


def test_an_absent_bridge_is_not_asked_for_every_request():
    trial = Trial()
    trial.of()
    trial.answer = Unavailable("down")
    trial.now += 10
    for _ in range(5):
        assert trial.of() == ALICE
    assert trial.asked == 2


def test_many_requests_wait_for_one_question():
    async def scene():
        trial = Trial()
        trial.gate = asyncio.Event()
        waiting = [asyncio.ensure_future(trial.standing.of("s")) for _ in range(10)]
        await asyncio.sleep(0)
        # one browser gives up; the others still get their answer
        waiting[0].cancel()
        await asyncio.sleep(0)
        trial.gate.set()
        assert await asyncio.gather(*waiting[1:]) == [ALICE] * 9
        assert trial.asked == 1

    asyncio.run(scene())


def test_an_answer_under_way_does_not_outlive_a_sign_out():
    async def scene():
        trial = Trial()
        trial.gate = asyncio.Event()
        early = asyncio.ensure_future(trial.standing.of("s"))
        await asyncio.sleep(0)
        trial.standing.forget("s")
        trial.gate.set()
        await early
        trial.answer = None
        assert await trial.standing.of("s") is None

    asyncio.run(scene())


def test_forgetting_a_user_forgets_all_their_browsers():
    trial = Trial()
    trial.of("one")
    trial.of("two")
    trial.standing.forget_user("alice")
    trial.answer = Unavailable("down")
    assert trial.of("one") is None and trial.of("two") is None
