"""The reasons for a time, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from netmeta.catalogue.schedules import Why
from netmeta.schedule.times import interval_in_words
from netmeta.texts import n_, t

_REASONS: Final = {
    "every": n_("every {interval}, as set"),
    "cron": n_("by cron {cron}, as set"),
    "unknown": n_("its pace is not known yet: once a day"),
    "busy": n_("{n} new entries a week: as often as is polite"),
    "quiet": n_("hardly anything new: once a week"),
    "rate": n_("{n} new entries a week"),
    "deadline": n_("a deadline is near ({day})"),
    "ttl": n_("the feed asks for {interval} between visits (ttl)"),
    "max-age": n_("the server says that it stays valid for {interval} (max-age)"),
    "retry-after": n_("the server asked to come back later (Retry-After)"),
    "skip-hours": n_("the feed does not want to be asked earlier (skipHours, skipDays)"),
    "backoff": n_("failed {n} times in a row: each time twice as long, a week at most"),
    "interrupted": n_("the last harvest was interrupted"),
    "clock": n_("the clock was set back"),
    "first": n_("never harvested"),
    "due": n_("it was due"),
    "asked": n_("somebody asked for it"),
    "chore": n_("every {interval}"),
    "news": n_("the catalogue has changed"),
}  # fmt: skip
"""Every reason that netmeta writes, with the sentence for it."""


def in_words(why: Why) -> str:
    """All reasons, the one that weighed most last."""
    return "; ".join(_sentence(code, values) for code, values in why)


def _sentence(code: str, values: Mapping[str, Any]) -> str:
    shown = dict(values)
    if "s" in shown:
        shown["interval"] = interval_in_words(shown.pop("s"))
    if "day" in shown:
        shown["day"] = dt.date.fromisoformat(shown["day"]).strftime("%d.%m.%Y")
    sentence = _REASONS.get(code, code)
    return t(sentence, **shown)
