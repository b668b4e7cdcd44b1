"""Runs code in kernels as the Lab does: REST for the kernel, its websocket for what it says."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import requests
from tornado.httpclient import HTTPRequest
from tornado.ioloop import IOLoop
from tornado.websocket import websocket_connect


@dataclass
class Heard:
    """What a client heard of one run: the text printed, the states of the kernel, and whether it ended properly."""

    text: str = ""
    states: tuple[str, ...] = ()
    replied: bool = False


class Server:
    """One notebook server, used with an API token of its owner."""

    def __init__(self, hub: str, path: str, token: str) -> None:
        self.base = f"{hub}/jupyter/user/{path}"
        self.headers = {"Authorization": f"token {token}"}

    def get(self, path: str) -> requests.Response:
        return requests.get(self.base + path, headers=self.headers, timeout=30)

    def kernel(self) -> str:
        """A new kernel."""
        answer = requests.post(f"{self.base}/api/kernels", headers=self.headers, json={"name": "python3"}, timeout=30)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def run(self, kernel: str, code: str, seconds: float = 60, until: str = "reply") -> Heard:
        """Run code until the kernel replies, or comes to the state `until`."""
        return IOLoop().run_sync(lambda: self._run(kernel, code, seconds, until))

    def run_restarted(self, kernel: str, code: str, attempts: int = 6) -> Heard:
        """Run code in a kernel that has just been restarted. What it prints before its channels are connected anew is
        heard by nobody, so JupyterLab asks again, too."""
        for _ in range(attempts - 1):
            with contextlib.suppress(AssertionError):
                return self.run(kernel, code, seconds=10)
        return self.run(kernel, code, seconds=10)

    async def _run(self, kernel: str, code: str, seconds: float, until: str) -> Heard:
        url = f"{self.base}/api/kernels/{kernel}/channels".replace("http", "ws", 1)
        socket = await websocket_connect(HTTPRequest(url, headers=self.headers))
        identifier, deadline = uuid.uuid4().hex, time.monotonic() + seconds
        header = {"msg_id": identifier, "msg_type": "execute_request", "session": uuid.uuid4().hex, "username": ""}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        message: dict[str, Any] = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await socket.write_message(json.dumps({**message, "channel": "shell", "buffers": []}))
        heard, idle = Heard(), False
        while (left := deadline - time.monotonic()) > 0:
            try:
                text = await asyncio.wait_for(socket.read_message(), left)
            except asyncio.TimeoutError:
                break
            assert text is not None, f"the server closed the websocket after {heard}"
            answer = json.loads(text)
            ours = answer["parent_header"].get("msg_id") == identifier
            match answer["header"]["msg_type"], answer["content"]:
                case "status", {"execution_state": str(state)}:
                    heard.states += (state,)
                    idle = idle or (ours and state == "idle")
                case "stream", {"text": str(printed)} if ours:
                    heard.text += printed
                case "error", {"traceback": list(lines)} if ours:
                    heard.text += "\n".join(lines)
                case "execute_reply", _ if ours:
                    heard.replied = True
            # the reply and what the kernel printed come by different ways
            if (heard.replied and idle and until == "reply") or until in heard.states:
                socket.close()
                return heard
        raise AssertionError(f"not {until} within {seconds} s: {heard}")
