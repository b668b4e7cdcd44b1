"""One limit for everything that a person runs, and everybody can see it. Screenshots end up in artefacts/system/."""

import json
import pwd
import re
import subprocess
import time
from pathlib import Path

import pytest
import requests
from browser import Browser
from conftest import FAILED
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from stage import bridge, cgroups, people
from test_switch_off import command, until
from visitor import RUN_IN_A_KERNEL, Visitor

GIB = 1 << 30


@pytest.fixture
def visitor(hub, request):
    visitor = Visitor(hub, re.sub(r"^test_", "limits-", request.node.name)[:60])
    visitor.browser.set_script_timeout(60)
    yield visitor
    if request.node.stash.get(FAILED, False):
        visitor.picture("FAILED")
    visitor.browser.quit()


@pytest.fixture
def alice(hub):
    """Alice with the quota that she began with, and switched on, whatever the test does."""
    yield hub.person("alice")
    command("user", "set-quota", "alice", "--memory", "1G")
    command("user", "enable", "alice")
    until(lambda: not people.is_locked("alice") and memory_limit("alice") == GIB, 5, "alice as she was")


def slices(name: str) -> list[Path]:
    """The directories of a person's cgroup, one in each hierarchy."""
    uid = pwd.getpwnam(name).pw_uid
    return [path for tree in cgroups.found(cgroups.tree()) if (path := tree / f"user-{uid}").is_dir()]


def memory_limit(name: str) -> int:
    files = [path / file for path in slices(name) for file in ("memory.limit_in_bytes", "memory.max")]
    return int(next(file for file in files if file.exists()).read_text())


def cgroup_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cgroup").read_text()


def processes(name: str) -> set[int]:
    """All that runs in a person's cgroup, at any depth."""
    files = [file for path in slices(name) for file in path.rglob("cgroup.procs")]
    return {int(line) for file in files for line in file.read_text().split()}


def open_lab(visitor: Visitor, name: str) -> None:
    if "diycloud" not in {cookie["name"] for cookie in visitor.browser.get_cookies()}:
        visitor.sign_in(name)
    visitor.open("/jupyter/")
    visitor.wait(lambda: f"/jupyter/user/{name}/" in visitor.path, 90)
    visitor.wait(lambda: visitor.one("#jp-main-dock-panel"), 60)


def in_a_kernel(visitor: Visitor, code: str) -> str:
    return visitor.browser.execute_async_script(RUN_IN_A_KERNEL, code).strip()


def my_usage(visitor: Visitor) -> dict:
    """What the session of this browser is told by /api/v1/me/usage."""
    cookie = {"diycloud": visitor.browser.get_cookie("diycloud")["value"]}
    return requests.get(f"{visitor.host.address}/api/v1/me/usage", cookies=cookie, timeout=10).json()


def told_to_services(host, path: str) -> requests.Response:
    token = bridge.TOKEN_FILE.read_text().strip()
    address = f"http://127.0.0.1:{host.services_port}{path}"
    return requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=10)


def test_a_notebook_runs_in_its_owners_cgroup_and_the_account_page_shows_what_it_uses(hub, visitor, alice):
    open_lab(visitor, "alice")
    pid = int(in_a_kernel(visitor, "import os; print(os.getpid()); kept = b'x' * (300 << 20)"))
    assert pid
    # The kernel tells its number in the name space that the stage's processes share.
    uid = pwd.getpwnam("alice").pw_uid
    assert f"/{cgroups.tree()}/user-{uid}/jupyter-default" in cgroup_of(pid)
    assert memory_limit("alice") == GIB
    in_a_kernel(visitor, "import time; end = time.time() + 8\nwhile time.time() < end: pass\nprint('warm')")
    visitor.open("/account")
    meters = {
        row.find_element(By.TAG_NAME, "dt").text: row
        for row in visitor.browser.find_elements(By.CSS_SELECTOR, ".meters > div")
    }
    assert set(meters) == {"Processor", "Memory", "Disk"}
    assert "of 1.5 cores" in meters["Processor"].text
    assert "of 1 GiB" in meters["Memory"].text
    shares = {
        title: float(row.find_element(By.TAG_NAME, "meter").get_attribute("value"))
        for title, row in meters.items()
        if title != "Disk"
    }
    assert shares["Memory"] > 30
    assert shares["Processor"] > 0
    assert "Not enforced" not in meters["Processor"].text + meters["Memory"].text
    facts = visitor.text
    assert re.search(r"Processes\s+\d+ of 1024", facts)
    assert re.search(r"Running servers\s+1", facts)
    look_at_the_account_page(visitor)


