"""Takes the pictures of README and docs: the demonstration's pages in Debian's Chromium.

python docs/take_pictures.py        writes docs/pictures/*.png, desktop and 390 px wide
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

PICTURES = Path(__file__).with_name("pictures")
PORT = 8199
PAGES = {"home": "/", "search": f"/search?q={quote('урок математике дроби 5 кл')}"}
SIZES = {"": (1200, 860), "-phone": (390, 844)}
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
)  # fmt: skip


def main() -> None:
    """Serve the demonstration, take each page in each size, stop."""
    browser = shutil.which("chromium") or sys.exit("chromium is not installed")
    PICTURES.mkdir(exist_ok=True)
    demo = subprocess.Popen(
        [sys.executable, "-m", "netmeta", "-q", "demo", "--port", str(PORT)],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://127.0.0.1:{PORT}/")
        for name, path in PAGES.items():
            for suffix, (width, height) in SIZES.items():
                _take(
                    browser,
                    f"http://127.0.0.1:{PORT}{path}",
                    PICTURES / f"{name}{suffix}.png",
                    width,
                    height,
                )
    finally:
        demo.terminate()
        demo.wait()


def _wait(url: str) -> None:
    for _ in range(120):
        try:
            urlopen(url).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("the demonstration did not start")


def _take(browser: str, url: str, file: Path, width: int, height: int) -> None:
    """Headless Chromium has no windows narrower than 500 px, so a phone is a frame in a page."""
    with tempfile.TemporaryDirectory() as folder:
        if width < 500:
            frame = Path(folder) / "phone.html"
            frame.write_text(
                f'<body style="margin:0"><iframe src="{url}" style="border:0;width:{width}px;height:{height}px">',
                "utf-8",
            )
            url = frame.as_uri()
        command = [
            browser,
            *FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--window-size={width},{height}",
            f"--screenshot={file}",
            url,
        ]
        subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
