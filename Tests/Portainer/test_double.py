"""PortainerDouble's quirks, each once: who is asking, users, keys, settings."""

import json
import time
from urllib.parse import quote

import jwt
import pytest
import requests
from conftest import PASSWORD, bearer

PLAIN = {"AuthenticationMethod": 3, "OAuthSettings": {"ClientID": "bridge", "ClientSecret": "s", "AuthStyle": 2}}


@pytest.fixture
def people(portainer):
    """Tokens of alice and bob, and the admin's key, by letter."""
    for name in ("alice", "bob"):
        portainer.make_user(name)
    tokens = {name: portainer.token(name, f"the password of {name}") for name in ("alice", "bob")}
    return {"A": tokens["alice"], "B": tokens["bob"], "K": portainer.key}


ROWS = [
    ("", {"X-API-KEY": "{K}"}, "admin"),
    ("", {"x-ApI-kEy": "{K}"}, "admin"),
    ("", {"X-API-KEY": "bad"}, 401),
    ("", {"X-API-KEY": "", "Authorization": "Bearer {A}"}, "alice"),
    ("", {"X-API-KEY": "{K}", "Authorization": "Bearer {A}"}, 403),
    ("", {"X-API-KEY": "bad", "Authorization": "x"}, 403),
    ("", {"X-API-KEY": "{K}", "Cookie": "portainer_api_key={A}"}, "admin"),
    ("?x-api-key={K}", {}, "admin"),
    ("?X-Api-Key={K}", {"Authorization": "Bearer {A}"}, "admin"),
    ("?X%2DAPI-KEY={K}", {"Authorization": "Bearer {A}"}, "admin"),
    ("?x-api-%E2%84%AAey={K}", {"Authorization": "Bearer {A}"}, "admin"),
    ("", {"Cookie": "portainer_api_key={A}", "Authorization": "Bearer {B}"}, "alice"),
    ("", {"Cookie": "portainer_api_key=bad", "Authorization": "Bearer {A}"}, 401),
    ("", {"Cookie": "portainer_api_key=", "Authorization": "Bearer {A}"}, 401),
    ("", {"Cookie": "other=1", "Authorization": "Bearer {A}"}, "alice"),
    ("?token={B}", {"Authorization": "Bearer {A}"}, "bob"),
    ("?%74oken={B}", {"Authorization": "Bearer {A}"}, "bob"),
    ("?token=", {"Authorization": "Bearer {A}"}, "alice"),
    ("?token=bad", {"Authorization": "Bearer {A}"}, 401),
    ("", {"Authorization": "{A}"}, "alice"),
    ("", {"Authorization": "bearer A"}, 401),
    ("", {"Authorization": "Bearer "}, 401),
    ("", {"Authorization": "Basic {A}"}, 401),
    ("", {}, 401),
]


@pytest.mark.parametrize(("query", "headers", "expected"), ROWS)
def test_the_first_credential_found_decides(portainer, people, query, headers, expected):
    sent = {name: value.format_map(people) for name, value in headers.items()}
    query = query.format_map({name: quote(value, safe="") for name, value in people.items()})
    answer = portainer.call("GET", f"/api/users/me{query}", headers=sent)
    assert (answer.json()["Username"] if answer.status_code == 200 else answer.status_code) == expected


def test_the_newer_one_has_no_token_argument_and_says_401_to_two_credentials(newer):
    token = newer.token()
    assert newer.call("GET", f"/api/users/me?token={token}").status_code == 401
    assert newer.call("GET", "/api/users/me", headers={"X-API-KEY": newer.key, **bearer(token)}).status_code == 401


def test_a_token_says_who_and_until_when(portainer):
    portainer.admin("PUT", "/api/settings", {"UserSessionTimeout": "1h30m"})
    answer = portainer.call("POST", "/api/auth", {"Username": "ADMIN", "Password": PASSWORD})
    claims = jwt.decode(answer.json()["jwt"], options={"verify_signature": False})
    assert (claims["id"], claims["username"], claims["role"], claims["scope"]) == (1, "admin", 1, "default")
    assert claims["exp"] - claims["iat"] == 5400
    cookie = answer.headers["Set-Cookie"]
    assert "Path=/" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie


def test_a_restart_ends_tokens_but_not_keys(portainer):
    token = portainer.token()
    portainer.restart()
    assert portainer.call("GET", "/api/users/me", headers=bearer(token)).status_code == 401
    assert portainer.admin("GET", "/api/users/me").json()["Username"] == "admin"


