"""Going out: each way, everywhere, and only who is meant."""

import time

import requests

from browser_client import text
from conftest import eventually, outside


def in_lab(browser, name):
    """Whether this browser's pages of the notebook server still get answers."""
    answer = browser.step(f"/jupyter/user/{name}/api/status", headers={"Sec-Fetch-Mode": "navigate"})
    return answer.status_code == 200


def test_signing_out_at_the_bridge_reaches_the_hub_and_the_running_server(people, browser, hub):
    session = people.open_session("alice")
    leaving, staying = browser(session), browser(people.open_session("alice"))
    assert "/user/alice/" in leaving.start_server("alice").url
    staying.go("/jupyter/user/alice/lab")
    assert in_lab(leaving, "alice") and in_lab(staying, "alice")
    people.end_session(session)
    eventually(lambda: not in_lab(leaving, "alice"), within=5)
    assert leaving.go("/jupyter/hub/home").text == "sign in here"
    # another browser of the same person notices nothing, not even for its scripts
    time.sleep(2.5)
    assert in_lab(staying, "alice")


def test_a_browser_cannot_keep_its_tokens_by_renaming_its_hub_session(people, browser):
    session = people.open_session("alice")
    visitor = browser(session)
    visitor.go("/jupyter/hub/home")
    visitor.http.cookies.set("jupyterhub-session-id", "made-up", domain="127.0.0.1", path="/jupyter/")
    visitor.start_server("alice")
    assert in_lab(visitor, "alice")
    people.end_session(session)
    eventually(lambda: not in_lab(visitor, "alice"), within=5)


def test_a_session_that_ends_without_a_word_ends_in_the_running_server_too(people, browser):
    """The revocation service may be down: then the token itself is found to be worth nothing."""
    session = people.open_session("alice")
    visitor = browser(session)
    visitor.start_server("alice")
    del people.sessions[session.id]
    eventually(lambda: not in_lab(visitor, "alice"), within=5)


def test_the_next_person_at_a_browser_does_not_inherit_the_server_of_the_last(people, browser):
    session = people.open_session("alice")
    shared = browser(session)
    shared.start_server("alice")
    assert in_lab(shared, "alice")
    # alice's session goes without a revocation: the sign-in of the next person has to clear the browser by itself
    del people.sessions[session.id]
    time.sleep(2.1)
    shared.hold(people.open_session("carol").cookie)
    shared.go("/jupyter/hub/home")
    assert shared.step("/jupyter/hub/api/user").json()["name"] == "carol"
    eventually(lambda: not in_lab(shared, "alice"), within=5)


def test_signing_out_at_the_hub_ends_the_session_at_the_bridge(people, browser):
    session = people.open_session("alice")
    visitor = browser(session)
    visitor.go("/jupyter/hub/home")
    answer = visitor.go("/jupyter/hub/logout")
    assert session.id not in people.sessions
    # the bridge's signed-out page, and not straight in again
    assert answer.text == "signed out" and answer.url.endswith("/login?signed_out=1")
    assert visitor.go("/jupyter/hub/home").text == "sign in here"


def test_signing_out_with_the_bridge_away_is_not_called_a_success(people, browser):
    visitor = browser(people.open_session("alice"))
    visitor.go("/jupyter/hub/home")
    people.down = True
    answer = visitor.go("/jupyter/hub/logout")
    assert answer.status_code == 503 and "other services may still know you" in text(answer)


def test_another_site_cannot_sign_anybody_out(people, browser):
    session = people.open_session("alice")
    visitor = browser(session)
    visitor.go("/jupyter/hub/home")
    assert visitor.go("/jupyter/hub/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert session.id in people.sessions


def test_the_hubs_login_cookie_alone_lets_nobody_in(people, browser):
    """It is the same in every browser of a person: a copy must not outlive the session it came from."""
    visitor = browser(people.open_session("alice"))
    visitor.go("/jupyter/hub/home")
    visitor.http.cookies.clear("127.0.0.1", "/jupyter/hub/", "jupyterhub-diycloud-browser")
    assert visitor.step("/jupyter/hub/api/user").status_code == 403


def test_a_busy_browser_does_not_vouch_for_another_one(people, browser):
    session = people.open_session("alice")
    gone, busy = browser(session), browser(people.open_session("alice"))
    gone.go("/jupyter/hub/home")
    busy.go("/jupyter/hub/home")
    people.end_session(session)
    deadline = time.monotonic() + 2.5
    while time.monotonic() < deadline:
        assert busy.step("/jupyter/hub/api/user").status_code == 200
    assert gone.step("/jupyter/hub/api/user").status_code == 403


def test_a_page_of_many_requests_asks_the_bridge_once(people, browser):
    visitor = browser(people.open_session("alice"))
    visitor.go("/jupyter/hub/home")
    time.sleep(2.1)
    people.calls.clear()
    for _ in range(20):
        assert visitor.step("/jupyter/hub/api/user").status_code == 200
    assert people.calls.count(("POST", "/api/v1/sessions/introspect")) <= 2


def test_a_disabled_persons_server_stops_and_every_token_dies(people, browser, hub):
    visitor = browser(people.open_session("alice"))
    visitor.start_server("alice")
    body = {"auth": {"username": "alice", "password": "pw-alice"}}
    token = requests.post(f"{hub.url}/jupyter/hub/api/users/alice/tokens", json=body).json()["token"]
    headers = {"Authorization": f"token {token}"}
    assert requests.get(f"{hub.url}/jupyter/hub/api/user", headers=headers).status_code == 200
    people.disable("alice")

    def out() -> bool:
        stopped = not outside(hub, "GET", "/users/alice").json()["servers"]
        return stopped and requests.get(f"{hub.url}/jupyter/hub/api/user", headers=headers).status_code == 403

    eventually(out, within=5)
    assert visitor.go("/jupyter/hub/home").text != "signed in"
    assert outside(hub, "GET", "/users/alice/tokens").json()["api_tokens"] == []


def test_a_person_who_came_by_form_is_out_when_disabled(people, browser):
    visitor = browser()
    visitor.form("carol", "pw-carol")
    assert visitor.step("/jupyter/hub/api/user").status_code == 200
    people.disable("carol")
    eventually(lambda: visitor.step("/jupyter/hub/api/user").status_code == 403, within=5)


def test_a_short_absence_of_the_bridge_throws_nobody_out(people, browser):
    visitor = browser(people.open_session("alice"))
    visitor.go("/jupyter/hub/home")
    people.down = True
    time.sleep(3)
    assert visitor.step("/jupyter/hub/api/user").status_code == 200


def test_who_was_switched_off_while_the_bridge_was_away_is_out_when_it_is_back(people, browser, hub):
    visitor = browser(people.open_session("alice"))
    visitor.start_server("alice")
    people.down = True
    time.sleep(1)
    people.disable("alice")
    people.down = False
    eventually(lambda: not outside(hub, "GET", "/users/alice").json()["servers"], within=8)


def test_what_the_numbers_skip_is_found_by_comparison(people, browser, hub):
    visitor = browser(people.open_session("alice"))
    visitor.start_server("alice")
    # the bridge lost its rows: alice is disabled, and no revocation says so
    people.people["alice"].active = False
    people.sessions.clear()
    people.revocations.clear()
    eventually(lambda: not outside(hub, "GET", "/users/alice").json()["servers"], within=8)
