"""The shipped nginx files between two doubles: what reaches the bridge, what reaches a service, what comes back."""

import itertools
import socket
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pytest
from client import get, read_answer, send
from conftest import DOUBLES
from stage import web

ALICE = "Cookie: diycloud=alice-session"
CAROL = "Cookie: diycloud=carol-session"

# Every header that the bridge may see in the subrequest; a new one must be argued for here.
AUTH_HEADERS = {"host", "cookie", "x-bridge-service", "x-real-ip", "x-forwarded-proto", "x-original-uri"}


# --- what the bridge is asked ---


def test_the_service_named_in_a_location_is_seen_in_the_subrequest(edge):
    assert get(edge.port, "/echo/x", ALICE).status == 200
    assert [value for name, value in edge.asked()[0]["headers"] if name == "X-Bridge-Service"] == ["echo"]
    assert get(edge.port, "/staff/x", ALICE, "Accept: */*").status == 403
    assert get(edge.port, "/staff/x", CAROL).status == 200


def test_a_location_that_forgot_its_name_is_closed(edge):
    assert get(edge.port, "/unnamed/x", CAROL).status == 403
    assert "x-bridge-service" not in {name.lower() for name, _ in edge.asked()[0]["headers"]}


def test_a_nested_location_inherits_the_guard_but_no_name_and_is_closed(edge):
    assert get(edge.port, "/outer/x", ALICE).status == 200
    assert get(edge.port, "/outer/inner/x", CAROL).status == 403


def test_kept_connections_do_not_carry_a_name_or_an_identity_over(edge):
    with socket.create_connection(("127.0.0.1", edge.port), timeout=10) as connection:
        for path, cookie, status in [
            ("/staff/x", CAROL, 200),
            ("/staff/x", ALICE, 403),
            ("/unnamed/x", CAROL, 403),
            ("/echo/x", ALICE, 200),
            ("/echo/x", "Accept: a/b", 401),
        ]:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\n\r\n".encode())
            answer = read_answer(connection)
            assert answer.status == status
            if status == 200:
                assert answer.seen_headers("Remote-User") == ["carol" if cookie == CAROL else "alice"]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE"])
def test_nothing_of_the_client_reaches_the_verdict_but_its_cookie(edge, method):
    body = "x=1" if method in {"POST", "PUT"} else ""
    lines = [
        f"{method} /echo/a?b=c HTTP/1.1",
        f"Host: 127.0.0.1:{edge.port}",
        ALICE,
        "Authorization: Basic cm9vdDpyb290",
        "Remote-User: root",
        "X-Forwarded-For: 127.0.0.2",
        "X-Forwarded-User: root",
        "X-Original-URI: /open/",
        "X-Original-URL: https://x/open/",
        "X-Bridge-Service: staff",
        "X-Bridge-Proxy-Secret: guess",
        "X-Real-IP: 127.0.0.3",
        "If-None-Match: *",
        "If-Modified-Since: Sat, 01 Jan 2050 00:00:00 GMT",
        "Range: bytes=0-0",
        "Expect: nothing" if not body else f"Content-Length: {len(body)}",
        "Connection: close, X-Real-IP, Cookie",
        "",
        body,
    ]
    send(edge.port, "\r\n".join(lines).encode())
    [asked] = edge.asked()
    assert asked["method"] == "GET"
    assert asked["body"] == ""
    names = [name.lower() for name, _ in asked["headers"]]
    assert sorted(names) == sorted(AUTH_HEADERS)
    values = {name.lower(): value for name, value in asked["headers"]}
    assert values["x-bridge-service"] == "echo"
    assert values["x-real-ip"] == "127.0.0.1"
    assert values["x-original-uri"] == "/echo/a?b=c"


