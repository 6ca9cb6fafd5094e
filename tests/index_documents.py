"""What the tests of the search engines share: a small library, and other processes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

from index.query import parse_query
from index.seam import Document, Engine

ROOT = Path(__file__).parent.parent

LIBRARY = (
    Document(
        id=1,
        title="Обыкновенные дроби: конспект урока",
        text="Учебный материал для пятого класса: числитель, знаменатель и сокращение.",
        authors=("Иванова Анна Сергеевна",),
        keywords=("числа", "доли"),
        facets={"kind": ("material",), "subject": ("mathematics",), "grade": ("5", "6")},
        published=dt.date(2024, 3, 1),
    ),
    Document(
        id=2,
        title="Контрольная работа по математике",
        text="Десятичные дроби, проценты и пропорции. Дети решают задачи на движение.",
        authors=("Петров Пётр", "Сидорова Мария"),
        facets={"kind": ("material",), "subject": ("mathematics",), "grade": ("6",)},
        published=dt.date(2025, 9, 15),
    ),
    Document(
        id=3,
        title="Роман «Война и мир» на уроке литературы",
        text="Учёба в десятом классе: образ Андрея Болконского. Он не решил, как жить.",
        authors=("Иванова Ольга",),
        facets={"kind": ("material",), "subject": ("literature",), "grade": ("10",)},
        published=dt.date(2023, 1, 10),
    ),
    Document(
        id=4,
        title="Олимпиада юных математиков",
        text="Приём работ открыт для всех школ. Иванова ждёт писем.",
        facets={"kind": ("event",), "subject": ("mathematics", "informatics")},
        published=dt.date(2025, 10, 1),
        deadline=dt.date(2025, 12, 1),
    ),
    Document(
        id=5,
        title="Конкурс чтецов",
        text="Стихи о мире и войне читают школьники.",
        facets={"kind": ("event",), "subject": ("literature",), "grade": ("5",)},
        deadline=dt.date(2025, 11, 25),
    ),
    Document(
        id=6,
        title="Викторина прошлого года",
        text="Вопросы по физике и химии.",
        facets={"kind": ("event",), "subject": ("physics",)},
        published=dt.date(2024, 3, 1),
        deadline=dt.date(2024, 11, 25),
    ),
)


def ids(engine: Engine, text: str, limit: int = 10, **filters: list[str]) -> list[int]:
    """The ids found for a query, best first."""
    found = engine.search(parse_query(text), filters=filters, limit=limit)
    return [hit.id for hit in found.hits]


def files(folder: Path) -> list[Path]:
    """The engine's own files of the serving generation."""
    serving = folder / (folder / "CURRENT").read_text().split()[0]
    return [p for p in serving.iterdir() if p.stat().st_size and p.name != "manifest.json"]


def start(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Run a program in another Python process; it can import our packages."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def run(program: str, *arguments: str | Path) -> str:
    """Run a program in another Python process to its end; what it printed."""
    with start(program, *arguments) as process:
        printed, _ = process.communicate()
    assert process.returncode == 0
    return printed
