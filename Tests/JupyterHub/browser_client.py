"""A browser without a window: keeps cookies by path as browsers do, and follows redirects step by step."""

from __future__ import annotations

import re
import time
from urllib.parse import urlencode

import requests


class Browser:
    """One browser. `trail` holds every address it was at since the last `go`."""

    def __init__(self, hub: str, bridge: str) -> None:
        self.hub, self.bridge = hub, bridge
        self.http = requests.Session()
        self.http.headers["User-Agent"] = "diycloud-test"
        self.trail: list[str] = []

    def hold(self, cookie: str) -> None:
        """Hold a session of the bridge."""
        self.http.cookies.set("diycloud", cookie, domain="127.0.0.1", path="/")

    def go(self, url: str, **more) -> requests.Response:
        """Navigate, following redirects."""
        self.trail = []
        headers = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none", **more.pop("headers", {})}
        url = url if url.startswith("http") else self.hub + url
        for _ in range(20):
            self.trail.append(url)
            answer = self.http.get(url, allow_redirects=False, headers=headers, timeout=30, **more)
            if not answer.is_redirect:
                return answer
            url = requests.compat.urljoin(url, answer.headers["Location"])
        raise AssertionError(f"redirected in a circle: {self.trail}")

    def step(self, url: str, **more) -> requests.Response:
        """One request without following a redirect."""
        url = url if url.startswith("http") else self.hub + url
        return self.http.get(url, allow_redirects=False, timeout=30, **more)

    def xsrf(self, path: str = "/jupyter/hub/") -> str:
        return next(c.value for c in self.http.cookies if c.name == "_xsrf" and c.path == path)

    def start_server(self, name: str, seconds: float = 60) -> requests.Response:
        """Go to the notebook as a person does: spawn, wait on the pending page, land in the Lab."""
        answer = self.go(f"/jupyter/hub/spawn/{name}")
        deadline = time.monotonic() + seconds
        while "/user/" not in answer.url.split("/hub/")[0] or answer.status_code in (404, 503):
            assert time.monotonic() < deadline, f"{answer.url} {answer.status_code}: {text(answer)}"
            if answer.status_code >= 400 or "failed" in text(answer).lower():
                return answer
            time.sleep(0.5)
            answer = self.go(f"/jupyter/hub/spawn-pending/{name}")
        return answer

    def form(self, username: str, password: str, next_url: str = "") -> requests.Response:
        """Sign in with the hub's own form."""
        self.go("/jupyter/hub/login?form=1")
        query = "?" + urlencode({"next": next_url}) if next_url else ""
        fields = {"username": username, "password": password, "_xsrf": self.xsrf()}
        return self.http.post(f"{self.hub}/jupyter/hub/login{query}", fields, allow_redirects=False, timeout=60)


def text(answer: requests.Response) -> str:
    """What a person reads on the page."""
    body = re.sub(r"(?s)<(script|style).*?</\1>", " ", answer.text)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
