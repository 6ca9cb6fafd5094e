"""Debian's Chromium driven over its debugging pipe: pictures, DOM and console of a page.

No window can be narrower than 500 px, but a device can be said to be; and only here does one hear
what a page did, not only what it looks like. Used by the tests and by take_pictures.py.

    with Browser() as browser:
        page = browser.open("http://127.0.0.1:8001/", width=390, height=844)
        page.picture(Path("home.png")); page.value("document.title"); page.heard

The protocol: https://chromedevtools.github.io/devtools-protocol/
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
    "--lang=ru", "--accept-lang=ru", "--remote-debugging-pipe",
)  # fmt: skip

WAIT_S = 30.0


@dataclass
class Page:
    """One open page; `heard` is what its console, its dialogs and its policy said."""

    browser: Browser
    session: str
    heard: list[str] = field(default_factory=list)

    def value(self, expression: str) -> Any:
        """A JavaScript expression's value (JSON-able). Raises: RuntimeError if it throws."""
        answer = self.browser.ask(
            "Runtime.evaluate",
            {"expression": expression, "returnByValue": True, "awaitPromise": True},
            self.session,
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """One key, as the DOM names it ("Tab")."""
        codes = {"Tab": 9, "Enter": 13}
        for kind in ("rawKeyDown", "keyUp"):
            pressed = {"type": kind, "key": key, "windowsVirtualKeyCode": codes[key]}
            self.browser.ask("Input.dispatchKeyEvent", pressed, self.session)

    def picture(self, file: Path) -> None:
        """Write what one sees first as PNG."""
        answer = self.browser.ask("Page.captureScreenshot", {"format": "png"}, self.session)
        file.write_bytes(base64.b64decode(answer["data"]))


class Browser:
    """A running Chromium with a profile of its own. Raises: FileNotFoundError if there is none."""

    def __enter__(self) -> Browser:
        chromium = shutil.which("chromium")
        if chromium is None:
            raise FileNotFoundError("chromium is not installed")
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # The browser reads from descriptor 3 and writes to 4; the shell puts our pipes there, by
        # way of 60 and 61, because either pipe may be 3 or 4 itself.
        pipes = f'exec "$@" 60<&{theirs_in} 61>&{theirs_out} 3<&60 4>&61 60<&- 61>&-'
        command = [chromium, *FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"]
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", pipes, "bash", *command],
            pass_fds=(theirs_in, theirs_out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer = b""
        self._number = 0
        self._pages: dict[str, Page] = {}
        self._events: list[tuple[str, str]] = []
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait(10)
        os.close(self._in)
        os.close(self._out)
        self._profile.cleanup()

    def open(self, url: str, *, width: int = 1200, height: int = 860, dark: bool = False) -> Page:
        """A page, loaded, in a window or (below 500 px) on a phone of that size."""
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})[
            "sessionId"
        ]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable", {}, session)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.ask("Emulation.setDeviceMetricsOverride", size, session)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.ask("Emulation.setEmulatedMedia", {"features": scheme}, session)
        self._events.clear()
        answer = self.ask("Page.navigate", {"url": url}, session)
        if "errorText" in answer:
            raise RuntimeError(f"{url}: {answer['errorText']}")
        until = time.monotonic() + WAIT_S
        while (session, "Page.loadEventFired") not in self._events:
            self._take(self._read(until))
        return page

    def close(self, page: Page) -> None:
        """Close a page; a hundred open ones take a gigabyte."""
        target = self.ask("Target.getTargetInfo", {}, page.session)["targetInfo"]["targetId"]
        self.ask("Target.closeTarget", {"targetId": target})
        del self._pages[page.session]

    def ask(
        self, method: str, params: dict[str, Any], session: str | None = None
    ) -> dict[str, Any]:
        """One command of the protocol. Raises: RuntimeError, TimeoutError."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + WAIT_S
        while True:
            answer = self._read(until)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._take(answer)

    def _read(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._in], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            self._buffer += os.read(self._in, 1 << 20)
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message

    def _take(self, message: dict[str, Any]) -> None:
        """Keep what a page says; answer dialogs, or the page would wait for ever."""
        method, params = message.get("method", ""), message.get("params", {})
        session = message.get("sessionId", "")
        self._events.append((session, method))
        page = self._pages.get(session)
        if page is None:
            return
        if method == "Page.javascriptDialogOpening":
            page.heard.append(f"dialog: {params['message']}")
            self._number += 1
            closing = {"id": self._number, "method": "Page.handleJavaScriptDialog",
                       "params": {"accept": False}, "sessionId": session}  # fmt: skip
            os.write(self._out, json.dumps(closing).encode() + b"\0")
        elif method == "Log.entryAdded":
            page.heard.append(f"log: {params['entry']['text']}")
        elif method == "Runtime.consoleAPICalled":
            page.heard.append(f"console: {params['args']}")
        elif method == "Runtime.exceptionThrown":
            page.heard.append(f"exception: {params['exceptionDetails'].get('text')}")