def look_at_the_account_page(visitor: Visitor) -> None:
    """A picture on a desktop and on a phone, light and dark; nothing may stick out."""
    for colours in ("light", "dark"):
        features = [{"name": "prefers-color-scheme", "value": colours}]
        visitor.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        for device, width in (("desktop", 1200), ("phone", 360)):
            size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
            visitor.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            assert visitor.browser.execute_script("return document.documentElement.scrollWidth") <= width
            visitor.picture(f"account-{device}-{colours}")
    visitor.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    visitor.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_disk_quota_that_nothing_keeps_is_told_with_the_reason(hub, visitor):
    visitor.sign_in("alice")
    disk = my_usage(visitor)["disk"]
    assert disk["in_force"] is False
    assert "overlay" in disk["reason"]
    assert "Not enforced" in visitor.text
    assert disk["reason"] in visitor.text
    assert "overlay" in command("findings")


def test_services_are_told_the_same_as_the_person(hub, visitor):
    visitor.sign_in("alice")
    changing = {"at", "bytes", "peak_bytes", "cores_now", "cores_window", "count"}

    def steady(value):
        if isinstance(value, dict):
            return {key: steady(part) for key, part in value.items() if key not in changing}
        return value

    mine, theirs = my_usage(visitor), told_to_services(hub, "/api/v1/users/alice/usage").json()
    assert steady(mine) == steady(theirs)
    assert mine["memory"].keys() == theirs["memory"].keys()
    assert mine["memory"]["bytes"] == pytest.approx(theirs["memory"]["bytes"], rel=0.2, abs=32 << 20)


def test_a_kernel_that_eats_too_much_ends_and_nobody_else_notices(hub, visitor, alice):
    carol = Visitor(hub, "limits-carol")
    carol.browser.set_script_timeout(60)
    try:
        open_lab(carol, "carol")
        carols = int(in_a_kernel(carol, "import os; print(os.getpid())"))
        servers = {server_of("alice"), server_of("carol")} if server_of("alice") else {server_of("carol")}
        open_lab(visitor, "alice")
        visitor.open("/jupyter/user/alice/lab/tree/notebooks/Welcome.ipynb?reset")
        run_in_the_notebook(visitor, "hog = b'x' * (3 << 30)")
        visitor.wait(lambda: "appears to have died" in visitor.one(".jp-Dialog").text, 60)
        assert "Kernel Restarting" in visitor.one(".jp-Dialog").text
        visitor.picture("kernel-restarting")
        visitor.one(".jp-Dialog button.jp-mod-accept").click()
        run_in_the_notebook(visitor, "print(6 * 7)", state="")
        visitor.wait(lambda: "42" in visitor.one(".jp-CodeCell .jp-OutputArea-output").text, 60)
        visitor.picture("kernel-is-back")
        assert my_usage(visitor)["memory"]["oom_kills"] != 0
        assert Path(f"/proc/{carols}").exists()
        assert servers <= {server_of("alice"), server_of("carol")}
        assert hub.hub.process.poll() is None
        assert in_a_kernel(carol, "print('still here')") == "still here"
    finally:
        carol.browser.quit()


def server_of(name: str) -> int | None:
    """The notebook server of a person."""
    for pid in processes(name):
        if b"jupyterhub-singleuser" in Path(f"/proc/{pid}/cmdline").read_bytes():
            return pid
    return None


def run_in_the_notebook(visitor: Visitor, code: str, *, state: str = "Idle") -> None:
    """Instead of what stands in the code cell of the notebook that is open."""
    visitor.wait(lambda: visitor.one(".jp-Notebook .jp-CodeCell .cm-content"), 60)
    visitor.wait(lambda: state in visitor.one("#jp-main-statusbar").text, 60)
    visitor.one(".jp-Notebook .jp-CodeCell .cm-content").click()
    keys = ActionChains(visitor.browser)
    keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(code)
    keys.key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()


