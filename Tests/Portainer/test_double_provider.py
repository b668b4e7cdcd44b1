"""PortainerDouble's quirks, each once: an OAuth provider and a list of templates somewhere else."""

import base64

import jwt
import pytest
from conftest import bearer


@pytest.fixture
def by_code(portainer, provider):
    """Switches OAuth on with the given changes, and shows a code."""
    portainer.make_user("alice")

    def show(server=portainer, **changes):
        url = f"http://127.0.0.1:{provider.port}"
        oauth = {
            "ClientID": "the bridge",
            "ClientSecret": "a+b c",
            "AuthorizationURI": "https://host/login",
            "AccessTokenURI": f"{url}/token",
            "ResourceURI": f"{url}/user",
            "RedirectURI": "https://host/portainer/",
            "UserIdentifier": "username",
            "Scopes": "openid profile",
            "AuthStyle": 2,
            "SSO": True,
            **changes,
        }
        server.admin("PUT", "/api/settings", {"AuthenticationMethod": 3, "OAuthSettings": oauth})
        return server.call("POST", "/api/auth/oauth/validate", {"code": "c"})

    return show


def test_a_code_is_exchanged_with_the_secret_form_encoded_in_the_header(by_code, provider):
    answer = by_code()
    assert jwt.decode(answer.json()["jwt"], options={"verify_signature": False})["username"] == "alice"
    (method, path, headers, body), (_, _, asked, _) = provider.seen
    assert (method, path, headers["User-Agent"]) == ("POST", "/token", "Go-http-client/1.1")
    assert body == "code=c&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fhost%2Fportainer%2F"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"the+bridge:a%2Bb+c"
    assert asked["Authorization"] == "Bearer tok"


def test_style_one_puts_the_secret_in_the_body(by_code, provider):
    by_code(AuthStyle=1)
    assert provider.seen[0][3].startswith("client_id=the+bridge&client_secret=a%2Bb+c&code=c")
    assert "Authorization" not in provider.seen[0][2]


def test_style_zero_shows_a_refused_code_twice(by_code, provider):
    provider.token_status = 400
    assert by_code(AuthStyle=0).status_code == 500
    assert [seen[1] for seen in provider.seen] == ["/token", "/token"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"token_type": None}, 200),
        ({"token_type": "application/octet-stream"}, 200),
        ({"token_status": 201}, 200),
        ({"token_type": "text/plain"}, 500),
        ({"resource_type": "application/json; charset=utf-8"}, 200),
        ({"resource_type": "text/plain"}, 500),
        ({"resource_type": None}, 500),
        ({"resource_status": 201}, 500),
        ({"username": "Alice"}, 200),
        ({"username": ""}, 500),
        ({"username": "nobody"}, 403),
    ],
)
def test_content_types_and_statuses_decide(by_code, provider, changes, status):
    for name, value in changes.items():
        setattr(provider, name, value)
    assert by_code().status_code == status


def test_unknown_names_become_users_when_wanted(by_code, portainer, provider):
    provider.username = "Dave"
    assert by_code(OAuthAutoCreateUsers=True, DefaultTeamID=7).status_code == 200
    users = portainer.admin("GET", "/api/users").json()
    assert users[-1] == {"Id": 3, "Username": "dave", "Role": 2}
    assert portainer.admin("GET", "/api/users/3/memberships").json()[0]["TeamID"] == 7


def test_the_address_of_the_login_is_not_escaped(by_code, portainer):
    by_code(SSO=False, LogoutURI="https://host/out")
    public = portainer.call("GET", "/api/settings/public").json()
    assert public["OAuthLoginURI"] == (
        "https://host/login?response_type=code&client_id=the bridge&redirect_uri=https://host/portainer/"
        "&scope=openid profile&prompt=login"
    )
    assert public["OAuthLogoutURI"] == "https://host/out"


def test_a_code_means_nothing_without_oauth(portainer):
    assert portainer.call("POST", "/api/auth/oauth/validate", {"code": "c"}).status_code == 403
    assert portainer.call("POST", "/api/auth/oauth/validate", {}).status_code == 400


def test_app_templates_are_fetched_each_time_without_a_credential(portainer, provider):
    url = f"http://127.0.0.1:{provider.port}/templates.json"
    portainer.admin("PUT", "/api/settings", {"TemplatesURL": url})
    portainer.make_user("alice")
    token = bearer(portainer.token("alice", "the password of alice"))
    for _ in range(2):
        assert len(portainer.call("GET", "/api/templates", headers=token).json()["templates"]) == 2
    assert len(provider.seen) == 2
    assert {name.lower() for name in provider.seen[0][2]} == {"host", "user-agent", "accept-encoding"}
    assert portainer.admin("POST", "/api/templates/4/file").json() == {"FileContent": "services: {}"}
    assert portainer.admin("POST", "/api/templates/5/file").status_code == 400
    assert portainer.admin("POST", "/api/templates/6/file").status_code == 404
    portainer.admin("PUT", "/api/settings", {"TemplatesURL": "http://127.0.0.1:9/x"})
    assert portainer.admin("GET", "/api/templates").status_code == 500


def test_custom_templates_are_private_until_their_control_says_otherwise(portainer):
    portainer.make_user("alice")
    token = bearer(portainer.token("alice", "the password of alice"))
    given = {"Title": "T", "Description": "d", "Platform": 1, "Type": 2, "FileContent": "services: {}"}
    path = "/api/custom_templates"
    made = portainer.admin("POST", f"{path}/create/string", given).json()
    assert portainer.admin("POST", f"{path}/create/string", given).status_code == 500
    assert portainer.admin("POST", f"{path}/create/string", {**given, "Title": ""}).status_code == 500
    assert portainer.admin("POST", f"{path}/create/string", {**given, "Title": "U", "Note": "<img>"}).status_code == 500
    assert portainer.call("GET", path, headers=token).json() == []
    control = made["ResourceControl"]["Id"]
    assert portainer.admin("PUT", f"/api/resource_controls/{control}", {"Public": True}).status_code == 200
    assert [row["Id"] for row in portainer.call("GET", path, headers=token).json()] == [made["Id"]]
    assert portainer.call("GET", f"{path}/{made['Id']}/file", headers=token).status_code == 200
    assert portainer.call("GET", f"{path}/{made['Id']}", headers=token).status_code == 403
    updated = portainer.admin("PUT", f"{path}/{made['Id']}", {**given, "Description": "e"}).json()
    assert updated["ResourceControl"] is None
    assert len(portainer.call("GET", path, headers=token).json()) == 1
