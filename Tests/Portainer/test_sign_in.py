"""Portainer without a second login: real nginx with the shipped files, the real bridge, and Portainer's double.

Run it with `Tests/System/run.py Tests/Portainer/test_sign_in.py`, which encloses it.
"""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from browser import Browser
from client import get, send
from stage import bridge, people
from stage.people import Person
from stage.processes import Programs, StageError
from stage.stage import Stage
from stage_portainer import Portainer

CROWD = [f"member{number:02}" for number in range(40)]
TEMPLATES = {"version": "3", "templates": [{"id": 1, "type": 1, "title": "Web", "description": "x", "image": "nginx"}]}


@pytest.fixture(scope="session", params=["2.23", "2.43"])
def portainer(request, stage):
    """The double of one generation, and the bridge started anew, as after an installation."""
    double = Portainer(stage.programs, stage.portainer_port, Path(f"/var/lib/portainer-{request.param}"), request.param)
    double.start()
    names = [person.name for person in stage.people if person.name != "newcomer"]
    double.set_up(stage, names, ["carol"])
    stage.restart_bridge()
    yield double
    double.stop()


@pytest.fixture(scope="session")
def stage():
    programs = Programs(Path("/var/log/stage"))
    crowd = [Person(name, "one of many", linux_account=False, password_in_store=True) for name in CROWD]
    some = [
        Person("alice", "a user"),
        Person("bob", "another user"),
        Person("carol", "an administrator", role="admin"),
        Person("newcomer", "whom Portainer does not know yet"),
    ]
    stage = Stage(
        port=8088,
        portainer_port=9000,
        people=[*some, *crowd],
        programs=programs,
        configuration="regulation:\n  failure_delay: 200ms\n  pair: 1000\n  client: 10000\n  account: 10000\n",
    )
    bridge.PORTAINER_TEMPLATES.mkdir()
    (bridge.PORTAINER_TEMPLATES / "templates.json").write_text(json.dumps(TEMPLATES))
    try:
        stage.set_up()
    except StageError as problem:
        pytest.exit(f"The stage does not stand: {problem}", 1)
    yield stage
    programs.stop_all()


@pytest.fixture
def settled(portainer):
    """Portainer's rate limiter and the bridge's own bucket as good as full again."""
    portainer.session_timeout("8h")
    return portainer


def signed_in(stage, name: str) -> Browser:
    browser = Browser(stage.address)
    assert browser.sign_in(stage.person(name)).status_code == 303
    browser.session.headers["Accept"] = "application/json"
    return browser


def me(browser: Browser, **more) -> requests.Response:
    return browser.get("/portainer/api/users/me", **more)


def own(stage, **more: str) -> dict[str, str]:
    """What a browser says with a change that comes from Portainer's page."""
    return {"Origin": stage.address, "Sec-Fetch-Site": "same-origin", **more}


@pytest.fixture
def alice(stage, portainer) -> Browser:
    browser = signed_in(stage, "alice")
    assert me(browser).json()["Username"] == "alice"
    return browser


def key_of_somebody_else(portainer) -> str:
    return portainer.key


# --- who somebody is ---


def test_whoever_is_signed_in_is_inside_as_themselves(stage, portainer):
    for name, role in (("alice", 2), ("bob", 2), ("carol", 1)):
        document = me(signed_in(stage, name)).json()
        assert (document["Username"], document["Role"]) == (name, role)


def test_who_is_not_signed_in_is_asked_to(stage, portainer):
    page = get(stage.port, "/portainer/", "Accept: text/html")
    assert (page.status, page.first("Location")) == (302, "/login?rd=/portainer/")
    assert get(stage.port, "/portainer/api/users/me", "Accept: application/json").status == 401
    assert get(stage.port, "/portainer").first("Location") == "/portainer/"


def test_no_cookie_and_no_token_comes_out(alice):
    answer = me(alice)
    assert "Set-Cookie" not in answer.headers
    assert not [name for name in answer.headers if "token" in name.lower() and name != "X-CSRF-Token"]


