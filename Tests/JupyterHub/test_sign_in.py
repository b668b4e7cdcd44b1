"""Coming in: through the bridge, by form, and by nothing else."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from browser_client import text
from conftest import outside

SIGN_IN = "/jupyter/hub/diycloud-login"


def start(browser, next_url=""):
    """Begin a sign-in and return the state that the bridge was given."""
    answer = browser.step(SIGN_IN + (f"?next={next_url}" if next_url else ""))
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def who(browser):
    """The hub's user of this browser, or None."""
    answer = browser.step("/jupyter/hub/api/user")
    return answer.json()["name"] if answer.status_code == 200 else None


def test_who_is_signed_in_at_the_bridge_comes_in_by_redirects_alone(people, browser):
    visitor = browser(people.open_session("alice"))
    answer = visitor.go("/jupyter/hub/home")
    assert answer.status_code == 200 and answer.url.endswith("/jupyter/hub/home")
    assert who(visitor) == "alice"
    # not one form on the way, and no assertion left in the address
    assert "password" not in answer.text
    assert [urlsplit(url).path for url in visitor.trail] == [
        "/jupyter/hub/home",
        "/jupyter/hub/login",
        SIGN_IN,
        "/login/service/jupyterhub",
        SIGN_IN,
        "/jupyter/hub/home",
    ]


def test_a_stranger_ends_at_the_bridges_sign_in_page(people, browser):
    visitor = browser()
    assert text(visitor.go("/jupyter/hub/home")) == "sign in here"
    assert who(visitor) is None


def test_cookies_of_the_hub_stay_on_its_own_path_and_are_not_for_scripts(people, browser):
    visitor = browser(people.open_session("alice"))
    visitor.go("/jupyter/hub/home")
    ours = [c for c in visitor.http.cookies if c.name.startswith("jupyterhub-diycloud")]
    assert [c.path for c in ours] == ["/jupyter/hub/"]
    for cookie in ours:
        assert "HttpOnly" in cookie._rest and cookie._rest.get("SameSite") == "Lax"


def test_cookies_are_secure_behind_https(people, browser):
    answer = browser().step(SIGN_IN, headers={"X-Scheme": "https"})
    assert "secure" in answer.headers["Set-Cookie"].lower()


def test_the_state_cookie_is_random_short_lived_and_for_the_hub_only(people, browser):
    cookies = [browser().step(SIGN_IN).headers["Set-Cookie"] for _ in range(2)]
    assert cookies[0].split(";")[0] != cookies[1].split(";")[0]
    for part in ("HttpOnly", "Path=/jupyter/hub/", "SameSite=Lax", "Max-Age=600"):
        assert part in cookies[0]


def test_an_assertion_for_another_browser_is_refused_and_spent(people, browser):
    """Login CSRF: mallory has alice's browser open an address with mallory's assertion."""
    mallory, alice = browser(), browser()
    state = start(mallory)
    assertion = people.assertion(people.open_session("bob"), state)
    start(alice)
    answer = alice.step(f"{SIGN_IN}?assertion={assertion}&state={state}&next=/jupyter/hub/home")
    assert answer.status_code == 302
    assert assertion not in answer.headers["Location"] and state not in answer.headers["Location"]
    assert people.assertions == {}
    assert who(alice) is None
    page = alice.go(answer.headers["Location"])
    assert page.status_code == 400 and "Nobody was signed in" in text(page)
    # and mallory cannot use it either
    mallory.go(f"{SIGN_IN}?assertion={assertion}&state={state}")
    assert who(mallory) is None


@pytest.mark.parametrize("state", ["", "x", "a" * 5000, "%00%ff"])
def test_an_assertion_with_a_wrong_state_is_spent(people, browser, state):
    visitor = browser()
    assertion = people.assertion(people.open_session("alice"), start(visitor))
    visitor.step(f"{SIGN_IN}?assertion={assertion}&state={state}")
    assert people.assertions == {} and who(visitor) is None


def test_a_script_cannot_finish_a_sign_in(people, browser):
    visitor = browser()
    state = start(visitor)
    assertion = people.assertion(people.open_session("alice"), state)
    visitor.step(f"{SIGN_IN}?assertion={assertion}&state={state}", headers={"Sec-Fetch-Mode": "cors"})
    assert people.assertions == {} and who(visitor) is None


def test_several_tabs_may_sign_in_at_once(people, browser):
    visitor = browser()
    states = [start(visitor) for _ in range(4)]
    session = people.open_session("alice")
    for state in states:
        answer = visitor.step(f"{SIGN_IN}?assertion={people.assertion(session, state)}&state={state}")
        assert "problem" not in answer.headers["Location"]


def test_state_cookies_do_not_pile_up(people, browser):
    visitor = browser()
    for _ in range(30):
        start(visitor)
    assert len([c for c in visitor.http.cookies if "state" in c.name]) <= 9


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_sign_in_never_leads_to_another_site(people, browser, there):
    visitor = browser(people.open_session("alice"))
    answer = visitor.go(SIGN_IN, params={"next": there})
    assert urlsplit(answer.url).netloc == urlsplit(visitor.hub).netloc


