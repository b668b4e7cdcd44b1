"""The whole story in a real browser, as the README tells it. Screenshots end up in artefacts/system/."""

import re

import pytest
from conftest import FAILED
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from stage import people
from visitor import RUN_IN_A_KERNEL, SUBMIT, Visitor


@pytest.fixture
def visitor(host, request):
    visitor = Visitor(host, re.sub(r"^test_", "", request.node.name))
    yield visitor
    if request.node.stash.get(FAILED, False):
        visitor.picture("FAILED")
    visitor.browser.quit()


def run_the_welcome_notebook(visitor: Visitor) -> None:
    """As a person does: into the code cell of the notebook that is open, Shift+Enter, and look at what comes."""
    visitor.wait(lambda: visitor.one(".jp-Notebook .jp-CodeCell .cm-content"), 60)
    visitor.wait(lambda: "Idle" in visitor.one("#jp-main-statusbar").text, 60)
    visitor.one(".jp-Notebook .jp-CodeCell .cm-content").click()
    ActionChains(visitor.browser).key_down(Keys.SHIFT).send_keys(Keys.ENTER).key_up(Keys.SHIFT).perform()
    visitor.wait(lambda: "Hello from Python" in visitor.one(".jp-CodeCell .jp-OutputArea-output").text, 60)


def test_one_login_for_everything_and_one_way_out(hub, visitor):
    visitor.open("/")
    visitor.wait(lambda: visitor.path.startswith("/login"))
    visitor.picture("sign-in")
    visitor.fill(username="alice", password=hub.person("alice").password)
    visitor.wait(lambda: visitor.path == "/")
    assert "Welcome, alice" in visitor.text
    visitor.picture("portal")

    visitor.one("a[href='/jupyter/']").click()
    visitor.wait(lambda: "/jupyter/user/alice/" in visitor.path, 60)
    run_the_welcome_notebook(visitor)
    visitor.picture("notebook-ran")
    visitor.browser.set_script_timeout(60)
    printed = visitor.browser.execute_async_script(RUN_IN_A_KERNEL, "import getpass; print(getpass.getuser(), 6 * 7)")
    assert printed == "alice 42\n"

    cookies = {cookie["name"] for cookie in visitor.browser.get_cookies()}
    assert "diycloud" in cookies
    seen = visitor.browser.execute_async_script(
        RUN_IN_A_KERNEL, "import os; print([v for v in os.environ.values() if 'diycloud=' in v])"
    )
    assert seen == "[]\n"

    lab = visitor.path
    visitor.open("/account")
    visitor.one("form[action='/logout'] button").click()
    visitor.wait(lambda: visitor.path.startswith("/login"))
    visitor.picture("signed-out")
    assert "diycloud" not in {cookie["name"] for cookie in visitor.browser.get_cookies()}

    visitor.browser.back()
    visitor.wait(lambda: visitor.path.startswith("/login"))
    assert "alice" not in visitor.text
    visitor.picture("back-button")
    visitor.open("/jupyter/")
    visitor.wait(lambda: visitor.path.startswith("/login"))
    visitor.picture("notebooks-want-sign-in")

    def lab_is_closed() -> bool:
        visitor.open(lab)
        return visitor.path.startswith("/login")

    visitor.wait(lab_is_closed, 10)


def test_who_wanted_notebooks_arrives_there_after_signing_in(hub, visitor):
    visitor.open("/jupyter/")
    visitor.wait(lambda: visitor.path.startswith("/login"))
    visitor.fill(username="carol", password=hub.person("carol").password)
    visitor.wait(lambda: "/jupyter/user/carol/" in visitor.path, 60)


