"""Link rot on the desk and on records' pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from netmeta.facade import Netmeta
from tests.web_catalogue import close, fill, opened, tree


def words(page: Any, selector: str) -> str:
    return " ".join(" ".join(node.text(separator=" ") for node in page.css(selector)).split())


def served(tmp_path: Path, *statements: str) -> Any:
    db = tmp_path / "netmeta.db"
    fill(db)
    with Netmeta.open(db) as nm, nm.catalogue.transaction() as conn:
        for statement in statements:
            conn.execute(statement)
    return opened(db)


CHECKED = """
    INSERT INTO link_checks (record_id, url, checked_at, status, failures, first_failed_at, dead)
    SELECT id, url, '2026-11-20T00:00:00Z', {status}, {failures}, {since}, {dead} FROM records
    WHERE id IN ({ids})
"""


def test_before_any_check(tmp_path: Path) -> None:
    app = served(tmp_path)
    assert "ещё не проверяли" in words(tree(app, "/desk"), "[aria-labelledby=rot]")
    close(app)


def test_what_does_not_answer(tmp_path: Path) -> None:
    ok = CHECKED.format(status="'ok'", failures=0, since="NULL", dead=0, ids="1, 3, 4, 6, 7, 8")
    failing = CHECKED.format(
        status="'timeout'", failures=1, since="'2026-11-20T00:00:00Z'", dead=0, ids="2"
    )
    dead = CHECKED.format(
        status="'HTTP 404'", failures=5, since="'2026-10-01T00:00:00Z'", dead=1, ids="5"
    )
    moved = "UPDATE link_checks SET url = url || '?old', failures = 9 WHERE record_id = 8"
    app = served(tmp_path, ok, failing, dead, moved)
    section = words(tree(app, "/desk"), "[aria-labelledby=rot]")
    assert "7 проверено" in section
    assert "2 не отвечают (29 %)" in section.replace("\xa0", " ")
    assert "1 убраны из поиска" in section
    assert section.index("HTTP 404, с 1 октября 2026") < section.index("с 20 ноября 2026")
    portals = [a.text() for a in tree(app, "/desk").css("[aria-labelledby=rot] .bars a")]
    assert portals[0] == "Другой портал"  # its only address that was asked does not answer
    note = words(tree(app, "/record/5"), ".note")
    assert note == "Адрес не отвечает с 1 октября 2026 (HTTP 404)."
    for fine in (1, 8):
        assert not tree(app, f"/record/{fine}").css(".note")
    close(app)
