"""Health: what the last run of each source says, held against the source's own history.

A run that finds nothing, or half of the usual, or whose fields stop filling, is an alarm and no
success. Every state but "ok" comes with its evidence and the next step.

    ok            as usual
    degraded      read, with losses; or not to be reached, once or twice
    empty         nothing was found, or less than half of what is usual
    drifted       a field that was filled on most pages is hardly filled any more
    blocked       the portal does not want to be read now: robots.txt, 403, 429, walls
    gone          the address does not exist any more, or was not to be reached several times
    parse-broken  pages come, but what is on them is not understood any more
    waiting       never harvested
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from netmeta.catalogue import Catalogue, SourceStatus, states
from netmeta.catalogue.drift import fallen, kept_counts
from netmeta.catalogue.figures import runs as runs_of
from netmeta.catalogue.stored import Stored
from netmeta.services.verdicts import fall_in_words
from netmeta.texts import n_, t

State = Literal[
    "ok", "degraded", "empty", "drifted", "blocked", "gone", "parse-broken", "waiting"
]  # fmt: skip
WELL: Final = ("ok", "waiting")

RUNS: Final = 20
TREND: Final = 8
UNREACHABLE_RUNS: Final = 3
"""So many runs in a row that reached nothing mean that the site is gone, not that it rests."""
LEAST_USUAL: Final = 6
"""Fewer items a run are too few to tell half of them from chance."""

LEAST_MISREAD: Final = 5
"""A few new addresses that turn out to be no entries are every portal's daily life."""

_REFUSING: Final = frozenset(
    {"HTTP 401", "HTTP 402", "HTTP 403", "HTTP 429", "HTTP 451", "HTTP 503", "host paused",
     "robots.txt cannot be read", "robots.txt", "captcha", "consent wall", "login wall",
     "address not allowed"}
)  # fmt: skip
_VANISHED: Final = frozenset({"HTTP 404", "HTTP 410", "no such host"})
_MISREAD: Final = ("alike", "not an entry page", "soft 404", "not a page", "listing")