def test_who_is_switched_off_loses_the_notebook_within_five_seconds(hub, visitor):
    visitor.sign_in("alice")
    visitor.open("/jupyter/")
    visitor.wait(lambda: "/jupyter/user/alice/" in visitor.path, 60)
    lab = visitor.path
    try:
        people.set_active("alice", False)

        def is_out() -> bool:
            visitor.open(lab)
            return visitor.path.startswith("/login") or "jp-main-dock-panel" not in visitor.browser.page_source

        visitor.wait(is_out, 6)
        visitor.picture("switched-off")
        visitor.open("/account")
        assert visitor.path.startswith("/login")
    finally:
        people.set_active("alice", True)
        # What the tests after this one start with.
        visitor.wait(lambda: not people.is_locked("alice"), 5)


def test_a_wrong_password_says_so_and_lets_one_try_again(host, visitor):
    visitor.sign_in("alice", "not the password")
    assert visitor.path.startswith("/login")
    assert visitor.one("[role=alert]").text
    assert visitor.one("input[name=password]").get_attribute("value") == ""
    visitor.picture("wrong-password")
    visitor.fill(username="alice", password=host.person("alice").password)
    assert visitor.path.startswith("/account")


def test_a_disabled_person_is_refused_like_a_wrong_password(host, visitor):
    visitor.sign_in("bob")
    refusal = visitor.one("[role=alert]").text
    visitor.picture("disabled")
    visitor.sign_in("alice", "not the password")
    assert visitor.one("[role=alert]").text == refusal


def test_a_one_time_code_is_asked_for_and_wanted(host, visitor):
    visitor.sign_in("otto")
    visitor.picture("code-wanted")
    assert not visitor.path.startswith("/account")
    visitor.fill(answer="000000")
    assert visitor.path.startswith("/login")
    visitor.picture("code-wrong")
    visitor.sign_in("otto")
    visitor.fill(answer=host.person("otto").code())
    assert visitor.path.startswith("/account")
    assert "otto" in visitor.text


def test_what_pam_says_beside_yes_is_shown_before_one_goes_on(host, visitor):
    visitor.sign_in("gina")
    visitor.picture("password-expires-soon")
    assert "your password will expire in 2 days" in visitor.text
    visitor.browser.find_element(By.LINK_TEXT, "Continue").click()
    visitor.wait(lambda: visitor.path.startswith("/account"))
    assert "gina" in visitor.text


def test_an_expired_password_is_changed_on_the_way_in(host, visitor):
    erin = host.person("erin")
    visitor.sign_in("erin")
    visitor.picture("new-password-wanted")
    assert not visitor.path.startswith("/account")
    new = "Wiesen-Kanu-Blitz-47"
    for _ in range(4):  # as PAM asks: at once, or one after the other; some stacks ask for the current one first
        if visitor.path.startswith("/account"):
            break
        for field in visitor.browser.find_elements(By.CSS_SELECTOR, "input[name=answer]"):
            label = visitor.one(f"label[for='{field.get_attribute('id')}']").text.lower()
            field.send_keys(erin.password if "current" in label else new)
        old = visitor.one("html")
        visitor.one(SUBMIT).click()
        visitor.wait(lambda old=old: visitor.one("html") != old)
    assert visitor.path.startswith("/account")
    assert "erin" in visitor.text
    visitor.picture("after-new-password")
    erin.password = new
    again = Visitor(host, visitor.name)
    try:
        again.sign_in("erin")
        assert again.path.startswith("/account")
    finally:
        again.browser.quit()


def test_someone_without_a_linux_account_signs_in_with_the_stores_password(host, visitor):
    for _ in range(2):  # the old hash counts once, the one made from it from then on
        visitor.sign_in("legacy")
        assert visitor.path.startswith("/account")
        visitor.one("form[action='/logout'] button").click()
        visitor.wait(lambda: visitor.path.startswith("/login"))


def test_the_pages_fit_a_phone(host, request):
    visitor = Visitor(host, "phone", size="500,800")
    try:
        for path in ("/login", "/account"):
            if path == "/account":
                visitor.sign_in("alice")
            else:
                visitor.open(path)
            width = visitor.browser.execute_script(
                "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert width[0] <= width[1]
            visitor.picture(path.strip("/"))
    finally:
        visitor.browser.quit()
