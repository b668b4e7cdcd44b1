"""What we lean on or work around in JupyterHub itself."""

import jupyterhub
import pytest
from jupyterhub.handlers import BaseHandler


class _Handler:
    """As much of a cookie-authenticated handler as `refresh_auth` looks at."""

    def __init__(self, user):
        self._jupyterhub_user = user
        self.log = self
        self.authenticator = self
        self.auth_refresh_age = 1
        self.auth_refresh_strict = False

    async def refresh_user(self, user, handler):
        return False

    def debug(self, *_):
        pass

    warning = debug


class _User:
    name = "alice"
    _auth_refreshed = None


def test_jupyterhub_still_trips_over_a_refused_refresh_of_a_browser():
    """When this fails, JupyterHub is mended: remove the work-around in `DIYCloudAuthenticator.refresh_user`."""
    import asyncio

    user = _User()
    with pytest.raises(AttributeError, match="_token_authenticated"):
        asyncio.run(BaseHandler.refresh_auth(_Handler(user), user))


def test_this_is_the_jupyterhub_that_we_tested_with():
    assert jupyterhub.__version__.startswith("6.1")


def test_a_refused_refresh_leaves_no_traceback(people, browser, hub):
    import time

    session = people.open_session("carol")
    visitor = browser(session)
    visitor.go("/jupyter/hub/home")
    people.end_session(session)
    time.sleep(2.1)
    before = hub.log.stat().st_size
    assert visitor.step("/jupyter/hub/api/user").status_code == 403
    assert "Traceback" not in hub.log.read_text()[before:]
    # and at spawn a clean way to the sign-in page instead of a 500
    assert visitor.go("/jupyter/hub/spawn/carol").text == "sign in here"
