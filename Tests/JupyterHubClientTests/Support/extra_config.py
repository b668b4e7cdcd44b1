"""What the tests' hub has besides the shipped configuration: cheap servers, and two more services."""

import asyncio
import os
import sys
from pathlib import Path

from jupyterhub.spawner import SimpleLocalProcessSpawner

c = get_config()  # noqa: F821

SERVER = """
import http.server, os, urllib.parse
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
port = urllib.parse.urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"]).port
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


class CheapSpawner(SimpleLocalProcessSpawner):
    """Starts something that answers; for some people slowly."""

    async def start(self):
        """For whose name begins with slow, it takes a minute."""
        if self.user.name.startswith("slow"):
            await asyncio.sleep(60)
        return await super().start()

    async def stop(self, now=False):
        """For whose name begins with lingering, it takes three seconds: the hub answers before."""
        if self.user.name.startswith("lingering"):
            await asyncio.sleep(3)
        await super().stop(now)


place = Path(os.environ["DIYCLOUD_TEST_PLACE"])
c.JupyterHub.spawner_class = CheapSpawner
c.Spawner.cmd = [sys.executable, "-c", SERVER]
c.Spawner.args = []
c.JupyterHub.allow_named_servers = True
c.JupyterHub.tornado_settings.update({"slow_spawn_timeout": 1, "slow_stop_timeout": 1})
for name, scopes in {
    "half": ["list:users", "read:users"],
    "outside": ["admin:users", "admin:groups", "servers", "tokens", "read:users"],
}.items():
    token = (place / f"{name}.token").read_text().strip()
    c.JupyterHub.services.append({"name": name, "api_token": token})
    c.JupyterHub.load_roles.append({"name": name, "services": [name], "scopes": scopes})