def test_the_lab_shows_memory_and_processor_against_the_limits(hub, visitor):
    open_lab(visitor, "alice")

    def bar() -> str:
        return visitor.one("#jp-main-statusbar").text

    visitor.wait(lambda: re.search(r"Mem: [\d.]+ / 1024.00 MB|Mem: [\d.]+ MB / 1(024)?\.00 [MG]B", bar()), 30)
    visitor.wait(lambda: re.search(r"CPU: [\d.]+ ?%?", bar()), 30)
    visitor.wait(lambda: "/ 1024 MB" in visitor.one("#jp-top-bar, #jp-top-panel").text, 30)
    colour = "return getComputedStyle([...document.querySelectorAll('#jp-main-statusbar span')]"
    colour += ".find(part => part.textContent.includes('Mem:'))).color"
    assert "255, 0, 0" not in visitor.browser.execute_script(colour)
    visitor.picture("status-bar")


def test_a_new_quota_counts_for_what_runs_already(hub, visitor, alice):
    open_lab(visitor, "alice")
    server = server_of("alice")
    assert memory_limit("alice") == GIB
    command("user", "set-quota", "alice", "--memory", "2G")
    until(lambda: memory_limit("alice") == 2 * GIB, 2, "2 GiB in the kernel")
    until(lambda: my_usage(visitor)["memory"]["limit_bytes"] == 2 * GIB, 2, "2 GiB in /api/v1/me/usage")
    assert my_usage(visitor)["memory"]["in_force"] is True
    assert server_of("alice") == server
    command("user", "set-quota", "alice", "--memory", "1G")
    until(lambda: memory_limit("alice") == GIB, 2, "1 GiB in the kernel")
    assert server_of("alice") == server


def test_the_administrator_sees_who_uses_what(hub, visitor):
    open_lab(visitor, "alice")
    table = command("usage")
    assert re.search(r"alice\b.*1\.5.*1 GiB", table), table
    (row,) = [row for row in json.loads(command("usage", "--format", "json")) if row["name"] == "alice"]
    assert row["servers"] == 1
    metrics = told_to_services(hub, "/metrics").text
    assert f'diycloud_user_memory_limit_bytes{{user="alice"}} {GIB}' in metrics
    assert re.search(r'diycloud_user_memory_bytes\{user="alice"\} [1-9]\d*', metrics)
    assert re.search(r'diycloud_user_cpu_limit_cores\{user="alice"\} 1\.5', metrics)
    assert re.search(r'diycloud_user_tasks\{user="alice"\} [1-9]\d*', metrics)
    assert 'diycloud_user_limit_in_force{user="alice",limit="memory"} 1' in metrics
    assert 'diycloud_user_limit_in_force{user="alice",limit="disk"} 0' in metrics


def test_who_is_switched_off_is_out_with_all_that_runs_within_five_seconds(hub, visitor, alice):
    open_lab(visitor, "alice")
    server = server_of("alice")
    # A shell, say: in her cgroup, and none of JupyterHub's.
    account = pwd.getpwnam("alice")
    shell = subprocess.Popen(["sleep", "600"], user=account.pw_uid, group=account.pw_gid, start_new_session=True)
    for path in slices("alice"):
        (path / "cgroup.procs").write_text(str(shell.pid))
    session = Browser(hub.address)
    session.sign_in(alice)
    assert session.get("/api/v1/me").status_code == 200
    began = time.monotonic()
    took = {}
    command("user", "disable", "alice")
    gone = {
        "session": lambda: session.get("/api/v1/me").status_code == 401,
        "notebook server": lambda: not Path(f"/proc/{server}").exists(),
        "shell": lambda: shell.poll() is not None,
        "everything in the cgroup": lambda: not processes("alice"),
        "Linux account": lambda: people.is_locked("alice"),
    }
    while len(took) < len(gone):
        for what, is_gone in gone.items():
            if what not in took and is_gone():
                took[what] = round(time.monotonic() - began, 2)
        assert time.monotonic() - began < 5, f"of {list(gone)} only {took}"
        time.sleep(0.02)
    print(f"\nswitched off: {took}")
    until(lambda: "alice" not in findings_of_jupyterhub(), 10, "nothing left to do on the hub")
    visitor.open("/account")
    assert visitor.path.startswith("/login")
    command("user", "enable", "alice")
    until(lambda: not people.is_locked("alice"), 2, "an unlocked account")
    visitor.sign_in("alice")
    open_lab(visitor, "alice")
    assert server_of("alice") not in (None, server)


def findings_of_jupyterhub() -> set[str]:
    report = json.loads(Path("/run/diycloud-bridge/sync.json").read_text())
    return {finding.get("user") for finding in report["findings"] if finding["area"] == "jupyterhub"}
