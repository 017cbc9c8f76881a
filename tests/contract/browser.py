"""A headless browser for tests: Debian's chromium and chromium-driver, spoken to over its own HTTP interface."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
MISSING = "" if CHROMIUM and DRIVER else "no browser: needs chromium and chromedriver (apt-get install chromium-driver)"

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """One session; a context manager, so that no process is left behind."""

    def __init__(self) -> None:
        assert DRIVER is not None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [DRIVER, f"--port={port}", "--log-level=OFF"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"]
        options = {"binary": CHROMIUM, "args": arguments}
        try:
            made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        except BaseException:
            self._end()
            raise
        self.session = f"/session/{made['sessionId']}"

    def _wait(self) -> None:
        for _ in range(200):
            try:
                if self._call("GET", "/status")["ready"]:
                    return
            except OSError:
                time.sleep(0.05)
        self._end()
        raise RuntimeError("chromedriver did not start")

    def _call(self, method: str, path: str, data: Any = None) -> Any:
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(self.base + path, body, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise RuntimeError(error.read().decode()[:500]) from None

    def command(self, name: str, **values: Any) -> Any:
        """A command of the browser's own protocol."""
        return self._call("POST", f"{self.session}/goog/cdp/execute", {"cmd": name, "params": values})

    def show(self, page: Path, *, width: int = 1280, height: int = 900, dark: bool = False, media: str = "") -> None:
        """Open a file at this size, light or dark."""
        phone = width < 600
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self._call("POST", f"{self.session}/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """The value of a script run in the page."""
        return self._call("POST", f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def find(self, selector: str) -> str:
        """The first element of a selector."""
        found = self._call("POST", f"{self.session}/element", {"using": "css selector", "value": selector})
        return str(found[_ELEMENT])

    def point(self, selector: str) -> None:
        """Move the mouse onto an element."""
        self._act([{"type": "pointerMove", "origin": {_ELEMENT: self.find(selector)}, "x": 0, "y": 0}])

    def tap(self, selector: str) -> None:
        """Touch an element with a finger."""
        move = {"type": "pointerMove", "origin": {_ELEMENT: self.find(selector)}, "x": 0, "y": 0}
        self._act([move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}], touch=True)

    def _act(self, actions: Sequence[dict[str, Any]], *, touch: bool = False) -> None:
        kind = "touch" if touch else "mouse"
        pointer = {"type": "pointer", "id": kind, "parameters": {"pointerType": kind}, "actions": list(actions)}
        self._call("POST", f"{self.session}/actions", {"actions": [pointer]})

    def press(self, key: str) -> None:
        """Press and let go a key, such as \\ue004 for the tabulator."""
        actions = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._call("POST", f"{self.session}/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def screenshot(self, target: Path) -> bytes:
        """What the window shows, as a PNG, written to `target`."""
        data = base64.b64decode(self._call("GET", f"{self.session}/screenshot"))
        target.write_bytes(data)
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._call("DELETE", self.session)
        finally:
            self._end()

    def _end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)