def test_pages_of_the_bridge_get_the_address_as_nginx_saw_it(edge):
    get(
        edge.port,
        "/login?rd=/x",
        "X-Forwarded-Host: evil.example",
        "X-Forwarded-For: 127.0.0.9",
        "X-Real-IP: 127.0.0.9",
        "X-Forwarded-Proto: https",
        "Remote-User: root",
        "Forwarded: for=127.0.0.9",
        "Origin: http://evil.example",
        "Sec-Fetch-Site: cross-site",
    )
    [asked] = edge.asked("/login")
    values = {name.lower(): value for name, value in asked["headers"]}
    assert values["x-forwarded-host"] == values["host"] == f"127.0.0.1:{edge.port}"
    assert values["x-forwarded-proto"] == "http"
    assert values["x-real-ip"] == "127.0.0.1"
    assert values["origin"] == "http://evil.example"
    assert values["sec-fetch-site"] == "cross-site"
    assert not {"remote-user", "forwarded", "x-forwarded-for", "authorization"} & set(values)


def test_a_form_reaches_the_bridge_whole(edge):
    body = b"username=alice&password=correct+horse"
    send(
        edge.port,
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body),
    )
    [asked] = edge.asked("/login")
    assert (asked["method"], asked["body"]) == ("POST", body.decode())
    assert ["Content-Type", "application/x-www-form-urlencoded"] in asked["headers"]


@pytest.mark.parametrize("path", ["/login", "/login/answer"])
@pytest.mark.parametrize("accept, kind", [("text/html", "text/html"), ("application/json", "application/problem+json")])
def test_one_address_has_so_many_sign_ins_under_way_and_no_more(edge, path, accept, kind):
    body = "username=alice&password=x"
    request = (
        f"POST {path}?slow HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    with ThreadPoolExecutor(40) as pool:
        flood = [pool.submit(send, edge.port, request.encode(), seconds=20) for _ in range(40)]
        refused = [future.result() for future in as_completed(flood)][:8]
        answers = [future.result() for future in flood]
    assert sorted(answer.status for answer in answers) == [200] * 32 + [429] * 8
    for answer in refused:
        assert (answer.status, answer.first("Content-Type").split(";")[0]) == (429, kind)
        assert (answer.first("Retry-After"), answer.first("Cache-Control")) == ("5", "no-store")
        assert b"oo many sign-ins at once" in answer.body
    assert len(edge.asked(path)) == 32
    assert get(edge.port, path).status == 200


def test_a_flood_of_sign_ins_from_one_address_leaves_everybody_else_alone(edge):
    request = b"GET /login?slow HTTP/1.1\r\nHost: x\r\n\r\n"
    with ThreadPoolExecutor(40) as pool:
        flood = [pool.submit(send, edge.port, request, seconds=20) for _ in range(40)]
        # The first answers are the refusals: from then on the address is at its limit.
        assert next(as_completed(flood)).result().status == 429
        with socket.create_connection(("127.0.0.1", edge.port), timeout=10, source_address=("127.0.0.7", 0)) as other:
            other.sendall(b"GET /login HTTP/1.1\r\nHost: x\r\n\r\n")
            assert read_answer(other).status == 200
        assert get(edge.port, "/echo/x", ALICE).status == 200
        assert not all(future.done() for future in flood)


def test_the_host_of_the_request_line_wins_over_the_header(edge):
    send(edge.port, b"GET http://admin.example/login HTTP/1.1\r\nHost: public.example\r\n\r\n")
    values = {name.lower(): value for name, value in edge.asked("/login")[0]["headers"]}
    assert values["x-forwarded-host"] == "admin.example"


# --- who is sent where ---


def test_a_person_is_sent_to_sign_in_and_comes_back_to_the_same_address(edge):
    answer = get(edge.port, "/echo/a?b=c&d=%26", "Accept: text/html,application/xhtml+xml,*/*;q=0.8")
    assert answer.status == 302
    assert answer.all("Location") == ["/login?rd=/echo/a%3Fb%3Dc%26d%3D%2526"]
    assert answer.first("Cache-Control") == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        ["Accept: application/json"],
        ["Accept: */*"],
        [],
        ["Accept: text/html", "Sec-Fetch-Mode: cors"],
        ["Accept: text/html", "Sec-Fetch-Mode: websocket"],
        ["Accept: text/html", "Sec-Fetch-Mode: no-cors"],
    ],
)
def test_a_program_is_told_401_in_json(edge, headers):
    answer = get(edge.port, "/echo/x", *headers)
    assert answer.status == 401
    assert answer.first("Content-Type") == "application/problem+json"
    assert b"urn:diycloud:problem:signed-out" in answer.body
    assert answer.first("Location") == ""


