"""Runs axe-core over the pages of a running `netmeta serve`, light and dark, desktop and phone.

    npm pack axe-core@4.14.1 && tar xzf axe-core-4.14.1.tgz package/axe.min.js
    python -m docs.accessibility http://127.0.0.1:8001 package/axe.min.js

Exits with 1 if anything of impact "serious" or "critical" is found, or a page scrolls sideways.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.request import urlopen

from docs.browser import Browser, Page

PAGES = (
    "/", "/search?q=%D1%83%D1%80%D0%BE%D0%BA", "/search", "/searches?q=%D1%83%D1%80%D0%BE%D0%BA", "/portal/uchportal", "/record/24", "/record/1", "/events", "/events?month=now",
    "/subjects", "/subject/mathematics", "/portals", "/desk", "/author/1", "/netmeta",
    "/netmeta/records", "/netmeta/records?kind=event&_sort=title", "/netmeta/records/1",
    "/netmeta/class-subject", "/netmeta/authors", "/nowhere", "/?lang=en", "/collections", "/record/1/report", "/-/login",
)  # fmt: skip
SERIOUS = ("serious", "critical")
ASKED = (
    "axe.run().then(found => JSON.stringify(found.violations.map("
    "one => [one.impact, one.id, one.nodes.length, one.nodes[0].html.slice(0, 160)])))"
)


def main() -> int:
    """Check each page in each guise; the exit code."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    base, axe = sys.argv[1].rstrip("/"), Path(sys.argv[2]).read_text("utf-8")
    urlopen(f"{base}/").close()
    bad = 0
    with Browser() as browser:
        for dark in (False, True):
            for width in (1200, 390):
                for path in PAGES:
                    page = browser.open(base + path, width=width, height=900, dark=dark)
                    for line in _found(browser, page, axe):
                        bad += line[0] in SERIOUS
                        sys.stdout.write(f"{path} {width} {'dark' if dark else 'light'}: {line}\n")
                    browser.close(page)
    sys.stdout.write(f"{4 * len(PAGES)} pages, {bad} serious\n")
    return 1 if bad else 0


def _found(browser: Browser, page: Page, axe: str) -> list[list[object]]:
    """(impact, rule, places, example) of what axe-core says, and of a page that is too wide."""
    browser.ask("Page.setBypassCSP", {"enabled": True}, page.session)
    page.value(f"{axe};1")
    found: list[list[object]] = json.loads(page.value(ASKED))
    wide = page.value("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, ["serious", "scrolls sideways", wide, ""]] if wide > 0 else found


if __name__ == "__main__":
    raise SystemExit(main())
