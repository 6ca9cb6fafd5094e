"""What the command-line parser says by itself, in the language of the interface.

Typer speaks English, in help and in errors. Its texts are found by their form and said in ours;
what is not known here stays as it is, so that a newer Typer costs a word and not a command.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from netmeta.texts import n_, t

_Say = Callable[[re.Match[str]], str]


def _with(message: str) -> _Say:
    """The translation of a message, filled with the groups of the match."""
    return lambda found: t(message, **found.groupdict()) if found.groupdict() else t(message)


def _in_column(message: str) -> _Say:
    """The translation, as wide as what it stands for: columns of help follow it."""
    return lambda found: t(message).ljust(len(found[0]))


_HELP: Final[tuple[tuple[str, _Say], ...]] = (
    (r"(?m)^Usage: ", _with(n_("Usage: "))),
    (r"(?<= )\[OPTIONS\]", _with(n_("[OPTIONS]"))),
    (r"(?<= )COMMAND \[ARGS\]\.\.\.", _with(n_("COMMAND [ARGS]..."))),
    (r"(?m)^Options:$", _with(n_("Options:"))),
    (r"(?m)^Arguments:$", _with(n_("Arguments:"))),
    (r"(?m)^Commands:$", _with(n_("Commands:"))),
    (r"Show\s+this\s+message\s+and\s+exit\.", _with(n_("Show this message and exit."))),
    (r"Install\s+completion\s+for\s+the\s+current\s+shell\.",
     _with(n_("Install completion for the current shell."))),
    (r"Show\s+completion\s+for\s+the\s+current\s+shell,\s+to\s+copy\s+it\s+or\s+customize\s+the"
     r"\s+installation\.", _with(n_("Show completion for the current shell."))),
    (r"\[default: ", _with(n_("[default: "))),
    (r"\[required\]", _with(n_("[required]"))),
    (r" <list\[\w+\]>", _in_column(n_(" TEXT ..."))),
    (r" <str>", _in_column(n_(" TEXT"))),
    (r" <int(?: range)?>", _in_column(n_(" N"))),
    (r" <float(?: range)?>", _in_column(n_(" N"))),
    (r" <(?:path|filename|file)>", _in_column(n_(" FILE"))),
)  # fmt: skip

_ERRORS: Final[tuple[tuple[str, _Say], ...]] = (
    (r"No such command '(?P<name>.*?)'\.? ?", _with(n_("There is no command {name}. "))),
    (r"Missing command\.", _with(n_("Name a command."))),
    (r"Missing argument '(?P<name>.*?)'\.?", _with(n_("{name} is missing."))),
    (r"Missing option '(?P<name>.*?)'\.?", _with(n_("The option {name} is missing."))),
    (r"No such option: (?P<name>\S+)", _with(n_("There is no option {name}."))),
    (r"\(Possible options: (?P<names>.*)\)", _with(n_("Did you mean {names}?"))),
    (r"Did you mean (?P<names>'.*')\?", lambda m: t("Did you mean {names}?", names=m["names"].replace("'", ""))),
    (r"Option '(?P<name>.*?)' requires an argument\.", _with(n_("The option {name} needs a value."))),
    (r"Option '(?P<name>.*?)' does not take a value\.", _with(n_("The option {name} takes no value."))),
    (r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", _with(n_("Too many words: {words}."))),
    (r"Invalid value for '?(?P<name>[^':]*)'?: ?", _with(n_("{name} does not fit: "))),
    (r"Input should be a valid integer.*", _with(n_("it must be a whole number."))),
    (r"Input should be a valid number.*", _with(n_("it must be a number."))),
    (r"Input should be greater than or equal to (?P<n>\S+)", _with(n_("it must be {n} or more."))),
    (r"Input should be less than or equal to (?P<n>\S+)", _with(n_("it must be {n} or less."))),
    (r"(?:File|Path|Directory) '(?P<name>.*?)' does not exist\.", _with(n_("there is no {name}."))),
)  # fmt: skip


def _said(text: str, forms: tuple[tuple[str, _Say], ...]) -> str:
    for form, say in forms:
        text = re.sub(form, say, text)
    return text


def help_in_words(text: str) -> str:
    """A command's help as Typer makes it, its frame in our words."""
    return _said(text, _HELP)


def error_in_words(text: str) -> str:
    """What Typer says of a command line that it does not understand."""
    return _said(text, _ERRORS).strip()