def test_a_navigation_without_text_html_is_a_page_too(edge):
    assert get(edge.port, "/echo/x", "Sec-Fetch-Mode: navigate").status == 302


def test_a_post_without_a_session_reaches_no_application(edge):
    body = "a=b"
    answer = get(edge.port, "/echo/x", "Accept: text/html", f"Content-Length: {len(body)}\r\n\r\n{body}", method="POST")
    assert answer.status == 302


@pytest.mark.parametrize("status", [401, 403, 404, 500, 502, 503])
def test_errors_of_the_application_pass_untouched(edge, status):
    answer = get(edge.port, f"/echo/x?status={status}", ALICE, "Accept: text/html")
    assert answer.status == status
    assert answer.seen_by_app()["target"] == f"/echo/x?status={status}"


def test_an_application_that_is_away_has_a_friendly_page(edge):
    answer = get(edge.port, "/away/", ALICE, "Accept: text/html")
    assert (answer.status, answer.first("Content-Type")) == (502, "text/html; charset=utf-8")
    assert b"does not answer" in answer.body
    assert get(edge.port, "/away/", ALICE).first("Content-Type") == "application/problem+json"


# --- what cannot be asked from outside ---


@pytest.mark.parametrize(
    "path",
    [
        "/_diycloud_bridge_auth",
        "/_diycloud_bridge_auth/",
        "/%5fdiycloud_bridge_auth",
        "/auth",
        "/auth/",
        "/auth/..%2fauth",
        "/metrics",
        "/healthz",
        "/readyz",
        "/api/v1/authenticate",
        "/api/v1/sessions/introspect",
        "/api/v1/sessions/end",
        "/api/v1/sessions/x/../introspect",
        "/api/v1/users/alice/spawn",
        "/api/v1/revocations",
        "/api/v1/me/../authenticate",
        "/api/v1/me%2f..%2fauthenticate",
        "//api/v1/users/alice",
    ],
)
def test_what_is_not_for_browsers_is_not_there(edge, path):
    edge.forget()
    answer = get(edge.port, path, CAROL)
    assert answer.status == 404
    assert edge.records.read_text() == ""


# --- what a service sees ---


def test_the_service_learns_who_it_is_from_the_bridge_only(edge):
    answer = get(
        edge.port,
        "/echo/x",
        ALICE,
        "Remote-User: root",
        "Remote-Groups: admins",
        "Remote-Email: root@example",
        "REMOTE-ROLE: admin",
    )
    assert answer.seen_headers("Remote-User") == ["alice"]
    assert answer.seen_headers("Remote-Groups") == ["users"]
    assert answer.seen_headers("Remote-Role") == ["user"]
    assert answer.seen_headers("Remote-Email") == []


SPOOFS = [
    "X-Auth-User",
    "X-Forwarded-User",
    "X-Remote-User",
    "X-WebAuth-User",
    "X-Auth-Request-User",
    "X-User",
    "X-Bridge-Service",
    "Remote_User",
    "remote_user",
    "X_Forwarded_User",
    "Remote-User ",
    "X-Original-URL",
    "X-Original-URI",
    "X-Forwarded-Uri",
    "X-Forwarded-Method",
    "X-Forwarded-Prefix",
    "X-Rewrite-URL",
    "X-HTTP-Method-Override",
    "Forwarded",
]


