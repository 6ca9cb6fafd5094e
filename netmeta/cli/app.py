"""The commands put together, and the global options."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from netmeta import __version__
from netmeta.characters import whole
from netmeta.cli import output
from netmeta.cli.collections import collection
from netmeta.cli.configuring import config as config_commands
from netmeta.cli.curating import edit, forget
from netmeta.cli.curators import curator, reports
from netmeta.cli.demo import demo
from netmeta.cli.doctor import doctor
from netmeta.cli.events import events
from netmeta.cli.exporting import export
from netmeta.cli.harvesting import harvest
from netmeta.cli.importing import import_
from netmeta.cli.indexing import index
from netmeta.cli.parser_words import error_in_words, help_in_words
from netmeta.cli.publishing import backup, publish
from netmeta.cli.scheduling import schedule
from netmeta.cli.searching import search, similar
from netmeta.cli.serving import serve
from netmeta.cli.session import Session
from netmeta.cli.showing import show
from netmeta.cli.sources import source
from netmeta.cli.status import status
from netmeta.cli.vocabularies import vocab
from netmeta.cli.worker import worker
from netmeta.errors import NetmetaError, UsageError
from netmeta.texts import language, t

# The one public name from which the base of all parser errors can be reached.
_ParserError: type[Exception] = typer.BadParameter.__mro__[2]

app = typer.Typer(
    name="netmeta",
    help=t("One searchable catalogue of what Russian teachers publish on many portals."),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"netmeta {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option("--db", metavar="FILE", help=t("The catalogue (also NETMETA_DB).")),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help=t("Settings, TOML."))
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=t("Print JSON to standard output."))] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help=t("No progress, no notes."))] = False,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help=t("Tell more; twice: tell all."))
    ] = 0,
    lang: Annotated[
        str, typer.Option("--lang", metavar="ru|en", help=t("Language of the interface."))
    ] = "ru",
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=t("Print the version.")),
    ] = False,
) -> None:
    if lang not in {"ru", "en"}:
        raise typer.BadParameter(t("must be ru or en"), param_hint="--lang")
    context.obj = Session(
        db=db, config_file=config, language=language(), json=json, quiet=quiet, verbosity=verbose
    )
    _set_up_logging(verbose)


def _set_up_logging(verbosity: int) -> None:
    level = (logging.CRITICAL, logging.INFO, logging.DEBUG)[min(verbosity, 2)]
    logging.basicConfig(
        stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


app.command("demo", help=t("Show everything at work on replicas of portals."))(demo)
app.add_typer(source, name="source", help=t("Sources: list, add, test, show, remove."))
app.command("harvest", help=t("Fetch what is new and bring the index up to date."))(harvest)
app.add_typer(schedule, name="schedule", help=t("When sources are harvested by themselves."))
app.command("worker", help=t("Harvest what is due, until stopped."))(worker)
app.command("status", help=t("Which sources are well, which are not, why, and what to do."))(status)
app.command("doctor", help=t("What is wrong with this installation, and what to do."))(doctor)
app.command("search", help=t("Search the catalogue."))(search)
app.command("show", help=t("Show one record."))(show)
app.command("similar", help=t("Records like the given one."))(similar)
app.add_typer(index, name="index", help=t("The full-text index: status, rebuild, verify."))
app.command("events", help=t("What is coming up, and what closes soon."))(events)
app.add_typer(vocab, name="vocab", help=t("Vocabularies: what was not understood, teach, apply."))
app.command("edit", help=t("Correct a record; no harvest undoes it."))(edit)
app.command("forget", help=t("Remove an address or a person for good."))(forget)
app.add_typer(collection, name="collection", help=t("Collections of records: list, show, make."))
app.add_typer(curator, name="curator", help=t("Who may correct records on the web pages."))
app.command("reports", help=t("Problems that readers reported, the oldest first."))(reports)
app.command("import", help=t("Import items from a JSON Lines file, or a data package."))(import_)
app.command("export", help=t("Write the catalogue in a form that others read."))(export)
app.command("serve", help=t("Serve the catalogue in the browser (Datasette)."))(serve)
app.command("publish", help=t("Publish a snapshot that servers read."))(publish)
app.command("backup", help=t("Copy the catalogue, even while it is being written."))(backup)
app.add_typer(config_commands, name="config", help=t("Settings: show, write a file."))


INTERRUPTED = 130
_HELP_OPTIONS = frozenset({"-h", "--help"})


def _check_letters(words: Sequence[str]) -> None:
    """Raises: UsageError for words that came in another charset: they could not be stored."""
    for word in words:
        if whole(word) != word:
            raise UsageError(
                t("{word} is not UTF-8", word=whole(word)),
                cure=t("Set the terminal and the locale to UTF-8."),
            )


def run(words: Sequence[str]) -> int:
    """Run one command line; returns the exit code.

    0 ok, 1 failure, 2 usage, 3 partial, 4 locked, 5 storage, 130 interrupted.
    """
    try:
        _check_letters(words)
        if _HELP_OPTIONS.isdisjoint(words):
            code = app(args=list(words), prog_name="netmeta", standalone_mode=False)
        else:
            code = _help(words)
    except NetmetaError as error:
        output.error(error)
        return error.exit_code
    except _ParserError as error:
        _say_usage(error)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough
        sys.stderr.close()
        return 0
    if code == INTERRUPTED:  # Typer turns Ctrl-C into this exit code by itself
        output.note(t("Interrupted. What was stored stays; run the same command to go on."))
    return code if isinstance(code, int) else 0


def _help(words: Sequence[str]) -> object:
    """Show the help of a command, with the parser's own words in the language of the interface."""
    shown = io.StringIO()
    try:
        with redirect_stdout(shown):
            return app(args=list(words), prog_name="netmeta", standalone_mode=False)
    finally:
        sys.stdout.write(help_in_words(shown.getvalue()))


def _say_usage(error: Exception) -> None:
    """What the parser did not understand, and where help is; a group without a command is help."""
    shown = io.StringIO()
    error.show(file=shown)  # type: ignore[attr-defined]  # every parser error has it
    _, told, problem = shown.getvalue().rpartition("Error: ")
    if not told:
        sys.stderr.write(help_in_words(problem))
        return
    context = getattr(error, "ctx", None)
    place = context.command_path if context is not None else "netmeta"
    output.note(t("netmeta: error: {problem}", problem=error_in_words(problem)))
    output.note(t("Help: {command}", command=f"{place} --help"))