@pytest.mark.parametrize(
    "header",
    [
        "Authorization: Bearer {key}",
        "Authorization: Basic YTpi",
        "X-API-KEY: {key}",
        "x-api-key: {key}",
        "X_API_KEY: {key}",
        "X-API-\u212aEY: {key}",
        "X-API-KEY : {key}",
        "Cookie: portainer_api_key={key}",
        "Cookie: portainer_api_key=",
        "X-Portainer-Token: {key}",
        "X-Portainer-Refused: {key}",
        "Remote-User: carol",
        "Connection: close, Authorization",
    ],
)
def test_a_header_of_the_client_changes_nobody(stage, portainer, alice, header):
    lines = [alice.cookie, header.format(key=portainer.key), "Accept: application/json"]
    request = "\r\n".join(["GET /portainer/api/users/me HTTP/1.1", f"Host: 127.0.0.1:{stage.port}", *lines, "", ""])
    answer = send(stage.port, request.encode())
    if answer.status == 400:
        return
    assert (answer.status, json.loads(answer.body)["Username"]) == (200, "alice")


@pytest.mark.parametrize(
    "query",
    [
        "X-API-KEY={key}",
        "x-api-key={key}",
        "X%2DAPI-KEY={key}",
        "%58-api-key={key}",
        "X-API-\u212aEY={key}",
        "X-API-%E2%84%AAEY={key}",
        "token={key}",
        "TOKEN={key}",
        "%74oken={key}",
        "to%6ben={key}",
        "a=b&token={key}",
        "a=b&&token={key}",
        "a;token={key}",
        "+token={key}",
        "token",
        "?token={key}",
    ],
)
def test_a_query_of_the_client_changes_nobody(stage, portainer, alice, query):
    target = f"/portainer/api/users/me?{query.format(key=portainer.key)}"
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{stage.port}\r\n{alice.cookie}\r\nAccept: application/json\r\n"
    answer = send(stage.port, f"{request}\r\n".encode())
    if answer.status == 400:
        return
    assert (answer.status, json.loads(answer.body)["Username"]) == (200, "alice")


@pytest.mark.parametrize(
    "query", ["filters=%7B%22a%22%3A1%7D", "groupIds[]=1", "groupIds%5B%5D=2&a.b_c-d=%26token%3D1"]
)
def test_an_innocent_query_passes(alice, query):
    assert me(alice, params=query).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/portainer/api/auth"),
        ("POST", "/portainer/api//auth"),
        ("POST", "/portainer/api/%61uth"),
        ("POST", "/portainer/x/../api/auth"),
        ("POST", "/portainer/api/auth/oauth/validate"),
        ("POST", "/portainer/api/users/2/tokens"),
        ("POST", "/portainer/api/users/02/tokens"),
        ("POST", "/portainer/api/users/2/tokens/"),
        ("PUT", "/portainer/api/users/2/passwd"),
        ("POST", "/portainer/api/users/admin/init"),
        ("POST", "/portainer/api/restore"),
    ],
)
def test_ways_around_the_sign_in_are_closed_in_words_that_the_page_shows(stage, alice, method, path):
    lines = [alice.cookie, f"Origin: {stage.address}", "Content-Length: 2", "Content-Type: application/json", "", "{}"]
    request = "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{stage.port}", *lines])
    answer = send(stage.port, request.encode())
    assert (answer.status, answer.first("Content-Type")) == (403, "application/json")
    assert json.loads(answer.body)["message"].endswith(".")


# --- whose doing it is ---


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "{own}"}, 200),
        ({"Origin": "{own}", "Sec-Fetch-Site": "same-origin"}, 200),
        ({}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "{own}", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "{own}.evil.example"}, 403),
    ],
)
def test_a_change_must_come_from_a_page_of_this_site(stage, portainer, alice, headers, status):
    number = me(alice).json()["Id"]
    headers = {name: value.format(own=stage.address) for name, value in headers.items()}
    answer = alice.session.put(
        f"{stage.address}/portainer/api/users/{number}", json={"UseCache": True}, headers=headers, timeout=20
    )
    assert answer.status_code == status
    if status == 403:
        assert "another site" in answer.text or "page of this site" in answer.json()["message"]


