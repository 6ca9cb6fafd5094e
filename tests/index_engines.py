"""Fixtures: each engine in turn, empty or holding the small library. A pytest plugin."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.engines import ENGINES, open_engine
from index.seam import Engine
from tests.index_documents import LIBRARY


@pytest.fixture(params=ENGINES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(name: str, tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(name, tmp_path)
    yield engine
    engine.close()


@pytest.fixture
def library(engine: Engine) -> Engine:
    engine.rebuild(LIBRARY, seq=6)
    return engine
