"""Attempts to get out: each has to fail at the guard, and to succeed at the engine itself (--bare), so that it is one.

What counts is the truth: after each attempt the engine is asked what containers there are and what they have.
"""

from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from rig.harm import harms
from rig.host import BARE
from rig.spellings import NOT_FOR_THE_ENGINE, PLAIN, spellings
from rig.two import Two

CREATE = yaml.safe_load((Path(__file__).parent / "attempts" / "create.yaml").read_text())


@pytest.fixture(scope="module")
def scene(rig):
    """Bob's things, and the words by which attempts name them."""
    rig.clean()
    bob, truth = rig.api("bob"), rig.truth
    network = bob.post("/networks/create", body={"Name": "bobs-net"}).json["Id"]
    assert bob.post("/volumes/create", body={"Name": "bobs-volume"}).ok
    box = bob.run(name="bobs-box", HostConfig={"Binds": ["bobs-volume:/data"], "IpcMode": "shareable"})
    before = {container["Id"] for container in truth.get("/containers/json", query={"all": 1}).json}
    yield {
        "before": before,
        "words": {
            "{bob}": box,
            "{bob12}": box[:12],
            "{bobnet}": network,
            "{bobnet12}": network[:12],
            "{bobcgroup}": rig.cgroup_parent("bob"),
            "{alicecgroup}": rig.cgroup_parent("alice"),
        },
    }
    rig.clean()


def _new_containers(rig, scene) -> list[str]:
    there = {container["Id"] for container in rig.truth.get("/containers/json", query={"all": 1}).json}
    return sorted(there - scene["before"])


def _harms(rig, scene, who: str = "alice") -> set[str]:
    found = set()
    for container in _new_containers(rig, scene):
        found |= harms(rig.truth, container, rig.people[who], rig.cgroup_parent(who))
    return found


def _forget(rig, scene) -> None:
    for container in _new_containers(rig, scene):
        rig.truth.delete(f"/containers/{container}", query={"force": 1, "v": 1})


@pytest.fixture(scope="module")
def plain_harms(rig, scene):
    """What a plain container has that counts as harm: on the bare engine it has no owner and no limits."""
    made = rig.api("alice").create(PLAIN)
    assert made.ok, made
    found = _harms(rig, scene)
    _forget(rig, scene)
    assert BARE or not found
    return found


@pytest.mark.parametrize("attempt", CREATE, ids=lambda attempt: attempt["name"])
def test_no_container_gets_more_than_its_owner_may_have(rig, scene, plain_harms, attempt):
    problems = []
    for name, text in spellings(attempt):
        for word, meaning in scene["words"].items():
            text = text.replace(word, meaning)
        answer = rig.api("alice").post("/containers/create", body=text)
        found = _harms(rig, scene) - plain_harms
        if BARE:
            problem = _as_an_attempt(attempt, name, answer, found)
        elif found:
            problem = f"it has {found} after {answer}"
        elif attempt.get("expect") != "bounded" and not 400 <= answer.status < 500:
            problem = f"not refused: {answer}"
        elif answer.status >= 400 and len(answer.message) < 10:
            problem = f"refused without a reason: {answer}"
        else:
            problem = ""
        if problem:
            problems.append(f"{name}: {problem}\n    {text}")
        _forget(rig, scene)
    assert not problems, f"{len(problems)} spellings:\n" + "\n".join(problems[:4])


def _as_an_attempt(attempt, spelling, answer, found) -> str:
    """Why this would be no attempt at all: the engine does not mind it, and does no harm either."""
    kind = attempt.get("bare", "harmful")
    if spelling in NOT_FOR_THE_ENGINE:
        return ""
    if kind == "refused":
        return "" if not answer.ok else f"accepted: {answer}"
    if not answer.ok:
        return f"the engine refuses it: {answer}"
    return "" if kind == "quiet" or found else "it does no harm"


PATHS = yaml.safe_load((Path(__file__).parent / "attempts" / "paths.yaml").read_text())
FORMS = yaml.safe_load((Path(__file__).parent / "attempts" / "forms.yaml").read_text())


@pytest.mark.guarded
@pytest.mark.parametrize("spelling", PATHS, ids=repr)
def test_no_spelling_of_a_path_gets_past_the_rules(rig, scene, spelling):
    alice, box = rig.api("alice"), scene["words"]["{bob}"]
    privileged = '{"Image": "busybox", "HostConfig": {"Privileged": true}}'
    for method, path, body in (
        ("GET", f"/containers/{box}/json", None),
        ("GET", "/containers/bobs-box/json", None),
        ("POST", "/containers/bobs-box/kill", None),
        ("POST", "/containers/create", privileged),
        ("GET", "/plugins/x/json", None),
        ("GET", "/whatever", None),
        ("post", "/containers/create", privileged),
        ("PATCH", "/containers/create", privileged),
        ("CONNECT", "/containers/create", privileged),
    ):
        target = spelling.replace("PATH", path)
        head = f"{method} {target} HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
        data = f"{head}Content-Length: {len(body or '')}\r\nConnection: close\r\n\r\n{body or ''}"
        answer = alice.exchange(data.encode("utf-8"))
        assert answer.status == 0 or 400 <= answer.status < 500, f"{method} {target}: {answer}"
        assert b"bobs-" not in answer.body.replace(b"bobs-box", b""), f"{method} {target}: {answer}"
        assert not _new_containers(rig, scene), f"{method} {target}: {answer}"
    assert rig.truth.get(f"/containers/{box}/json").json["State"]["Running"]


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; charset=utf-8", FORM.upper()])
@pytest.mark.parametrize("attempt", FORMS, ids=lambda attempt: attempt["call"])
def test_a_form_in_the_body_says_nothing_that_the_query_does_not(rig, attempt, kind):
    rig.clean()
    two = Two(rig)
    two.set_up()
    words = {word: meanings[0] for word, meanings in two.words.items()}

    def filled(pairs: dict[str, str]) -> dict[str, str]:
        return {name: words.get(value, value) for name, value in pairs.items()}

    method, path = attempt["call"].replace("{mine}", words["{mine}"]).split(" ")
    body = urlencode(filled(attempt["form"]))
    answer = rig.api("alice").call(method, path, query=filled(attempt["query"]), body=body, content_type=kind)
    worked = _has_worked(rig, words, attempt["harm"], answer)
    if BARE:
        rig.restore_images()
        assert worked != (attempt.get("bare") == "refused"), answer
    else:
        assert not worked, answer
    rig.clean()


def _has_worked(rig, words, harm, answer) -> bool:
    root = rig.truth
    ((kind, what),) = harm.items()
    if kind == "image":
        return root.get(f"/images/{what}/json").ok
    if kind == "same":
        one, other = (root.get(f"/images/{name}/json").json.get("Id") for name in what)
        return one == other
    if kind == "container":
        return root.get(f"/containers/{what}/json").ok
    if kind == "stopped":
        return not root.get(f"/containers/{words['{mine}']}/json").json["State"]["Running"]
    if kind == "answer":
        return what in answer.body.decode()
    place = {"bobs-finished": "containers/{}/json", "bobs-idle-volume": "volumes/{}", "bobs-idle-net": "networks/{}"}
    return not root.get("/" + place[what].format(what)).ok
