"""The form in which a curator corrects a record: its values shown, and read back.

Only what the curator changed becomes an edit: the form carries a fingerprint of each value it
showed, so that a field a harvest has changed meanwhile is not taken for the curator's word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from netmeta.catalogue.stored import Stored
from netmeta.errors import UsageError
from netmeta.model import KINDS
from netmeta.services.fitting import MOST_CHARS, fitted
from netmeta.texts import language, t
from netmeta.vocabularies import load
from netmeta.web.forms import Form

FIELDS: Final = (
    "title", "kind", "type", "subjects", "grades", "summary", "published", "licence",
    "certificate", "stages",
)  # fmt: skip

STAGE_KINDS: Final = ("registration", "submission", "held", "voting", "results", "other")
MOST_STAGES: Final = 12
SPARE_STAGES: Final = 2

_STAGE: Final = ("kind", "start", "end", "label")


def values(record: Stored) -> dict[str, Any]:
    """What the form shows of a record."""
    return {
        "title": " ".join(record["title"].split())[: MOST_CHARS["title"]],
        "kind": record["kind"],
        "type": record["type"] or "",
        "subjects": sorted(record["subjects"]),
        "grades": sorted(record["grades"]),
        "summary": _text(record["summary"] or "")[: MOST_CHARS["summary"]].strip(),
        "published": record["published"] or "",
        "licence": record["licence"] or "",
        "certificate": record["certificate"],
        "stages": [_stage(stage) for stage in record["stages"][:MOST_STAGES]],
    }


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _stage(stage: Mapping[str, Any]) -> dict[str, str]:
    shown = {name: str(stage[name] or "") for name in _STAGE}
    return {**shown, "label": " ".join(shown["label"].split())[:200]}


def prints(shown: Mapping[str, Any]) -> str:
    """Fingerprints of the values that a form shows, for its hidden field."""
    return " ".join(f"{name}={_print(shown[name])}" for name in FIELDS)


def _print(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def typed(form: Form) -> dict[str, Any]:
    """What was sent, in the shape of `values`."""
    return {
        "title": " ".join(form.one("title").split()),
        "kind": form.one("kind"),
        "type": form.one("type"),
        "subjects": sorted(set(form.all("subjects"))),
        "grades": sorted({int(n) for n in form.all("grades") if n.isascii() and n.isdigit() and len(n) < 3}),
        "summary": _text(form.one("summary")),
        "published": form.one("published"),
        "licence": form.one("licence"),
        "certificate": form.one("certificate"),
        "stages": [
            stage
            for at in range(MOST_STAGES + SPARE_STAGES)
            if (stage := {name: " ".join(form.one(f"stage-{at}-{name}").split()) for name in _STAGE})["kind"]
        ],
    }  # fmt: skip


def changed(form: Form, record: Stored) -> tuple[dict[str, Any], dict[str, str]]:
    """What the curator changed, in the stored form; and what is wrong with it, by field."""
    was = dict(pair.partition("=")[::2] for pair in form.one("was").split())
    out: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in typed(form).items():
        if was.get(name) == _print(value):
            continue
        try:
            out[name] = _required(name, fitted(name, _storable(name, value, record)))
        except UsageError as error:
            errors[name] = str(error)
    return out, errors


def _storable(name: str, value: Any, record: Stored) -> Any:
    """A value of the form in the stored form; None for an empty one."""
    if name == "stages":
        return [_whole(stage, record) for stage in value]
    return value if isinstance(value, list) else value or None


def _required(name: str, value: Any) -> Any:
    if name == "title" and value is None:
        raise UsageError(t("A record needs a title"))
    if name == "grades" and not all(0 <= n <= 11 for n in value):
        raise UsageError(t("There are classes 0 to 11"))
    return value


def _whole(stage: Mapping[str, str], record: Stored) -> Stored:
    """A stage with what the form does not show: the portal's words, the hours if the days stayed."""
    for known in record["stages"]:
        if _stage(known) == stage:
            return dict(known)
    near: Stored = next(
        (one for one in record["stages"] if _stage(one)["label"] == stage["label"]), {}
    )
    same = {
        f"{name}_at": near.get(f"{name}_at") if (near.get(name) or "") == stage[name] else None
        for name in ("start", "end")
    }
    return {
        "kind": stage["kind"], "start": stage["start"] or None, "end": stage["end"] or None,
        **same, "label": stage["label"], "text": near.get("text", ""),
    }  # fmt: skip


def choices() -> dict[str, list[tuple[str, str]]]:
    """What the lists of the form offer: (value, words), in the reader's alphabet."""
    vocabularies = load()

    def labelled(*schemes: str) -> list[tuple[str, str]]:
        found = [one for name in schemes for one in vocabularies.scheme(name)]
        pairs = [(one.id, one.label(language())) for one in found]
        return sorted(pairs, key=lambda pair: pair[1].lower())

    return {
        "kinds": [(kind, t(kind)) for kind in KINDS],
        "material": labelled("material-type"),
        "event": labelled("event-type"),
        "subjects": labelled("subject"),
        "licences": labelled("licence"),
        "certificates": [(one, t(one)) for one in ("free", "paid", "none", "unknown")],
        "stages": [(kind, t(kind)) for kind in STAGE_KINDS],
    }
