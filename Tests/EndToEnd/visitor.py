"""A person at a browser: signs in, looks at the portal, runs a cell of a notebook."""

import json
import re
import sys
import time
import uuid
from html import unescape

import requests
import websocket

BASE = "https://cloud.example.test"
#: What a browser says when a person opens a page.
PAGE = {
    "Accept": "text/html",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Dest": "document",
    "Origin": BASE,
}


class Visitor:
    def __init__(self, name: str, password: str, certificate: str) -> None:
        self.name = name
        self.certificate = certificate
        self.browser = requests.Session()
        # Nothing but the certificate of this server is trusted, whatever the environment says.
        self.browser.trust_env = False
        self.browser.verify = certificate
        page = self.browser.get(f"{BASE}/login", headers=PAGE, timeout=30)
        fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        fields = {key: unescape(value) for key, value in fields.items()} | {"username": name, "password": password}
        answer = self.browser.post(f"{BASE}/login", data=fields, headers=PAGE, timeout=60)
        if answer.status_code != 200 or answer.url.endswith("/login"):
            raise SystemExit(f"signing in answered {answer.status_code} at {answer.url}")

    def portal(self) -> str:
        return self.browser.get(f"{BASE}/", headers=PAGE, timeout=30).text

    def notebook(self, code: str) -> str:
        """Starts their server, and a kernel in it; what the code prints."""
        answer = self.browser.get(f"{BASE}/jupyter/hub/spawn", headers=PAGE, timeout=120)
        server = f"{BASE}/jupyter/user/{self.name}"
        deadline = time.monotonic() + 180
        while True:
            # The first request leads through the hub's sign-in for the server.
            self.browser.get(f"{server}/lab", headers=PAGE, timeout=60)
            answer = self.browser.get(f"{server}/api/status", timeout=60)
            if answer.status_code == 200 and "kernels" in answer.text:
                break
            if time.monotonic() > deadline:
                raise SystemExit(f"the server does not come up: {answer.status_code} {answer.text[:500]}")
            time.sleep(1)
        token = self.browser.cookies.get("_xsrf", path=f"/jupyter/user/{self.name}/", default="")
        headers = {"X-XSRFToken": token, "Origin": BASE}
        kernel = self.browser.post(f"{server}/api/kernels", json={}, headers=headers, timeout=60)
        if kernel.status_code != 201:
            raise SystemExit(f"no kernel: {kernel.status_code} {kernel.text[:500]}")
        address = f"{server}/api/kernels/{kernel.json()['id']}/channels".replace("https", "wss", 1)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.browser.cookies)
        socket = websocket.create_connection(
            address, cookie=cookies, origin=BASE, timeout=60, sslopt={"ca_certs": self.certificate}
        )
        message = {
            "header": {
                "msg_id": uuid.uuid4().hex,
                "msg_type": "execute_request",
                "username": "",
                "session": "",
                "version": "5.3",
            },
            "parent_header": {},
            "metadata": {},
            "channel": "shell",
            "content": {
                "code": code,
                "silent": False,
                "store_history": False,
                "allow_stdin": False,
                "user_expressions": {},
            },
        }
        socket.send(json.dumps(message))
        while True:
            answer = json.loads(socket.recv())
            if answer.get("msg_type") == "stream":
                return answer["content"]["text"]
            if answer.get("msg_type") == "error":
                return "\n".join(answer["content"]["traceback"])


if __name__ == "__main__":
    what, person, word, trusted = sys.argv[1:5]
    visitor = Visitor(person, word, trusted)
    if what == "portal":
        print(visitor.portal())
    else:
        print(visitor.notebook("import getpass; print('the answer is', 6 * 7, 'for', getpass.getuser())"))