@pytest.mark.parametrize("name", SPOOFS)
@pytest.mark.parametrize("path", ["/echo/x", "/jupyter/x", "/open/x"])
def test_an_invented_identity_reaches_no_service(edge, path, name):
    answer = get(edge.port, path, ALICE, f"{name}: root-was-here")
    assert answer.status in {200, 400}  # nginx may refuse the line, or drop it
    assert b"root-was-here" not in answer.body


@pytest.mark.parametrize("value", ["127.0.0.9", "a", "for=127.0.0.9", ", ".join(["10.0.0.1"] * 200)])
def test_the_address_a_service_sees_is_the_real_one(edge, value):
    answer = get(edge.port, "/echo/x", ALICE, f"X-Forwarded-For: {value}", f"X-Real-IP: {value}")
    assert answer.seen_headers("X-Forwarded-For") == ["127.0.0.1"]
    assert answer.seen_headers("X-Real-IP") == ["127.0.0.1"]


def test_naming_headers_in_connection_loses_none_of_them(edge):
    answer = get(edge.port, "/echo/x", ALICE, "Connection: close, Remote-User, X-Real-IP, Cookie, X-Forwarded-For")
    assert answer.seen_headers("Remote-User") == ["alice"]
    assert answer.seen_headers("X-Real-IP") == ["127.0.0.1"]


# --- the session cookie ---

OTHERS = "theme=dark"
SPELLINGS = [
    "diycloud=SECRET",
    "__Host-diycloud=SECRET",
    "diycloud =SECRET",
    "DIYCLOUD=SECRET",
    "__host-diycloud=SECRET",
    'diycloud="SECRET"',
    "diycloud=SECRET=",
    "diycloud==SECRET",
    "diycloud=SECRET\tx",
    "diycloud-login=SECRET",
    "__Host-diycloud-login=SECRET",
]


@pytest.mark.parametrize("path", ["/jupyter/user/alice/lab", "/open/x"])
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(
    "shape", ["{}", "{}; theme=dark", "theme=dark; {}", "a=b; {}; theme=dark", "theme=dark;{};", ";{};theme=dark"]
)
def test_the_session_cookie_is_taken_out(edge, path, spelling, shape):
    answer = get(edge.port, path, f"Cookie: {shape.format(spelling)}")
    seen = "; ".join(answer.seen_headers("Cookie"))
    assert "SECRET" not in seen
    assert ("theme=dark" in seen) == ("theme=dark" in shape)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 30])