def test_an_absent_bridge_is_said_and_no_assertion_stays_in_the_address(people, browser):
    visitor = browser()
    state = start(visitor)
    assertion = people.assertion(people.open_session("alice"), state)
    people.down = True
    answer = visitor.go(f"{SIGN_IN}?assertion={assertion}&state={state}")
    assert answer.status_code == 503 and "Try again" in text(answer)
    assert assertion not in answer.url


def test_the_form_takes_a_name_and_a_password(people, browser):
    visitor = browser()
    answer = visitor.form("alice", "pw-alice", "/jupyter/hub/home")
    assert answer.status_code == 302 and answer.headers["Location"] == "/jupyter/hub/home"
    assert who(visitor) == "alice"


@pytest.mark.parametrize("header", ["X-Real-IP", "X-Forwarded-For"])
@pytest.mark.parametrize("at", ["url", "own_url"])
def test_nobody_chooses_the_address_that_their_guesses_count_for(people, hub, browser, header, at):
    """The strict bridge takes a name and a password and nothing else; anything more is a fault."""
    forged = {header: "192.0.2.66"}
    outside(hub, "POST", "/users/alice")
    visitor = browser()
    visitor.hub = getattr(hub, at)
    visitor.http.headers.update(forged)
    assert visitor.form("alice", "wrong").status_code == 403
    auth = {"username": "alice", "password": "pw-alice"}
    url = f"{visitor.hub}/jupyter/hub/api/users/alice/tokens"
    assert requests.post(url, json={"auth": auth}, headers=forged).status_code == 201
    assert people.calls.count(("POST", "/api/v1/authenticate")) == 2
    assert people.faults == []


def test_the_form_refuses_a_wrong_password_and_an_unknown_name_alike(people, browser):
    pages = [browser().form("alice", "wrong"), browser().form("nobody", "wrong")]
    assert [page.status_code for page in pages] == [403, 403]
    assert all("Invalid username or password" in text(page) for page in pages)


@pytest.mark.parametrize("what, words", [("second_factor", "more than a password"), ("password_expired", "expired")])
def test_a_password_that_is_not_enough_leads_to_the_bridges_page(people, browser, what, words):
    setattr(people.people["alice"], what, True)
    visitor = browser()
    page = visitor.form("alice", "pw-alice")
    assert page.status_code == 403 and words in text(page)
    assert f'href="{visitor.bridge}/login?rd=%2Fjupyter%2Fhub%2F"' in page.text
    assert who(visitor) is None


def test_a_program_gets_a_token_for_a_name_and_a_password(people, hub):
    url = f"{hub.url}/jupyter/hub/api/users/alice/tokens"
    outside(hub, "POST", "/users/alice")
    answer = requests.post(url, json={"auth": {"username": "alice", "password": "pw-alice"}})
    assert answer.status_code == 201
    answer = requests.get(
        f"{hub.url}/jupyter/hub/api/user", headers={"Authorization": f"token {answer.json()['token']}"}
    )
    assert answer.json()["name"] == "alice"


@pytest.mark.parametrize(
    "auth",
    [
        None,
        {},
        {"username": "alice"},
        {"username": "alice", "password": ""},
        {"username": "alice", "password": "pw-alice", "more": "x"},
        {"username": "alice", "password": ["pw-alice"]},
        {"username": "alice", "user": {"name": "alice", "admin": True}},
        "alice",
        ["username", "password"],
    ],
)
def test_a_page_of_a_notebook_cannot_mint_a_token_with_the_ambient_cookie(people, browser, hub, auth):
    """A page posts with the cookie of the bridge and no hub login: JupyterHub checks no XSRF token there."""
    victim = browser(people.open_session("alice"))
    outside(hub, "POST", "/users/alice")
    url = f"{hub.url}/jupyter/hub/api/users/alice/tokens"
    body = {"note": "x"} if auth is None else {"auth": auth}
    assert victim.http.post(url, json=body).status_code == 403
    assert people.calls == []


def test_a_wrong_way_in_never_asks_the_bridge(people, browser):
    visitor = browser(people.open_session("alice"))
    visitor.go("/jupyter/hub/login?form=1")
    fields = {"username": "alice", "password": "pw-alice", "second": "x", "_xsrf": visitor.xsrf()}
    assert visitor.http.post(f"{visitor.hub}/jupyter/hub/login", fields).status_code == 403
    assert people.calls == []


def test_role_and_groups_come_from_the_bridge_and_leave_with_it(people, browser, hub):
    people.people["alice"].role = "admin"
    visitor = browser(people.open_session("alice"))
    visitor.go("/jupyter/hub/home")
    model = outside(hub, "GET", "/users/alice").json()
    assert model["admin"] and sorted(model["groups"]) == ["admins", "users"]
    people.people["alice"].role = "user"
    visitor.go("/jupyter/hub/logout")
    visitor.hold(people.open_session("alice").cookie)
    visitor.go("/jupyter/hub/home")
    model = outside(hub, "GET", "/users/alice").json()
    assert not model["admin"] and model["groups"] == ["users"]


def test_another_person_in_the_same_browser_is_that_person(people, browser, hub):
    shared = browser()
    first = people.open_session("alice")
    shared.hold(first.cookie)
    shared.go("/jupyter/hub/home")
    assert who(shared) == "alice"
    people.end_session(first)
    shared.hold(people.open_session("carol").cookie)
    # the time for which the bridge's word counts
    time.sleep(2.1)
    shared.go("/jupyter/hub/home")
    assert who(shared) == "carol"