def test_sending_any_role_ends_tokens(portainer, people):
    time.sleep(1.1)
    portainer.admin("PUT", "/api/users/2", {"Username": "alice", "Theme": {"color": "dark"}})
    assert portainer.call("GET", "/api/users/me", headers=bearer(people["A"])).status_code == 200
    portainer.admin("PUT", "/api/users/2", {"Role": 2})
    assert portainer.call("GET", "/api/users/me", headers=bearer(people["A"])).status_code == 401
    assert "role-unchanged" in portainer.remarks()


def test_the_eleventh_quick_try_is_banned_and_a_restart_forgives(portainer):
    wrong = {"username": "admin", "password": "wrong"}
    answers = [portainer.call("POST", "/api/auth", wrong).status_code for _ in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 403
    time.sleep(2.1)
    assert portainer.call("POST", "/api/auth", wrong).status_code == 403
    assert portainer.admin("GET", "/api/users/me").status_code == 200
    portainer.restart()
    assert portainer.call("POST", "/api/auth", wrong).status_code == 422


def test_logout_without_a_cookie_is_no_answer_at_all(portainer):
    with pytest.raises(requests.ConnectionError):
        portainer.call("POST", "/api/auth/logout", headers=bearer(portainer.token()))


def test_logout_with_cookie_wants_the_token_and_revokes(portainer):
    token = portainer.token()
    cookie = {"Cookie": f"portainer_api_key={token}"}
    refused = portainer.call("POST", "/api/auth/logout", headers=cookie)
    assert (refused.status_code, refused.text.strip()) == (403, "Forbidden - CSRF token not found in request")
    seen = portainer.call("GET", "/api/users/me", headers=cookie)
    second = seen.headers["Set-Cookie"].partition(";")[0]
    headers = {"Cookie": f"portainer_api_key={token}; {second}", "X-CSRF-Token": seen.headers["X-CSRF-Token"]}
    assert portainer.call("POST", "/api/auth/logout", headers=headers).status_code == 204
    assert portainer.call("GET", "/api/users/me", headers=bearer(token)).status_code == 401


def test_logout_of_the_newer_one_needs_nothing(newer):
    assert newer.call("POST", "/api/auth/logout").status_code == 204


def test_a_garbage_cookie_beside_a_good_bearer_is_cross_site(portainer):
    headers = {**bearer(portainer.token()), "Cookie": "portainer_api_key=x"}
    assert "CSRF" in portainer.call("POST", "/api/teams", {"Name": "t"}, headers=headers).text


def test_the_older_one_looks_at_no_origin_and_the_newer_one_at_every_one(portainer, newer):
    evil = {"Origin": "https://evil", "Sec-Fetch-Site": "cross-site"}
    for server, status in ((portainer, 200), (newer, 403)):
        headers = {**bearer(server.token()), **evil}
        assert server.call("POST", "/api/teams", {"Name": "t"}, headers=headers).status_code == status
    other = {**bearer(newer.token()), "Origin": "http://other.example"}
    assert newer.call("POST", "/api/teams", {"Name": "u"}, headers=other).status_code == 403


def test_the_first_administrator_is_made_once(start):
    server = start(bare=True)
    assert server.call("GET", "/api/users/admin/check").status_code == 404
    assert server.call("POST", "/api/users/admin/init", {"Username": "root", "Password": "short"}).status_code == 400
    given = {"Username": "root", "Password": "long enough now"}
    answer = server.call("POST", "/api/users/admin/init", given)
    assert answer.status_code == 200
    assert answer.json()["Password"]
    assert server.call("POST", "/api/users/admin/init", given).status_code == 409


def test_without_an_administrator_the_door_closes(start):
    server = start("--admin-window", "0", bare=True)
    answer = server.call("GET", "/api/users/admin/check")
    assert (answer.status_code, answer.headers["redirect-reason"]) == (303, "AdminInitTimeout")
    assert server.call("GET", "/api/status").status_code == 200


def test_the_newer_one_wants_its_setup_token(start):
    server = start("--generation", "2.43", "--setup-token", "t", bare=True)
    given = {"Username": "root", "Password": "long enough now"}
    assert server.call("GET", "/api/settings/public").json()["RequiresSetupToken"] is True
    assert server.call("POST", "/api/users/admin/init", given).status_code == 403
    answer = server.call("POST", "/api/users/admin/init", given, headers={"X-Setup-Token": "t"})
    assert "Password" not in answer.json()


def test_names_are_folded(portainer):
    assert portainer.admin("POST", "/api/users", {"Username": "Erin", "Role": 2, "Password": PASSWORD}).json()[
        "Username"
    ] == ("erin")
    again = portainer.admin("POST", "/api/users", {"Username": "ERIN", "Role": 2, "Password": PASSWORD})
    assert again.status_code == 409


def test_with_oauth_no_password_is_taken_and_only_the_first_admin_signs_in(portainer):
    portainer.make_user("alice")
    portainer.admin("PUT", "/api/settings", PLAIN)
    given = {"Username": "carol", "Role": 2, "Password": PASSWORD}
    assert portainer.admin("POST", "/api/users", given).status_code == 400
    assert portainer.admin("POST", "/api/users", {**given, "Password": ""}).status_code == 200
    sign_in = {"username": "alice", "password": "the password of alice"}
    assert portainer.call("POST", "/api/auth", sign_in).status_code == 422
    assert portainer.token()


def test_deleting_a_user_ends_tokens_and_uses_no_number_twice(portainer, people):
    assert portainer.admin("DELETE", "/api/users/3").status_code == 204
    assert portainer.call("GET", "/api/users/me", headers=bearer(people["B"])).status_code == 401
    assert portainer.make_user("carol") == 4
    assert portainer.admin("DELETE", "/api/users/1").status_code == 403


def test_memberships_ask_nobody_whether_they_exist(portainer):
    team = portainer.admin("POST", "/api/teams", {"Name": "admins"}).json()["Id"]
    given = {"UserID": 99, "TeamID": team, "Role": 2}
    assert portainer.admin("POST", "/api/team_memberships", given).status_code == 200
    assert portainer.admin("POST", "/api/team_memberships", given).status_code == 409
    assert "membership-of-nobody" in portainer.remarks()


def test_a_key_is_made_with_a_token_and_only_for_oneself(portainer, newer):
    given = {"password": PASSWORD, "description": "d"}
    assert portainer.admin("POST", "/api/users/1/tokens", given).status_code == 401
    user = portainer.make_user("alice")
    headers = bearer(portainer.token())
    assert portainer.call("POST", f"/api/users/{user}/tokens", given, headers=headers).status_code == 403
    wrong = {**given, "password": "wrong"}
    assert portainer.call("POST", "/api/users/1/tokens", wrong, headers=headers).status_code == 403
    made = portainer.call("POST", "/api/users/1/tokens", given, headers=headers)
    assert made.status_code == 201
    number = made.json()["apiKey"]["id"]
    assert portainer.admin("DELETE", f"/api/users/1/tokens/{number}").status_code == 204
    assert newer.call("POST", "/api/users/1/tokens", given, headers=bearer(newer.token())).status_code == 200


def test_the_oauth_struct_is_replaced_as_a_whole_but_for_the_secret(portainer):
    portainer.admin("PUT", "/api/settings", PLAIN)
    answer = portainer.admin("PUT", "/api/settings", {"OAuthSettings": {"Scopes": "x"}}).json()["OAuthSettings"]
    assert (answer["ClientID"], answer["ClientSecret"], answer["AuthStyle"], answer["SSO"]) == ("", "", 0, False)
    stored = json.loads((portainer.data / "portainer-double.json").read_text())["settings"]["OAuthSettings"]
    assert stored["ClientSecret"] == "s"


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ({"TemplatesURL": "nowhere"}, 400),
        ({"UserSessionTimeout": "8 hours"}, 400),
        ({"AuthenticationMethod": 4}, 400),
        ({"OAuthSettings": {"AuthStyle": 3}}, 400),
        ({"AuthenticationMethod": "3"}, 400),
        ({"SnapshotInterval": "15m", "EnableEdgeComputeFeatures": False}, 200),
        ({"Nonsense": 1}, 200),
    ],
)
def test_settings_are_judged(portainer, settings, status):
    assert portainer.admin("PUT", "/api/settings", settings).status_code == status
    assert ("unknown-field" in portainer.remarks()) == ("Nonsense" in settings)


def test_paths_are_exact(portainer):
    assert portainer.call("GET", "/api/status/").status_code == 404
    assert portainer.call("GET", "/api//status").status_code == 301
    assert portainer.call("GET", "/api/%73tatus").status_code == 200
    assert portainer.call("DELETE", "/api/status").status_code == 405
    assert "unknown-path" in portainer.remarks()
