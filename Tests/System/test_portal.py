"""The portal and the administrators' page of people in a real browser. Pictures end up in artefacts/system/portal/.

Where a test needs states that the stage is not in, a stand-in inside the browser answers instead of the API.
"""

import base64
import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest
import requests
from browser import Browser
from conftest import ARTEFACTS, FAILED
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from visitor import Visitor

PICTURES = ARTEFACTS / "portal"
SIZES = (1280, 768, 360)
HOSTILE = "<img src=x onerror=document.title='owned'>"

# Instead of the REST API: `window.fakes` says what comes back for which path, `window.asked` what was sent.
FAKE_API = """
window.asked = [];
window.fakes = %s;
window.fetch = async (url, options = {}) => {
  const method = options.method ?? "GET";
  const token = options.headers?.["X-CSRF-Token"];
  window.asked.push({method, url, token, body: options.body && JSON.parse(options.body)});
  const [path] = url.split("?");
  const {status = 200, body} = window.fakes[`${method} ${path}`] ?? {status: 404, body: {detail: "Nothing here."}};
  return new Response(body === undefined ? null : JSON.stringify(body), {status});
};
"""


def usage(name: str, *, cores: float, memory: int, disk: int | None) -> dict:
    return {
        "name": name,
        "cpu": {"cores_now": cores, "limit_cores": 1.5},
        "memory": {"bytes": memory << 20, "limit_bytes": 1 << 30},
        "disk": {"bytes": None if disk is None else disk << 20, "limit_bytes": 5 << 30},
    }


def person(name: str, *, active: bool = True, cores: float = 1.5, memory: int = 1 << 30, sessions: int = 1) -> dict:
    quota = {"cpu_cores": cores, "memory_bytes": memory, "disk_bytes": 5 << 30, "gpu": False}
    return {"name": name, "active": active, "quota": quota, "sessions": sessions}


def portal_fakes() -> dict:
    services = [
        {"name": name, "title": title, "state": state}
        for name, title, state in (
            ("jupyterhub", "Notebooks", "up"),
            ("echo", "Echo", "starting"),
            ("staff", "Staff", "not-for-you"),
        )
    ]
    running = {
        "servers": [{"name": "", "url": "/jupyter/user/alice/", "memory_bytes": 412 << 20}],
        "containers": [
            {"name": "alice-postgres", "memory_bytes": 96 << 20},
            {"name": HOSTILE, "memory_bytes": None},
        ],
        "others": [{"kind": "session", "name": "", "memory_bytes": 5 << 20}],
    }
    return {
        "GET /api/v1/services": {"body": {"services": services}},
        "GET /api/v1/me/usage": {"body": usage("alice", cores=0.42, memory=990, disk=2200)},
        "GET /api/v1/me/running": {"body": running},
    }


def people_fakes() -> dict:
    session = {"client": "192.0.2.7", "created_at": 1, "last_seen": 2, "user_agent": HOSTILE}
    return {
        "GET /api/v1/usage": {"body": {"people": [usage("alice", cores=1.2, memory=980, disk=2000)]}},
        "GET /api/v1/people/alice/sessions": {"body": {"sessions": [session, session]}},
        "DELETE /api/v1/people/alice/sessions": {"status": 204},
        "PATCH /api/v1/people/alice": {"body": person("alice", active=False, sessions=0)},
    }


