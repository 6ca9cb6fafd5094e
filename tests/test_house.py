"""The house itself: start-up cost, translations, documents that are true, locks without addresses."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from netmeta import errors
from netmeta.config import _SETTINGS
from netmeta.locale import gather

ROOT = Path(__file__).parents[1]
HEAVY = (
    "scrapy", "twisted", "aiohttp", "tantivy", "whoosh", "pymorphy3", "datasette", "uvicorn", "rich",
    "selectolax", "lxml", "feedparser", "trafilatura", "readability", "resiliparse", "dateparser",
    "sqlite_utils", "yaml", "babel", "dbos", "sqlalchemy", "psycopg", "croniter",
)  # fmt: skip


def imported_by(*words: str) -> set[str]:
    """Top-level packages that a run of the command line imports."""
    code = (
        "import sys\n"
        "from netmeta.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('IMPORTED', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    return set(ran.stdout.rsplit("IMPORTED", 1)[1].split())


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("search", "--help"), ("source", "add", "--help")]
)
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    """`netmeta --help` must start in less than 0.3 s of CPU; imports are what costs."""
    assert imported_by(*words).isdisjoint(HEAVY)


def test_searching_does_not_import_the_crawler_or_the_web(tmp_path: Path) -> None:
    used = imported_by("--db", str(tmp_path / "none.db"), "search", "x")
    assert used.isdisjoint({"scrapy", "twisted", "datasette", "feedparser", "trafilatura"})


def test_every_text_is_translated_and_compiled() -> None:
    catalogue = gather.gathered()
    assert gather.untranslated(catalogue) == []
    assert gather.PO.with_suffix(".mo").read_bytes() == gather.compiled(catalogue), (
        "run `make messages`"
    )


def test_translations_keep_their_placeholders() -> None:
    holes = re.compile(r"\{\w+\}")
    for message in gather.gathered():
        if message.id:
            wanted = set(
                holes.findall(message.id[-1] if isinstance(message.id, tuple) else message.id)
            )
            for form in message.string if isinstance(message.string, tuple) else (message.string,):
                assert set(holes.findall(form)) == wanted, message.id


def test_the_command_reference_is_fresh() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "write_cli.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_every_command_is_in_the_reference() -> None:
    from netmeta.cli.app import app

    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    names = list(commands(app, "netmeta"))
    assert len(names) > 10
    for name in names:
        assert f"## {name}\n" in page


def commands(app: typer.Typer, prefix: str) -> list[str]:
    """Names of all commands below a Typer application."""
    found = [f"{prefix} {one.name}" for one in app.registered_commands]
    for group in app.registered_groups:
        assert group.typer_instance is not None
        found += commands(group.typer_instance, f"{prefix} {group.name}")
    return found


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    for name in _SETTINGS:
        assert f"`{name}`" in page
        assert f"`NETMETA_{name.upper()}`" in page


def test_every_error_is_drawn_in_the_tree() -> None:
    assert errors.__doc__ is not None
    for name, thing in vars(errors).items():
        if (
            isinstance(thing, type)
            and issubclass(thing, errors.NetmetaError)
            and not name.startswith("_")
        ):
            assert name in errors.__doc__
            assert thing.__doc__


def test_locks_have_hashes_and_no_addresses() -> None:
    for path in [*ROOT.glob("requirements*.lock"), ROOT / ".ci" / "stock-whoosh.lock"]:
        text = path.read_text("utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text
    assert "whoosh3==3.54.0" in (ROOT / "requirements.lock").read_text("utf-8")


def test_the_readme_opens_with_two_commands_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for name in ("README.md", "README.ru.md"):
        text = (ROOT / name).read_text("utf-8")
        blocks = re.findall(r"```(?:sh)?\n(.*?)```", text, re.S)
        first = [line.split("#")[0].strip() for line in blocks[0].splitlines() if line.strip()]
        assert first == ["make demo", "make test"]
        for target in re.findall(r"^make ([a-z-]+)", "\n".join(blocks), re.M):
            assert f"\n{target}:" in makefile, target
        for image in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
            assert (ROOT / image).exists(), image


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_module_says_what_it_is_for() -> None:
    for package in ("netmeta", "spiders", "index"):
        for path in (ROOT / package).rglob("*.py"):
            assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path


def test_no_path_of_a_machine_and_no_registry_in_the_project() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [n for n in listed.stdout.split("\0") if n and not n.endswith((".png", ".mo"))]
    home = str(Path.home())
    for name in names or []:
        path = ROOT / name
        if path.exists():
            text = path.read_text("utf-8", errors="replace")
            assert home == "/" or f"{home}/" not in text, name