def test_a_websocket_of_another_site_is_refused(stage, alice):
    target = "/portainer/api/websocket/exec?endpointId=1&id=00"
    upgrade = [alice.cookie, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
    upgrade.append("Sec-WebSocket-Key: " + base64.b64encode(b"0123456789abcdef").decode())
    assert get(stage.port, target, *upgrade, "Origin: https://evil.example").status == 403
    assert get(stage.port, target, *upgrade, f"Origin: {stage.address}").status not in (401, 403, 502)


def test_portainers_own_refusals_reach_its_page(stage, alice):
    answer = alice.get("/portainer/api/settings")
    assert answer.status_code == 403
    assert "message" in answer.json()
    assert "urn:diycloud" not in answer.text


# --- when Portainer forgets ---


def test_after_a_restart_nobody_notices(stage, portainer, alice):
    number = me(alice).json()["Id"]
    for step in ("get", "post", "websocket"):
        portainer.restart()
        if step == "get":
            assert me(alice).json()["Username"] == "alice"
        elif step == "post":
            answer = alice.session.put(
                f"{stage.address}/portainer/api/users/{number}",
                json={"Theme": {"color": "dark"}},
                headers=own(stage),
                timeout=30,
            )
            assert (answer.status_code, answer.json()["ThemeSettings"]["color"]) == (200, "dark")
        else:
            upgrade = [alice.cookie, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
            upgrade.append("Sec-WebSocket-Key: " + base64.b64encode(b"0123456789abcdef").decode())
            target = "/portainer/api/websocket/exec?endpointId=1&id=nohex"
            answer = get(stage.port, target, *upgrade, f"Origin: {stage.address}")
            # Past the sign-in: what is wrong now is the id.
            assert answer.status in (400, 404)


def test_a_large_upload_is_sent_a_second_time_whole(stage, portainer, alice):
    portainer.restart()
    body = json.dumps({"Theme": {"color": "highcontrast"}, "padding": "x" * 3_000_000})
    number = me(signed_in(stage, "bob")).json()["Id"]
    answer = alice.session.put(
        f"{stage.address}/portainer/api/users/{number - 1}",
        data=body,
        headers=own(stage) | {"Content-Type": "application/json"},
        timeout=30,
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["ThemeSettings"]["color"] == "highcontrast"


def test_a_change_of_role_is_followed(stage, portainer, alice):
    number = me(alice).json()["Id"]
    portainer.ask("PUT", f"/api/users/{number}", {"Role": 2})
    assert me(alice).json()["Username"] == "alice"


def test_many_at_once_after_a_restart_and_nobody_is_banned(stage, portainer):
    with ThreadPoolExecutor(8) as pool:
        browsers = list(pool.map(lambda name: signed_in(stage, name), CROWD))
    portainer.restart()
    started = time.monotonic()
    patience = 90

    def come_in(browser: Browser) -> tuple[str, list[int]]:
        seen = []
        while time.monotonic() - started < patience:
            # The page asks for several things at once.
            with ThreadPoolExecutor(3) as requests_of_a_page:
                answers = list(requests_of_a_page.map(lambda _: me(browser), range(3)))
            seen += [answer.status_code for answer in answers]
            if seen[-1] == 200:
                return answers[-1].json()["Username"], seen
            time.sleep(1)
        return "", seen

    with ThreadPoolExecutor(40) as pool:
        results = list(pool.map(come_in, browsers))
    print(f"40 people were inside again after {time.monotonic() - started:.0f} s")
    assert [name for name, _ in results] == CROWD
    assert {status for _, seen in results for status in seen} <= {200, 503}
    assert {call["status"] for call in portainer.mints()} == {200}


def test_a_token_is_renewed_before_it_ends(stage, portainer):
    portainer.session_timeout("10s")
    browser = signed_in(stage, "bob")
    portainer.restart()
    before = len(portainer.mints())
    seen = set()
    end = time.monotonic() + 21
    while time.monotonic() < end:
        seen.add(me(browser).status_code)
        time.sleep(0.2)
    portainer.session_timeout("8h")
    assert seen == {200}
    # One for the restart, and one each 8 s; the 401 of the restart is the only one.
    assert 3 <= len(portainer.mints()) - before <= 4


# --- when it is away, or does not know somebody ---


def test_portainer_away_is_said_in_a_page(stage, portainer, alice):
    portainer.stop()
    try:
        answer = me(alice)
        assert (answer.status_code, answer.headers["Content-Type"]) == (502, "application/json")
        assert "does not answer" in answer.json()["message"]
        page = alice.get("/portainer/", headers={"Accept": "text/html"})
        assert (page.status_code, "Portainer does not answer" in page.text) == (502, True)
        # Nor for somebody without a token yet.
        stranger = signed_in(stage, "bob")
        assert me(stranger).status_code in (502,)
    finally:
        portainer.start()
    time.sleep(1.2)
    assert me(alice).json()["Username"] == "alice"


def test_no_account_yet_is_said_in_a_page(stage, portainer):
    browser = signed_in(stage, "newcomer")
    page = browser.get("/portainer/", headers={"Accept": "text/html"})
    assert (page.status_code, "not set up yet" in page.text) == (503, True)
    assert "does not know you yet" in me(browser).json()["message"]


def test_the_bridge_away_is_said_in_its_page(stage, portainer, alice):
    stage.programs.stop(stage.bridge)
    try:
        page = alice.get("/portainer/", headers={"Accept": "text/html"})
        assert (page.status_code, "Signing in is not possible now" in page.text) == (503, True)
    finally:
        stage.bridge = bridge.start(stage.programs)
    assert me(alice).status_code == 200


# --- the end ---


def test_who_is_switched_off_is_out_at_once(stage, portainer):
    browser = signed_in(stage, "bob")
    assert me(browser).status_code == 200
    people.set_active("bob", False)
    try:
        time.sleep(1.5)
        assert me(browser).status_code == 401
    finally:
        people.set_active("bob", True)
        time.sleep(1)


def test_portainers_sign_out_ends_the_session(stage, portainer):
    browser = signed_in(stage, "alice")
    cookie = browser.cookie
    target = f"{stage.address}/portainer/api/auth/logout"
    assert browser.session.post(target, headers={"Origin": "https://evil.example"}, timeout=10).status_code == 403
    assert get(stage.port, "/portainer/api/users/me", cookie, "Accept: */*").status == 200
    assert browser.session.get(target, timeout=10).status_code in (403, 405)
    answer = browser.session.post(target, headers=own(stage), timeout=10)
    assert (answer.status_code, answer.content) == (204, b"")
    assert get(stage.port, "/portainer/api/users/me", cookie, "Accept: */*").status == 401
    assert Browser(stage.address).get("/login?signed_out=1").status_code == 200


# --- what Portainer's server asks ---


def test_the_templates_are_portainers(stage, portainer, alice):
    assert alice.get("/portainer/api/templates").json() == TEMPLATES


def test_the_providers_listener_answers_nobody_without_the_secret(stage, portainer):
    address = f"http://{bridge.PORTAINER_LISTEN}"
    form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x"}
    assert requests.post(f"{address}/oauth/token", data=form, timeout=5).status_code == 401
    wrong = requests.post(f"{address}/oauth/token", data=form, auth=("diycloud-bridge", "x"), timeout=5)
    assert wrong.status_code == 401
    secret = bridge.PORTAINER_SECRET_FILE.read_text().strip()
    right = requests.post(f"{address}/oauth/token", data=form, auth=("diycloud-bridge", secret), timeout=5)
    assert (right.status_code, right.json()) == (400, {"error": "invalid_grant"})
    assert requests.get(f"{address}/oauth/user", headers={"Authorization": "Bearer x"}, timeout=5).status_code == 401
    for path in ("/", "/login", "/auth", "/auth/portainer", "/api/v1/me", "/metrics", "/healthz", "/oauth/token/"):
        assert requests.get(address + path, timeout=5).status_code in (404, 405, 429)


def test_no_secret_is_in_any_log(stage, portainer, alice):
    logs = "".join(path.read_text(errors="replace") for path in Path("/var/log/stage").glob("*.log"))
    logs += bridge.AUDIT_LOG.read_text() + Path("/var/log/nginx/error.log").read_text()
    assert "token minted" in logs
    assert "eyJ" not in logs
    assert bridge.PORTAINER_SECRET_FILE.read_text().strip() not in logs