class PortalVisitor(Visitor):
    def fake(self, fakes: dict) -> None:
        self.command("Page.addScriptToEvaluateOnNewDocument", source=FAKE_API % json.dumps(fakes))

    def command(self, name: str, **parameters) -> dict:
        return self.browser.execute_cdp_cmd(name, parameters)

    def look(self, *, width: int = 1280, dark: bool = False, calm: bool = False) -> None:
        """The browser as a person has set it up; for pages that are opened from now on."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"},
        ]
        self.command("Emulation.setEmulatedMedia", features=features)
        # As phones have them: over the page, not beside it.
        self.command("Emulation.setScrollbarsHidden", hidden=True)

    def run(self, script: str, *arguments):
        return self.browser.execute_script(script, *arguments)

    def whole_picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        picture = self.command("Page.captureScreenshot", captureBeyondViewport=True)
        (PICTURES / f"{name}.png").write_bytes(base64.b64decode(picture["data"]))

    def complaints(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 A and AA, and its best practices."""
        self.run(AXE)
        found = self.browser.execute_async_script("axe.run().then(result => arguments[0](result.violations));")
        return [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    def act(self, name: str, act: str):
        return self.one(f"[data-person={name}] [data-act={act}]")

    def row(self, name: str) -> str:
        return self.one(f"[data-person={name}]").text

    @property
    def shown_dialog(self):
        return self.one("dialog[open]")


def axe_of_the_package() -> str:
    # Found without importing it: the package wants Playwright, of which nothing is needed here.
    package = importlib.util.find_spec("axe_playwright_python")
    return (Path(package.submodule_search_locations[0]) / "axe.min.js").read_text()


AXE = axe_of_the_package()


@pytest.fixture
def visitor(host, request):
    visitor = PortalVisitor(host, "portal-" + re.sub(r"\W+", "-", request.node.name.removeprefix("test_"))[:60])
    visitor.look()
    visitor.browser.set_script_timeout(30)
    yield visitor
    if request.node.stash.get(FAILED, False):
        visitor.picture("FAILED")
    visitor.browser.quit()


@pytest.fixture
def portal(visitor):
    visitor.sign_in("alice")
    visitor.fake(portal_fakes())
    visitor.open("/")
    visitor.wait(lambda: "alice-postgres" in visitor.text)
    return visitor


@pytest.fixture
def people(visitor):
    visitor.sign_in("carol")
    visitor.fake(people_fakes())
    visitor.open("/people")
    visitor.wait(lambda: "1.2 cores" in visitor.row("alice"))
    return visitor


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("page", ["portal", "people", "limits", "sessions", "switch"])
def test_it_looks_right_and_axe_finds_nothing(page, width, dark, request):
    visitor = request.getfixturevalue("portal" if page == "portal" else "people")
    visitor.look(width=width, dark=dark, calm=True)
    if page not in ("portal", "people"):
        visitor.act("alice", page).click()
        visitor.wait(lambda: visitor.shown_dialog)
        if page == "sessions":
            visitor.wait(lambda: "192.0.2.7" in visitor.shown_dialog.text)
    visitor.whole_picture(f"{page}-{width}-{'dark' if dark else 'light'}")
    assert visitor.complaints() == []
    assert visitor.run("return document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


def test_an_empty_portal_tells_how_to_begin(visitor):
    fakes = portal_fakes()
    fakes["GET /api/v1/me/running"]["body"] = {"servers": [], "containers": [], "others": []}
    fakes["GET /api/v1/services"]["body"]["services"][0]["state"] = "down"
    visitor.sign_in("alice")
    visitor.fake(fakes)
    visitor.open("/")
    visitor.wait(lambda: visitor.one("[data-service=jupyterhub]").get_attribute("data-state") == "down")
    assert "Nothing runs. Open Notebooks to start a notebook." in visitor.text
    visitor.whole_picture("portal-empty")
    assert visitor.complaints() == []


def test_states_of_services_are_live_and_told_to_who_does_not_see_them(portal):
    tile = portal.one("[data-service=echo]")
    assert "Starting" in tile.text
    portal.run("window.fakes['GET /api/v1/services'].body.services[1].state = 'up'")
    portal.wait(lambda: "Up" in tile.text, 8)
    assert portal.run("return document.getElementById('said').textContent") == "Echo: Up."
    staff = portal.one("[data-service=staff]")
    assert "Not for your account" in staff.text
    assert staff.find_elements(By.TAG_NAME, "a") == []


def test_text_from_outside_stays_text(portal):
    assert HOSTILE in portal.text
    assert portal.browser.title == "Portal · DIY Cloud"


def test_nothing_is_asked_while_nobody_looks(portal):
    # Chromium without a screen never hides a page by itself.
    portal.run("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    portal.run("document.dispatchEvent(new Event('visibilitychange')); window.asked = [];")
    portal.browser.set_script_timeout(15)
    portal.browser.execute_async_script("setTimeout(arguments[0], 6500)")
    assert portal.run("return window.asked") == []
    portal.run("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    portal.wait(lambda: portal.run("return window.asked.length") >= 3, 2)


def test_trouble_is_said_and_taken_back(portal):
    portal.run("window.kept = window.fakes; window.fakes = {}")
    portal.wait(lambda: "What you see may be old." in portal.one("#trouble").text, 30)
    portal.run("window.fakes = window.kept")
    portal.wait(lambda: not portal.one("#trouble").is_displayed(), 45)


def test_who_wants_no_motion_gets_none(portal):
    turning = "return getComputedStyle(document.querySelector('[data-service=echo] .state'), '::before').animationName"
    assert portal.run(turning) == "turn"
    portal.look(calm=True)
    assert portal.run(turning) == "none"


def test_a_load_is_under_100_kb_and_asks_nobody_else(host, visitor):
    for name, path in (("alice", "/"), ("carol", "/people")):
        visitor.sign_in(name)
        visitor.command("Network.clearBrowserCache")
        visitor.open(path)
        visitor.wait(lambda: visitor.run("return document.readyState") == "complete")
        entries = visitor.run(
            "return ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))"
            ".map(entry => [entry.name, entry.transferSize])"
        )
        print(path, sum(size for _, size in entries), entries)
        assert all(address.startswith(host.address) for address, _ in entries)
        assert len([address for address, _ in entries if "/portal/" in address]) >= 3
        assert sum(size for _, size in entries) < 100_000
        visitor.browser.delete_all_cookies()


def test_nothing_breaks_the_policy(visitor):
    visitor.browser.get_log("browser")
    for name, path in (("alice", "/"), ("carol", "/people")):
        visitor.sign_in(name)
        visitor.open(path)
        visitor.browser.delete_all_cookies()
    assert [entry for entry in visitor.browser.get_log("browser") if "Content Security" in entry["message"]] == []


def test_limits_are_changed_by_keyboard_and_the_row_shows_the_answer(people):
    people.run(
        "window.fakes['PATCH /api/v1/people/alice'] = arguments[0]",
        {"body": person("alice", cores=2.5, memory=3 << 30)},
    )
    button = people.act("alice", "limits")
    people.run("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)
    people.wait(lambda: people.shown_dialog)
    field = people.browser.switch_to.active_element
    assert (field.get_attribute("name"), field.get_attribute("value")) == ("cpu", "1.5")
    # The text of the field is chosen: what is typed replaces it.
    field.send_keys("2", Keys.ENTER)
    people.wait(lambda: not people.browser.find_elements(By.CSS_SELECTOR, "dialog[open]"))
    sent = next(request for request in people.run("return window.asked") if request["method"] == "PATCH")
    assert sent["url"] == "/api/v1/people/alice"
    assert sent["token"] == people.one("form[action='/logout'] input[name=csrf]").get_attribute("value")
    # Only what was touched: what the fields show of the rest is rounded.
    assert sent["body"] == {"quota": {"cpu_cores": 2}}
    # The server says 2.5 and 3 GiB, whatever was typed.
    assert "2.5 cores" in people.row("alice")
    assert "3 GiB" in people.row("alice")
    assert "alice may now use 2.5 cores, 3 GiB of memory" in people.one("#said").text
    assert people.browser.switch_to.active_element == button


def test_a_refused_change_stays_in_the_dialog_and_the_row_as_it_was(people):
    refusal = {"status": 422, "body": {"detail": "Memory is at most 64 GiB on this host."}}
    people.run("window.fakes['PATCH /api/v1/people/alice'] = arguments[0]", refusal)
    before = people.row("alice")
    people.act("alice", "limits").click()
    people.shown_dialog.find_element(By.NAME, "memory").send_keys("000", Keys.ENTER)
    people.wait(lambda: "Memory is at most 64 GiB on this host." in people.shown_dialog.text)
    assert people.complaints() == []
    ActionChains(people.browser).send_keys(Keys.ESCAPE).perform()
    people.wait(lambda: not people.browser.find_elements(By.CSS_SELECTOR, "dialog[open]"))
    assert people.row("alice") == before


def test_disabling_asks_first_and_escape_changes_nothing(people):
    button = people.act("alice", "switch")
    people.run("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)
    people.wait(lambda: "signed out everywhere at once" in people.shown_dialog.text)
    ActionChains(people.browser).send_keys(Keys.ESCAPE).perform()
    people.wait(lambda: not people.browser.find_elements(By.CSS_SELECTOR, "dialog[open]"))
    assert people.browser.switch_to.active_element == button
    assert all(request["method"] == "GET" for request in people.run("return window.asked"))

    button.click()
    people.shown_dialog.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    people.wait(lambda: "switched off" in people.row("alice"))
    assert "Enable" in people.row("alice")
    assert "alice is disabled." in people.one("#said").text


def test_all_sessions_of_a_person_are_ended(people):
    people.act("alice", "sessions").click()
    people.wait(lambda: "192.0.2.7" in people.shown_dialog.text)
    assert HOSTILE in people.shown_dialog.text
    people.run("window.fakes['GET /api/v1/people/alice/sessions'].body.sessions = []")
    people.shown_dialog.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
    people.wait(lambda: "alice is signed out everywhere." in people.one("#said").text)
    assert people.one("[data-person=alice] [data-sessions]").text == "0"


def test_the_list_can_be_searched_and_read_without_javascript(visitor):
    visitor.sign_in("carol")
    visitor.command("Emulation.setScriptExecutionDisabled", value=True)
    visitor.open("/people")
    assert "alice" in visitor.text
    assert "switched off" in visitor.text
    assert not visitor.act("alice", "limits").is_displayed()
    visitor.fill(search="ALI")
    assert visitor.path == "/people?search=ALI"
    names = visitor.browser.find_elements(By.CSS_SELECTOR, "[data-person] .label")
    assert [name.text for name in names] == ["alice"]


def test_people_is_closed_to_users_and_strangers(host):
    browser = Browser(host.address)
    assert browser.get("/people").headers["Location"] == "/login?rd=/people"
    assert browser.get("/").headers["Location"] == "/login?rd=/"
    browser.sign_in(host.person("alice"))
    assert browser.get("/people").status_code == 403
    assert "carol" not in browser.get("/people").text


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("portal.css", "text/css"),
        ("portal.js", "text/javascript"),
        ("people.js", "text/javascript"),
        ("api.js", "text/javascript"),
        ("icons/notebook.svg", "image/svg+xml"),
    ],
)
def test_files_are_kept_but_asked_for_anew(host, file, kind):
    first = requests.get(f"{host.address}/portal/{file}", timeout=10)
    assert first.status_code == 200
    assert first.headers["Content-Type"].split(";")[0] == kind
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    again = requests.get(f"{host.address}/portal/{file}", headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/portal/",
        "/portal/icons/",
        "/portal/../bridge.yaml",
        "/portal/..%2fbridge.yaml",
        "/portal/.git",
        "/portal../bin/",
    ],
)
def test_nothing_else_is_served(host, path):
    answer = subprocess.run(
        ["curl", "-s", "--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", host.address + path],
        capture_output=True,
        text=True,
    ).stdout
    assert answer in {"400", "403", "404"}


def test_the_platforms_own_files_under_the_root_stay_where_they_are(host):
    # The shipped example names no root, so that it is nginx's own.
    compiled = subprocess.run(["nginx", "-V"], capture_output=True, text=True).stderr
    root = Path(re.search(r"--prefix=(\S+)", compiled)[1]) / "html"
    root.mkdir(parents=True, exist_ok=True)
    (root / "old-style.css").write_text("/* phase 1 */")
    assert requests.get(f"{host.address}/old-style.css", timeout=10).text == "/* phase 1 */"
