"""Takes the pictures of README and docs: the demonstration's pages in Debian's Chromium.

python -m docs.take_pictures         writes docs/pictures/*.png, desktop and 390 px wide
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from docs.browser import Browser

PICTURES = Path(__file__).with_name("pictures")
PORT = 8199
BASE = f"http://127.0.0.1:{PORT}"
SIZES = {"": (1200, 860), "-phone": (390, 844)}
DARK = ("home", "search", "record", "desk")
MAX_BYTES = 200_000


def main() -> None:
    """Serve the demonstration, take each page in each size, stop."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "netmeta.db"
        command = [
            sys.executable,
            "-m",
            "netmeta",
            "-q",
            "--db",
            str(db),
            "demo",
            "--port",
            str(PORT),
        ]
        demo = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait(f"{BASE}/")
            with Browser() as browser:
                for name, path in _pages().items():
                    for suffix, (width, height) in SIZES.items():
                        _take(browser, path, f"{name}{suffix}", width, height)
                    if name in DARK:
                        _take(browser, path, f"{name}-dark", *SIZES[""], dark=True)
        finally:
            demo.terminate()
            demo.wait()


def _pages() -> dict[str, str]:
    """The pages, with a lesson and a contest of this demonstration."""
    return {
        "home": "/",
        "search": f"/search?q={quote('урок математике дроби 5 кл')}",
        "searches": f"/searches?q={quote('дроби')}&subject=mathematics",
        "record": f"/record/{_first('обыкновенные дроби конспект', 'material')}",
        "event": f"/record/{_first('всероссийский конкурс', 'event')}",
        "events": "/events",
        "calendar": "/events?month=now",
        "subjects": "/subjects",
        "subject": "/subject/mathematics",
        "portals": "/portals",
        "portal": "/portal/uchportal",
        "author": "/author/1",
        "desk": "/desk",
        "tables": "/netmeta",
        "records": "/netmeta/records",
        "question": "/netmeta/authors-many-portals",
    }


def _first(words: str, kind: str) -> int:
    with urlopen(f"{BASE}/search.json?q={quote(words)}&kind={kind}") as answer:
        return int(json.load(answer)["hits"][0]["id"])


def _wait(url: str) -> None:
    for _ in range(240):
        try:
            urlopen(url).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("the demonstration did not start")


def _take(
    browser: Browser, path: str, name: str, width: int, height: int, *, dark: bool = False
) -> None:
    page = browser.open(BASE + path, width=width, height=height, dark=dark)
    if page.heard:
        sys.exit(f"{path}: {page.heard}")
    file = PICTURES / f"{name}.png"
    page.picture(file)
    browser.close(page)
    if file.stat().st_size > MAX_BYTES:
        sys.exit(f"{file.name} takes {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