@pytest.mark.parametrize("order", range(4))
def test_no_number_of_session_cookies_gets_one_through(edge, count, order):
    names = itertools.islice(itertools.cycle(["diycloud", "__Host-diycloud"]), count)
    cookies = [f"{name}=SECRET{number}" for number, name in enumerate(names)]
    cookies.insert(order * count // 3, OTHERS)
    answer = get(edge.port, "/jupyter/x", "Cookie: " + "; ".join(cookies))
    assert b"SECRET" not in answer.body
    if count <= 4:
        assert answer.seen_headers("Cookie") == [OTHERS]


def test_several_cookie_lines_are_one_header(edge):
    answer = get(edge.port, "/jupyter/x", "Cookie: a=b; diycloud=SECRET1", "Cookie: diycloud=SECRET2", "Cookie: c=d")
    assert b"SECRET" not in answer.body
    assert "a=b" in answer.seen_headers("Cookie")[0]


@pytest.mark.parametrize("filler", ["x", ";", "; ", "diycloud", "a=b;", "=", " "])
def test_a_cookie_header_of_full_size_is_clean_or_gone(edge, filler):
    padding = (filler * 8000)[:7900]
    for cookie in (
        f"{padding}; diycloud=SECRET",
        f"diycloud=SECRET; {padding}",
        f"p={padding[:3900]}; diycloud=SECRET; q={padding[:3900]}",
    ):
        answer = get(edge.port, "/jupyter/x", f"Cookie: {cookie}")
        assert answer.status in {200, 400}
        assert b"SECRET" not in answer.body


@pytest.mark.parametrize(
    "cookie",
    ["mydiycloud=1", "diycloud2=1", "xdiycloud=1", "a=diycloud", "__Host-x=1", "diycloud-theme=1", "x=__Host-diycloud"],
)
def test_cookies_with_a_similar_name_stay(edge, cookie):
    assert get(edge.port, "/jupyter/x", f"Cookie: {cookie}; z=1").seen_headers("Cookie") == [f"{cookie}; z=1"]


# --- what a service may not do to the origin ---


@pytest.mark.parametrize("path", ["/jupyter/user/bob/x", "/echo/x", "/open/x"])
@pytest.mark.parametrize(
    "header",
    [
        "Service-Worker-Allowed:/",
        "Cross-Origin-Opener-Policy:same-origin",
        "NEL:{}",
        "Report-To:{}",
        'Clear-Site-Data:"*"',
    ],
)
def test_a_service_may_not_widen_its_power_over_the_origin(edge, path, header):
    escaped = header.replace('"', "%22")
    answer = get(edge.port, f"{path}?header={escaped}", ALICE)
    assert answer.status == 200
    assert answer.first(header.split(":")[0]) == ""


def test_a_service_cannot_open_internal_locations(edge):
    for target in ("/_diycloud_bridge_auth", "/api/v1/me", "@bridge_403_page"):
        answer = get(edge.port, f"/jupyter/x?header=X-Accel-Redirect:{target}", ALICE)
        assert answer.seen_by_app()["target"].startswith("/jupyter/x")
    assert edge.asked("/api/v1/me") == []


@pytest.mark.parametrize(
    "attributes",
    [
        "Path=/",
        "path = /",
        "Path=/; Path=/",
        "Path=/jupyter/; Path=/",
        "Path=/account",
        "PATH=/jupyterx",
        "Path=/login; Secure",
    ],
)
def test_a_notebook_server_sets_cookies_for_its_own_path_only(edge, attributes):
    answer = get(
        edge.port,
        f"/jupyter/user/bob/x?header=Set-Cookie:diycloud=bobs;%20{attributes.replace(' ', '%20').replace(';', '%3B')}",
    )
    [cookie] = answer.all("Set-Cookie")
    paths = [
        value.strip()
        for key, _, value in (part.partition("=") for part in cookie.split(";")[1:])
        if key.strip().lower() == "path"
    ]
    assert paths
    assert all(path.startswith("/jupyter/") for path in paths), cookie


# --- websockets ---

HANDSHAKE = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]