_STEPS: Final[Mapping[State, str]] = {
    "degraded": n_("If it stays so: `netmeta harvest {name} -v` tells each page."),
    "empty": n_(
        "Open the address in a browser; if it has moved, remove the source and add it anew."
    ),
    "drifted": n_(
        "The portal was redesigned: mend the spider. If it means it: `netmeta harvest {name} --full"
        " --force`."
    ),
    "blocked": n_(
        "Wait; if it stays so, write to the portal, or raise delay_s and name a contact."
    ),
    "gone": n_("Look for its new address; records stay until `netmeta source remove {name}`."),
    "parse-broken": n_(
        "Mend the spider: `netmeta harvest {name} -v --dry-run --limit 5` shows how."
    ),
    "waiting": n_("Run `netmeta harvest {name}`."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source as an administrator sees it.

    Attributes:
        evidence: what tells the state, in words.
        last_good: when a run last ended as "ok".
        since: when the state was first judged so, if it was judged before.
        answers: requests of the last run by outcome ("200", "304", "timeout"), with `bytes` that
            came and `seconds` that it took.
        trend: records new or changed in each of the last runs, oldest first.
        kept: {field: records in which an old value stands in for what the portal shows no more}.
    """

    source: str
    title: str
    state: State
    evidence: tuple[str, ...] = ()
    next_step: str | None = None
    paused: bool = False
    records: int = 0
    last_run: dt.datetime | None = None
    last_good: dt.datetime | None = None
    since: dt.datetime | None = None
    answers: Mapping[str, int] | None = None
    bytes: int = 0
    seconds: float = 0.0
    trend: tuple[int, ...] = ()
    kept: Mapping[str, int] | None = None

    @property
    def sick(self) -> bool:
        """Whether somebody should look; what is paused was looked at."""
        return self.state not in WELL and not self.paused

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {**asdict(self), "sick": self.sick}


def overview(catalogue: Catalogue) -> tuple[Health, ...]:
    """All sources, the sick ones first."""
    judged = states.known(catalogue.conn)
    found = []
    for status in catalogue.sources():
        one, before = health(catalogue, status), judged.get(status.source.name)
        same = before is not None and before.state == one.state
        found.append(replace(one, since=before.since) if before and same else one)
    return tuple(sorted(found, key=lambda one: (not one.sick, one.source)))


def health(catalogue: Catalogue, status: SourceStatus) -> Health:
    """One source, judged by its last run that came to an end."""
    conn, source = catalogue.conn, status.source
    ended = [r for r in runs_of(conn, status.id, limit=RUNS) if r["status"] != "running"]
    told = [run for run in ended if run["status"] != "interrupted"]
    good = next((run for run in told if run["status"] == "ok"), None)
    base = Health(
        source=source.name,
        title=source.title,
        state="waiting",
        paused=source.paused,
        records=status.records,
        last_run=_moment(ended[0]) if ended else None,
        last_good=_moment(good) if good else None,
        trend=tuple(_news(run) for run in reversed(ended[:TREND])),
        kept=kept_counts(conn, status.id),
        **(_traffic(ended[0]) if ended else {}),
    )
    if told:
        state, evidence = _judged(catalogue, status, told)
    else:
        state, evidence = ("degraded", [t("no run came to its end")]) if ended else ("waiting", [])
    step = t(_STEPS[state], name=source.name) if state in _STEPS else None
    return replace(base, state=state, evidence=tuple(evidence), next_step=step)


def _judged(
    catalogue: Catalogue, status: SourceStatus, told: Sequence[Stored]
) -> tuple[State, list[str]]:
    """The state, by the first of the rules that holds, and its evidence."""
    run, earlier = told[0], told[1:]
    counts = run["counts"]
    reasons = _reasons(counts)
    said = [run["reason"]] if run["reason"] else []
    met = _met(run)
    if not met and (counts.get("start failed") or (run["status"] == "failed" and reasons)):
        return _unreached(told), said
    if alike := counts.get("alike", 0):
        reasons["alike"] = alike
    if state := _refused_or_misread(reasons, met - alike + counts.get("not_modified", 0)):
        return state, [f"{t(name)}: {n}" for name, n in reasons.items()]
    if not met and not counts.get("not_modified"):
        return "empty", said or [t("nothing found")]
    if usual := _usual_items(status, run, earlier):
        return "empty", [t("{n} items, usually {usual}", n=met, usual=usual)]
    if fields := fallen(catalogue.conn, status.id, run["id"]):
        return "drifted", [fall_in_words(one) for one in fields]
    return ("ok", []) if run["status"] == "ok" else ("degraded", said)


def _reasons(counts: Mapping[str, int]) -> dict[str, int]:
    """{why pages failed or were skipped: how many}."""
    return {
        name.partition(": ")[2]: n
        for name, n in counts.items()
        if name.startswith(("failed: ", "skipped: "))
    }


def _unreached(told: Sequence[Stored]) -> State:
    """Of a source whose first page could not be read."""
    reasons = set(_reasons(told[0]["counts"]))
    if reasons & _REFUSING:
        return "blocked"
    if reasons & _VANISHED:
        return "gone"
    if not reasons or any(name.startswith("spider error") for name in reasons):
        return "parse-broken"
    row = 0
    for run in told:
        if not run["counts"].get("start failed"):
            break
        row += 1
    return "gone" if row >= UNREACHABLE_RUNS else "degraded"


def _refused_or_misread(reasons: Mapping[str, int], well: int) -> State | None:
    """When most pages were refused, or not understood; `well` were."""
    refused = sum(n for name, n in reasons.items() if name in _REFUSING and name != "robots.txt")
    broken = sum(
        n for name, n in reasons.items() if name.startswith(("spider error", "item error"))
    )
    misread = broken + sum(reasons.get(name, 0) for name in _MISREAD)
    if refused > max(well, misread):
        return "blocked"
    return "parse-broken" if misread >= LEAST_MISREAD and misread > well else None


def _usual_items(status: SourceStatus, run: Stored, earlier: Sequence[Stored]) -> int | None:
    """How many items are usual, if this run found less than half of them.

    Only like is compared with like: a feed is read whole whenever it has changed; a site is read
    whole only by complete runs, all others see nothing but what is new.
    """
    counts = run["counts"]
    if status.source.kind not in ("feed", "calendar"):
        if not counts.get("complete"):
            return None
        earlier = [one for one in earlier if one["counts"].get("complete")]
    before = [n for one in earlier[:5] if (n := _met(one))]
    met = _met(run)
    if not before or not met:
        return None
    usual = int(statistics.median(before))
    return usual if usual >= LEAST_USUAL and met < usual / 2 else None


def _met(run: Stored) -> int:
    """Items that a run took; imports count only what became of them."""
    counts = run["counts"]
    outcomes = ("new", "changed", "unchanged", "restored", "suppressed")
    return int(counts.get("items") or sum(counts.get(name, 0) for name in outcomes))


def _news(run: Stored) -> int:
    return sum(run["counts"].get(name, 0) for name in ("new", "changed", "restored"))


def _traffic(run: Stored) -> dict[str, Any]:
    """Requests by outcome, bytes and seconds of a run."""
    counts, prefix = run["counts"], "answer: "
    began = dt.datetime.fromisoformat(run["started_at"])
    return {
        "answers": {k.removeprefix(prefix): n for k, n in counts.items() if k.startswith(prefix)},
        "bytes": int(counts.get("bytes", 0)),
        "seconds": max(0.0, (_moment(run) - began).total_seconds()),
    }


def _moment(run: Stored) -> dt.datetime:
    return dt.datetime.fromisoformat(run["finished_at"] or run["started_at"])
