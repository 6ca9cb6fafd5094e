"""A harvest that is killed loses nothing; `tests/crash_harvest.py` does the same at length."""

from __future__ import annotations

from pathlib import Path

from tests.crash_harvest import crash


def test_a_harvest_killed_again_and_again_comes_to_its_end_whole(tmp_path: Path) -> None:
    found = crash(tmp_path, pages=120, kills=3, seed=7)
    assert found.ok, found
    assert found.kills == 3