@pytest.mark.parametrize("path", ["/echo/ws", "/jupyter/user/alice/api/kernels/1/channels"])
def test_websockets_pass_in_both_directions(edge, path):
    with socket.create_connection(("127.0.0.1", edge.port), timeout=10) as connection:
        connection.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: x", ALICE, *HANDSHAKE, "", ""]).encode())
        answer = read_answer(connection)
        assert (answer.status, answer.first("Sec-WebSocket-Accept")) == (101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        connection.sendall(b"there and back")
        assert connection.recv(100) == b"there and back"


def test_a_websocket_without_a_session_is_refused_at_the_handshake(edge):
    assert get(edge.port, "/echo/ws", *HANDSHAKE).status == 401


def test_only_websockets_may_upgrade(edge):
    answer = get(
        edge.port,
        "/echo/x",
        ALICE,
        "Upgrade: h2c",
        "Connection: Upgrade, HTTP2-Settings",
        "HTTP2-Settings: AAMAAABkAAQAAP__",
    )
    assert answer.seen_headers("Upgrade") == []
    assert "upgrade" not in [value.lower() for value in answer.seen_headers("Connection")]


# --- requests that are none ---

MALFORMED = {
    "two hosts": b"GET /echo/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a list of hosts": b"GET /echo/ HTTP/1.1\r\nHost: a, b\r\n\r\n",
    "an empty host": b"GET /echo/ HTTP/1.1\r\nHost:\r\n\r\n",
    "no host": b"GET /echo/ HTTP/1.1\r\n\r\n",
    "length and chunks": b"POST /echo/ HTTP/1.1\r\nHost: a\r\n"
    b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"POST /echo/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a chunk too large to count": b"POST /open/ HTTP/1.1\r\nHost: a\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx",
    "a NUL in the path": b"GET /echo/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a NUL in a header": b"GET /echo/ HTTP/1.1\r\nHost: a\r\nCookie: diycloud=\x00alice-session\r\n\r\n",
    "a control byte in the target": b"GET /echo/\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
    "above the root": b"GET /../../echo/ HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_can_be_read_in_two_ways_is_refused(edge, name):
    answer = send(edge.port, MALFORMED[name])
    assert answer.status in {0, 400, 413, 501}
    assert edge.asked() == [] or answer.status != 200


def test_a_header_longer_than_the_buffers_is_refused_by_nginx(edge):
    for header in (f"Cookie: diycloud={'x' * 40_000}", f"X-Long: {'x' * 40_000}"):
        assert get(edge.port, "/echo/x", header).status in {400, 414, 431, 494}
    assert get(edge.port, "/echo/" + "x" * 40_000).status == 414
    assert edge.asked() == []


# --- paths: what is guarded stays guarded in every spelling ---

DETOURS = [
    "/open/../staff/x",
    "/open/..%2fstaff/x",
    "/open%2f..%2fstaff/x",
    "/open/%2e%2e/staff/x",
    "/open/%2E./staff/x",
    "//staff/x",
    "///staff//x",
    "/./staff/x",
    "/%73taff/x",
    "/staff/./x",
    "/staff%2fx",
    "/staff/x#/open/",
    "/staff/x?next=/open/",
    "/open/./../staff/x",
]


@pytest.mark.parametrize("path", DETOURS)
def test_no_spelling_of_a_path_leads_round_the_guard(edge, path):
    answer = get(edge.port, path, ALICE)
    assert answer.status in {400, 403}
    for version in ("HTTP/1.0", "HTTP/1.1"):
        request = f"GET {path} {version}\r\nHost: x\r\n{ALICE}\r\nConnection: close\r\n\r\n"
        assert send(edge.port, request.encode()).status in {400, 403}
    assert send(edge.port, f"GET http://elsewhere{path} HTTP/1.1\r\nHost: x\r\n{ALICE}\r\n\r\n".encode()).status in {
        400,
        403,
    }


@pytest.mark.parametrize(
    "path",
    ["/open/%252e%252e/staff/x", "/open/%252e%252e%252fstaff/x", "/open/%c0%ae%c0%ae/staff/x", "/open/..;/staff/x"],
)
def test_what_nginx_takes_for_another_path_arrives_as_that_other_path(edge, path):
    # For nginx it lies under /open/, and the application is told so; it must not decode a second time.
    assert get(edge.port, path, ALICE).seen_by_app()["target"] == path


# --- the other ways to install it, as the comments of the files tell ---


@pytest.fixture
def spare(programs, request):
    """Another nginx, not started yet: its configuration directory with the shipped files in place."""
    directory = web.copy_of_debians_configuration(f"nginx-{request.node.name.split('[')[0][-30:]}")
    web.install_shipped_files(directory, hub_port=8101)
    yield directory
    for program in [program for program in programs.running if program.name == directory.name]:
        programs.stop(program)


def test_the_example_with_tls_answers_for_its_own_name_only(edge, programs, spare):
    command = (
        f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=cloud.example.org"
        f" -addext subjectAltName=DNS:cloud.example.org -keyout {spare}/key.pem -out {spare}/cert.pem"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    text = (web.SHIPPED / "example-server.conf").read_text()
    for old, new in [
        ("/etc/letsencrypt/live/cloud.example.org/fullchain.pem", f"{spare}/cert.pem"),
        ("/etc/letsencrypt/live/cloud.example.org/privkey.pem", f"{spare}/key.pem"),
        ("listen [::]:", "#listen [::]:"),
        ("listen 80;", "listen 127.0.0.1:8110;"),
        ("listen 443 ", "listen 127.0.0.1:8111 "),
    ]:
        assert old in text
        text = text.replace(old, new)
    web.start(programs, text, port=8110, directory=spare)
    moved = get(8110, "/jupyter/?x=1", host="cloud.example.org")
    assert (moved.status, moved.first("Location")) == (301, "https://cloud.example.org/jupyter/?x=1")

    trusting = ssl.create_default_context(cafile=f"{spare}/cert.pem")
    with (
        socket.create_connection(("127.0.0.1", 8111), timeout=10) as plain,
        trusting.wrap_socket(plain, server_hostname="cloud.example.org") as connection,
    ):
        connection.sendall(b"GET /jupyter HTTP/1.1\r\nHost: cloud.example.org\r\n\r\n")
        answer = read_answer(connection)
        assert (answer.status, answer.first("Location")) == (302, "/jupyter/")
        assert answer.first("Strict-Transport-Security") == "max-age=31536000"
    with (
        socket.create_connection(("127.0.0.1", 8111), timeout=10) as plain,
        pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"),
    ):
        trusting.wrap_socket(plain, server_hostname="other.example.org")

    # HTTP/2 allows a cookie header in pieces (RFC 9113 §8.2.3); they are one again before anything is taken out.
    curl = f"curl -sS --http2 --cacert {spare}/cert.pem --resolve cloud.example.org:8111:127.0.0.1"
    pieces = ["-H", "Cookie: a=b", "-H", "Cookie: __Host-diycloud=SECRET", "-H", "Cookie: c=d; diycloud=SECRET"]
    address = "https://cloud.example.org:8111/jupyter/x"
    seen = subprocess.run([*curl.split(), *pieces, address], check=True, capture_output=True, text=True).stdout
    assert "SECRET" not in seen
    assert "a=b; c=d" in seen
    assert '["X-Scheme", "https"]' in seen


def test_on_tcp_nginx_shows_the_secret_to_the_bridge_and_to_nobody_else(edge, programs, spare):
    secret = Path("/etc/diycloud-bridge-nginx-proxy-secret.conf")
    secret.touch(mode=0o600)
    secret.write_text('map "" $bridge_proxy_secret { default "long-and-secret"; }\n')
    shipped = spare / "conf.d" / "diycloud-bridge-http.conf"
    text = shipped.read_text()
    assert text.count("#server 127.0.0.1:8472;") == 2
    text = text.replace(f"server unix:{web.BRIDGE_SOCKET};", "").replace(
        "#server 127.0.0.1:8472;", "server 127.0.0.1:8112;"
    )
    text = text.replace("#include /etc/diycloud-bridge/nginx-proxy-secret.conf;", f"include {secret};")
    text = text.replace('map "" $bridge_proxy_secret {\n    default "";\n}\n', "")
    shipped.write_text(text)
    bridge = [sys.executable, str(DOUBLES / "recording_bridge.py"), "127.0.0.1:8112", str(edge.records)]
    double = programs.start("recording-bridge-on-tcp", bridge)
    programs.wait_for(double, lambda: web.accepts(8112), seconds=10, what="its port")
    web.start(programs, web.guarded_echo(8113, 8101), port=8113, directory=spare)
    edge.forget()
    answer = get(8113, "/echo/x", ALICE, "X-Bridge-Proxy-Secret: guess")
    assert answer.status == 200
    assert b"long-and-secret" not in answer.body
    get(8113, "/login", "X-Bridge-Proxy-Secret: guess")
    for asked in [*edge.asked(), *edge.asked("/login")]:
        assert [value for name, value in asked["headers"] if name == "X-Bridge-Proxy-Secret"] == ["long-and-secret"]
