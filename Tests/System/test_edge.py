"""Attacks on the whole, through nginx and straight at the bridge's listeners, with the real bridge behind.

The letters and numbers are those of the list in docs/attacks.md.
"""

import socket
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from browser import Browser, FormReader
from client import get, read_answer, send
from stage import people, web

CORPORA = Path(__file__).parent / "Corpora"


def corpus(name: str) -> list[str]:
    lines = (CORPORA / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


@pytest.fixture(scope="module")
def alice(host):
    browser = Browser(host.address)
    assert browser.sign_in(host.person("alice")).status_code == 303
    return browser


@pytest.fixture(scope="module")
def carol(host):
    browser = Browser(host.address)
    assert browser.sign_in(host.person("carol")).status_code == 303
    return browser


def straight(data: bytes):
    """One answer of the proxy listener itself, asked as nginx would."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(web.BRIDGE_SOCKET)
        connection.sendall(data)
        return read_answer(connection)


# --- identity ---


def test_a_service_learns_name_groups_and_role(host, alice, carol):
    answer = get(host.port, "/echo/x", alice.cookie)
    assert answer.seen_headers("Remote-User") == ["alice"]
    assert answer.seen_headers("Remote-Role") == ["user"]
    assert answer.seen_headers("Remote-Email") == ["alice@example.org"]
    assert get(host.port, "/staff/x", carol.cookie).seen_headers("Remote-Role") == ["admin"]


def test_a_service_for_administrators_is_closed_to_others(host, alice):
    assert get(host.port, "/staff/x", alice.cookie).status == 403
    page = get(host.port, "/staff/x", alice.cookie, "Accept: text/html")
    assert (page.status, page.first("Content-Type")) == (403, "text/html; charset=utf-8")


@pytest.mark.parametrize("path", ["/unnamed/x", "/outer/inner/x"])
def test_a_location_without_a_service_name_is_closed(host, carol, path):
    assert get(host.port, path, carol.cookie).status == 403


@pytest.mark.parametrize("name", ["Remote-User", "REMOTE-USER", "Remote-Groups", "Remote-Role", "Remote-Email"])
def test_d28_identity_headers_of_the_client_are_replaced(host, alice, name):
    answer = get(host.port, "/echo/x", alice.cookie, f"{name}: root-was-here")
    assert answer.seen_headers("Remote-User") == ["alice"]
    assert b"root-was-here" not in answer.body


@pytest.mark.parametrize("name", ["Remote_User", "X_Forwarded_User", "X-Auth-User", "X-Forwarded-User", "Remote-User "])
def test_d29_other_spellings_are_not_seen_by_the_application(host, alice, name):
    assert b"root-was-here" not in get(host.port, "/echo/x", alice.cookie, f"{name}: root-was-here").body


@pytest.mark.parametrize(
    "header",
    [
        "X-Original-URL: http://127.0.0.1/open/",
        "X-Original-URI: /open/",
        "X-Forwarded-Uri: /open/",
        "X-Forwarded-Host: x",
        "X-Forwarded-Method: GET",
        "X-Rewrite-URL: /open/",
        "X-HTTP-Method-Override: GET",
        "X-Bridge-Service: echo",
        "X-Bridge-Proxy-Secret: x",
        "User-Agent: kube-probe/1.0",
        "User-Agent: GoogleHC/1.0",
    ],
)
def test_d30_no_header_of_the_client_chooses_what_is_judged(host, alice, header):
    assert get(host.port, "/staff/x", alice.cookie, header).status == 403
    assert get(host.port, "/staff/x", header).status == 401


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For: a", "X-Forwarded-For: 127.0.0.9", "X-Real-IP: 127.0.0.9", "Forwarded: for=127.0.0.9"]
)
def test_d31_an_invented_address_changes_neither_verdict_nor_record(host, alice, header):
    assert get(host.port, "/echo/x", alice.cookie, header).status == 200
    assert get(host.port, "/echo/x", header).status == 401
    browser = Browser(host.address)
    name, _, value = header.partition(": ")
    browser.session.headers[name] = value
    assert browser.sign_in(host.person("alice")).status_code == 303
    assert "127.0.0.9" not in Path("/var/log/diycloud-bridge/audit.log").read_text()


def test_d32_hop_by_hop_tricks_lose_no_header(host, alice):
    answer = get(host.port, "/echo/x", alice.cookie, "Connection: close, Remote-User, Cookie, X-Bridge-Service")
    assert answer.seen_headers("Remote-User") == ["alice"]
    assert get(host.port, "/staff/x", alice.cookie, "Connection: close, X-Bridge-Service").status == 403


# --- the listeners themselves ---


@pytest.mark.parametrize("path", ["/auth/", "/auth/..", "/auth/nope", "/auth%2f", "/AUTH", "/nope", "/auth/verify"])
def test_a8_only_auth_itself_ever_answers_2xx_to_the_question(host, alice, path):
    for cookie in (alice.cookie, "Accept: */*"):
        answer = straight(f"GET {path} HTTP/1.1\r\nHost: bridge\r\nX-Bridge-Service: echo\r\n{cookie}\r\n\r\n".encode())
        assert not 200 <= answer.status < 300


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE", "FOO"])
def test_a7_the_question_is_asked_by_get_or_head_only(host, alice, method):
    answer = straight(
        f"{method} /auth HTTP/1.1\r\nHost: bridge\r\nX-Bridge-Service: echo\r\n{alice.cookie}\r\n\r\n".encode()
    )
    assert not 200 <= answer.status < 300


def test_the_verdict_has_no_body_and_keeps_the_connection(host, alice):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(web.BRIDGE_SOCKET)
        for cookie, service, status in [
            (alice.cookie, "echo", 200),
            ("Accept: */*", "echo", 401),
            (alice.cookie, "staff", 403),
            (alice.cookie, "nope", 403),
            (alice.cookie, "echo", 200),
        ]:
            connection.sendall(
                f"GET /auth HTTP/1.1\r\nHost: bridge\r\nX-Bridge-Service: {service}\r\n{cookie}\r\n\r\n".encode()
            )
            answer = read_answer(connection)
            assert (answer.status, answer.body) == (status, b"")
            assert answer.first("Content-Length") == "0"
            assert sum(len(name) + len(value) + 4 for name, value in answer.headers) < 4096


AMBIGUOUS = {
    "length and chunks": b"POST /login HTTP/1.1\r\nHost: a\r\n"
    b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an unknown coding": b"POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a signed length": b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc",
    "a folded header": b"GET /auth HTTP/1.1\r\nHost: a\r\nX-Bridge-Service: echo\r\n staff\r\n\r\n",
    "space before the colon": b"GET /auth HTTP/1.1\r\nHost: a\r\nX-Bridge-Service : echo\r\n\r\n",
    "a chunk too large to count": b"POST /login HTTP/1.1\r\nHost: a\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx",
    "a NUL in a header": b"GET /auth HTTP/1.1\r\nHost: a\r\nX-Bridge-Service: ec\x00ho\r\n\r\n",
    "no request at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40,
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_d37_what_can_be_read_in_two_ways_is_refused_and_the_connection_closed(host, name):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(web.BRIDGE_SOCKET)
        connection.sendall(AMBIGUOUS[name])
        received = b"".join(iter(lambda: connection.recv(65536), b""))  # until the bridge closes
    statuses = [int(line.split(b" ")[1]) for line in received.splitlines() if line.startswith(b"HTTP/1.1 ")]
    assert all(400 <= status < 500 or status == 501 for status in statuses)
    assert get(host.port, "/login").status == 200


@pytest.mark.parametrize("byte", [0x80, 0xFF, 0x7F])
def test_odd_bytes_in_headers_harm_nobody(host, alice, byte):
    odd = bytes([byte])
    for line in (
        b"Cookie: diycloud=" + odd,
        b"X-Bridge-Service: ec" + odd,
        b"X-Original-URI: /" + odd,
        b"X-Real-IP: " + odd,
    ):
        answer = straight(b"GET /auth HTTP/1.1\r\nHost: bridge\r\n" + line + b"\r\n\r\n")
        assert answer.status in {400, 401, 403}
    assert get(host.port, "/echo/x", alice.cookie).status == 200


# --- through nginx ---


@pytest.mark.parametrize(
    "path",
    [
        "/open/../staff/x",
        "/open/..%2fstaff/x",
        "/open%2f..%2fstaff/x",
        "/open/%2e%2e/staff/x",
        "//staff/x",
        "/./staff/x",
        "/%73taff/x",
        "/staff%2fx",
        "/staff/x#/open/",
        "/staff/x?next=/open/",
        "/staff/%00",
        "/staff/%zz",
    ],
)
def test_b21_no_spelling_of_a_path_leads_round_the_guard(host, alice, path):
    assert get(host.port, path, alice.cookie).status in {400, 403}
    assert get(host.port, f"http://127.0.0.1{path}", alice.cookie).status in {400, 403}


@pytest.mark.parametrize("hosts", ["Host: a\r\nHost: b", "Host: a, b", "Host:", "Host: a b", "Host: /", "X: no host"])
def test_c27_a_doubtful_host_is_refused(host, alice, hosts):
    assert send(host.port, f"GET /echo/ HTTP/1.1\r\n{hosts}\r\n{alice.cookie}\r\n\r\n".encode()).status == 400


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1@evil.example", "127.0.0.1.evil.example", "evil.example:8088"]
)
def test_c24_the_host_header_goes_into_no_redirect(host, name):
    for answer in (
        get(host.port, "/echo/x", "Accept: text/html", host=name),
        get(host.port, "/", "Accept: text/html", host=name),
        get(host.port, "/jupyter", "Accept: text/html", host=name),
        get(host.port, "/account", "Accept: text/html", host=name),
    ):
        assert answer.status in {302, 303, 400}
        assert "evil" not in answer.first("Location")


@pytest.mark.parametrize(
    "request_lines",
    [("GET", []), ("POST", ["Content-Length: 0"]), ("GET", ["Sec-Fetch-Mode: cors", "Accept: text/html"])],
)
def test_e42_programs_get_401_and_no_page(host, request_lines):
    method, lines = request_lines
    answer = get(host.port, "/echo/x", "Accept: application/json" if not lines[1:] else "X: y", *lines, method=method)
    assert (answer.status, answer.first("Content-Type")) == (401, "application/problem+json")
    assert answer.first("Location") == ""


def test_a_person_comes_back_to_where_they_wanted_to_go(host):
    wanted = "/echo/a%20b?x=1&y=%2F%26"
    browser = Browser(host.address)
    to_sign_in = browser.get(wanted)
    assert to_sign_in.status_code == 302
    page = browser.get(to_sign_in.headers["Location"])
    answer = browser.submit(page, "/login", username="alice", password=host.person("alice").password)
    assert (answer.status_code, answer.headers["Location"]) == (303, wanted)


def test_the_cookie_reaches_no_service_and_is_no_one_elses(host, alice):
    token = alice.session.cookies["diycloud"]
    for path in ("/echo/x", "/open/x"):
        for line in (alice.cookie, f"{alice.cookie}; {alice.cookie.removeprefix('Cookie: ')}; a=b"):
            assert token.encode() not in get(host.port, path, line).body


def test_a_websocket_passes_for_who_is_signed_in_only(host, alice):
    handshake = [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    assert get(host.port, "/echo/ws", alice.cookie, *handshake).status == 101
    assert get(host.port, "/echo/ws", *handshake).status == 401


def test_oversized_requests_end_at_nginx(host, alice):
    assert get(host.port, "/echo/x", f"X-Long: {'x' * 40_000}").status in {400, 431, 494}
    assert get(host.port, "/login?rd=/" + "x" * 40_000).status == 414
    answer = get(host.port, "/login", "Content-Length: 1000000", "Content-Type: text/plain", method="POST")
    assert answer.status == 413
    assert get(host.port, "/echo/x", alice.cookie).status == 200


# --- redirects after signing in ---


def leads_to(host, answer) -> str:
    """Where a browser would go: WHATWG URL parsing drops tab and newline, and reads `\\` as `/`."""
    location = answer.headers["Location"]
    assert not any(ord(character) <= 0x20 or ord(character) == 0x7F for character in location)
    plain = location.replace("\\", "/")
    assert not plain.startswith("//")
    resolved = urlsplit(urljoin(host.address + "/login", plain))
    assert (resolved.scheme, resolved.netloc) == ("http", f"127.0.0.1:{host.port}")
    return location


@pytest.mark.parametrize("rd", corpus("redirects-refused.txt"))
def test_e38_a_foreign_place_becomes_home(host, alice, rd):
    answer = send(
        host.port, f"GET /login?rd={rd} HTTP/1.1\r\nHost: 127.0.0.1:{host.port}\r\n{alice.cookie}\r\n\r\n".encode()
    )
    if answer.status == 400:  # nginx refused the bytes
        return
    assert answer.status == 303
    assert answer.all("Set-Cookie") == []
    [location] = answer.all("Location")
    assert location in {"/", "/account"}


@pytest.mark.parametrize("rd", corpus("redirects-refused.txt")[::6])
def test_e38_also_when_it_was_there_before_signing_in(host, rd):
    answer = Browser(host.address).sign_in(host.person("alice"), rd=rd)
    assert answer.status_code == 303
    assert leads_to(host, answer) in {"/", "/account"}


@pytest.mark.parametrize("rd", corpus("redirects-here.txt"))
def test_e38_an_odd_place_here_stays_here(host, alice, rd):
    answer = Browser(host.address).sign_in(host.person("alice"), rd=rd)
    assert answer.status_code == 303
    leads_to(host, answer)


@pytest.mark.parametrize("line", corpus("redirects-followed.txt"))
def test_e39_a_place_here_is_reached_exactly(host, alice, line):
    rd, place = line.split("\t")
    assert get(host.port, f"/login?rd={rd}", alice.cookie).all("Location") == [place]
    answer = Browser(host.address).sign_in(host.person("alice"), rd=rd)
    assert (answer.status_code, answer.headers["Location"]) == (303, place)


@pytest.mark.parametrize(
    "query", ["rd=/echo/x&rd=https://evil.example", "rd=/" + "x" * 7000, "rd=", "rd", "RD=//evil.example"]
)
def test_e41_a_doubtful_query_leads_home(host, alice, query):
    answer = get(host.port, f"/login?{query}", alice.cookie)
    assert answer.status == 303
    assert answer.all("Location")[0] in {"/", "/account"}


# --- sessions, seen from outside ---


def test_f43_a_chosen_session_is_never_taken_up(host):
    browser = Browser(host.address)
    browser.session.cookies.set("diycloud", "A" * 43, domain="127.0.0.1", path="/")
    assert browser.get("/echo/x").status_code == 302
    answer = browser.sign_in(host.person("alice"))
    assert answer.status_code == 303
    assert get(host.port, "/echo/x", f"Cookie: diycloud={'A' * 43}").status == 401
    cookies = [value for value in answer.raw.headers.getlist("Set-Cookie") if value.startswith("diycloud=")]
    assert len(cookies) == 1
    attributes = {part.strip().lower() for part in cookies[0].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= attributes
    assert not any(attribute.startswith("domain") for attribute in attributes)
    assert "no-store" in answer.headers["Cache-Control"]


def test_f44_after_signing_out_the_cookie_is_worth_nothing_at_once(host):
    browser = Browser(host.address)
    browser.sign_in(host.person("alice"))
    old = browser.cookie
    assert get(host.port, "/echo/x", old).status == 200
    assert browser.sign_out().status_code == 303
    assert get(host.port, "/echo/x", old).status == 401


def test_sign_out_by_a_foreign_page_or_a_link_does_nothing(host):
    browser = Browser(host.address)
    browser.sign_in(host.person("alice"))
    browser.get("/logout")
    send(
        host.port,
        f"POST /logout HTTP/1.1\r\nHost: 127.0.0.1:{host.port}\r\nOrigin: https://evil.example\r\n"
        f"Sec-Fetch-Site: cross-site\r\n{browser.cookie}\r\nContent-Length: 0\r\n\r\n".encode(),
    )
    assert get(host.port, "/echo/x", browser.cookie).status == 200


def test_a_flood_of_the_listener_for_services_does_not_stop_the_question(host, alice):
    # On TCP every user of this host can connect; without a limit their connections take all descriptors of the process,
    # and libdispatch then ends it.
    flood = []
    try:
        for _ in range(1500):
            flood.append(socket.create_connection(("127.0.0.1", host.services_port), timeout=2))
        time.sleep(2)
        assert get(host.port, "/echo/x", alice.cookie).status == 200
    finally:
        for connection in flood:
            connection.close()


def test_f45_who_is_switched_off_in_the_store_is_out_within_a_second(host):
    browser = Browser(host.address)
    browser.sign_in(host.person("alice"))
    try:
        people.set_active("alice", False)
        started = time.monotonic()
        while get(host.port, "/echo/x", browser.cookie).status != 401:
            assert time.monotonic() - started < 1, "still let in after a second"
            time.sleep(0.02)
    finally:
        people.set_active("alice", True)
    time.sleep(1)
    assert get(host.port, "/echo/x", browser.cookie).status == 401, "an ended session must not come back to life"


def test_f52_sessions_outlive_a_restart(host):
    browser = Browser(host.address)
    browser.sign_in(host.person("carol"))
    host.restart_bridge()
    assert get(host.port, "/staff/x", browser.cookie).status == 200


def test_without_the_bridge_nobody_gets_in_and_the_page_says_why(host):
    browser = Browser(host.address)
    browser.sign_in(host.person("carol"))
    host.programs.stop(host.bridge)
    try:
        for path in ("/staff/x", "/login", "/account"):
            answer = get(host.port, path, browser.cookie, "Accept: text/html")
            assert (answer.status, answer.first("Retry-After")) == (503, "10")
            assert b"does not answer" in answer.body
            assert get(host.port, path, browser.cookie).first("Content-Type") == "application/problem+json"
    finally:
        host.restart_bridge()
    assert get(host.port, "/staff/x", browser.cookie).status == 200


# --- what is the same for everyone ---


def test_g53_all_refusals_look_alike(host):
    def refusal(name: str, password: str):
        browser = Browser(host.address)
        page = browser.get("/login")
        answer = browser.submit(page, "/login", username=name, password=password)
        headers = {key for key in answer.headers if key.lower() not in {"date"}}
        text = answer.text.replace(name, "NAME")
        for value in (value for _, fields in FormReader(answer.text).forms for value in fields.values()):
            text = text.replace(value, "VALUE") if len(value) > 15 else text
        return answer.status_code, headers, text

    wrong = refusal("carol", "not-the-password")
    assert wrong[0] in {200, 401, 403, 422}
    assert refusal("nobodyatall", "not-the-password") == wrong
    assert refusal("bob", host.person("bob").password) == wrong
    assert refusal("root", "not-the-password") == wrong
