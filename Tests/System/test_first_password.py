"""Who is in the user store only is given a Linux account by `sync-users`, and its password by their first sign-in."""

import subprocess

from browser import Browser
from stage import bridge, people


def signs_in(host, person, password: str) -> bool:
    browser = Browser(host.address)
    answer = browser.sign_in(person, password=password)
    assert answer.status_code in (303, 401), answer.status_code
    return answer.status_code == 303


def su_lets_in(name: str, password: str) -> bool:
    """As somebody else than root, so that su asks for the password."""
    result = subprocess.run(
        ["setpriv", "--reuid=alice", "--regid=alice", "--init-groups", "su", name, "-c", "id -un"],
        input=f"{password}\n",
        text=True,
        capture_output=True,
        cwd="/",
    )
    return result.returncode == 0 and result.stdout.strip() == name


def test_the_first_sign_in_gives_the_linux_account_its_password(host):
    nora = host.person("nora")
    log = bridge.AUDIT_LOG
    assert people.shadow("nora")[1] == "*"
    assert not signs_in(host, nora, "not the password")
    assert people.shadow("nora")[1] == "*"

    assert signs_in(host, nora, nora.password)
    field = people.shadow("nora")[1]
    assert field.startswith("$y$")
    assert '"password-changed"' in log.read_text()
    assert nora.password not in log.read_text()

    assert signs_in(host, nora, nora.password)
    assert not signs_in(host, nora, "not the password")
    assert people.shadow("nora")[1] == field
    assert su_lets_in("nora", nora.password)
    assert not su_lets_in("nora", "not the password")


def test_after_a_change_by_passwd_the_stores_password_opens_nothing(host):
    nora = host.person("nora")
    old = nora.password
    assert signs_in(host, nora, old)
    subprocess.run(["chpasswd"], input="nora:Kiesel-Tango-Lampe-31\n", text=True, check=True)
    nora.password = "Kiesel-Tango-Lampe-31"
    assert not signs_in(host, nora, old)
    assert signs_in(host, nora, nora.password)
    # Nor when the account is without a password again.
    subprocess.run(["usermod", "--password", "*", "nora"], check=True)
    assert not signs_in(host, nora, old)
    # An administrator sets a new one in the store; its first sign-in brings it to the account.
    subprocess.run(
        [str(bridge.BINARY), "user", "passwd", "nora", "--password-stdin"],
        input=f"{nora.password}\n",
        text=True,
        check=True,
    )
    assert signs_in(host, nora, nora.password)
    assert people.shadow("nora")[1].startswith("$y$")
