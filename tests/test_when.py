"""Russian dates: labelled strings, every kind and zone, what must stay unresolved, and fuzz."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmeta.when import When, explain_when, find_when, parse_when
from netmeta.when.grammar import LIST_ITEM, PHRASE, WHOLE
from netmeta.when.lexer import tokenise
from netmeta.when.words import WORDS

LABELLED = Path(__file__).with_name("labelled_dates.jsonl")
REFERENCE = dt.date(2025, 11, 20)  # a Thursday


class Row(NamedTuple):
    text: str
    reference: dt.date | None
    expected: dict[str, Any]


def rows() -> list[Row]:
    found = []
    for line in LABELLED.read_text("utf-8").splitlines():
        row = json.loads(line)
        text, reference = row.pop("text"), row.pop("reference")
        if reference is not None:
            kind = dt.datetime if "T" in reference else dt.date
            reference = kind.fromisoformat(reference)
        found.append(Row(text, reference, row))
    return found


def as_label(when: When | None, expected: dict[str, Any]) -> dict[str, Any]:
    """What was read, in the form of the labels; times only where the label has them."""
    if when is None:
        return {"start": None, "end": None}
    label: dict[str, Any] = {
        "start": when.start.isoformat() if when.start else None,
        "end": when.end.isoformat() if when.end else None,
    }
    if "start_time" in expected or when.start_time or when.end_time:
        label["start_time"] = when.start_time.isoformat() if when.start_time else None
        label["end_time"] = when.end_time.isoformat() if when.end_time else None
    if when.days:
        label["days"] = [day.isoformat() for day in when.days]
    return label


def test_labelled_strings_are_read_exactly() -> None:
    everything = rows()
    assert len(everything) >= 400
    wrong = []
    for text, reference, expected in everything:
        got = as_label(parse_when(text, reference), expected)
        if got != expected:
            wrong.append((text, expected, got))
    assert wrong == []


def test_no_label_without_a_date_gives_one() -> None:
    negatives = [row for row in rows() if row.expected == {"start": None, "end": None}]
    assert len(negatives) >= 60
    assert [row.text for row in negatives if parse_when(row.text, row.reference)] == []


@pytest.mark.parametrize(
    ("text", "kind", "precision"),
    [
        ("5 мая 2024", "instant", "day"),
        ("5 мая 2024 в 10:00", "instant", "time"),
        ("с 1 по 5 мая 2024", "range", "day"),
        ("март 2019", "range", "month"),
        ("с марта по май 2019", "range", "month"),
        ("2019 год", "range", "year"),
        ("2024/2025 учебный год", "range", "year"),
        ("осень 2024", "range", "season"),
        ("I квартал 2025", "range", "quarter"),
        ("первое полугодие 2025 года", "range", "half-year"),
        ("1-я декада февраля 2025", "range", "decade"),
        ("первая половина мая 2025", "range", "half-month"),
        ("на следующей неделе", "range", "week"),
        ("до 15 мая 2025", "deadline", "day"),
        ("по май 2025", "deadline", "month"),
        ("до 15 мая 2025, 18:00", "deadline", "time"),
        ("с 5 мая 2025", "from", "day"),
        ("10 и 12 октября 2025", "several", "day"),
    ],
)
def test_kind_and_precision(text: str, kind: str, precision: str) -> None:
    when = parse_when(text, REFERENCE)
    assert when is not None
    assert (when.kind, when.precision) == (kind, precision)


@pytest.mark.parametrize(
    ("text", "start_at", "end_at"),
    [
        ("22 ноября 2025 в 15.00 МСК", "2025-11-22T12:00", None),
        # Moscow kept UTC+4 the whole year from 2011 to 2014.
        ("22 ноября 2012 в 15.00 МСК", "2012-11-22T11:00", None),
        ("22.11.2025 15:00 мск+2", "2025-11-22T10:00", None),
        ("22.11.2025 в 15:00 (время омское)", "2025-11-22T09:00", None),
        ("22.11.2025 15:00 UTC", "2025-11-22T15:00", None),
        ("22.11.2025 15:00 UTC+5", "2025-11-22T10:00", None),
        ("2010-06-21T23:07:43+04:00", "2010-06-21T19:07:43", None),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00", None),
        ("Wed, 01 May 2024 10:00:00 -0500", "2024-05-01T15:00", None),
        ("20 Nov 2025 07:00:00 EST", "2025-11-20T12:00", None),
        ("22.11.2025 15:00-16:30", "2025-11-22T12:00", "2025-11-22T13:30"),
        ("22.11.2025 22:00-02:00", "2025-11-22T19:00", "2025-11-22T23:00"),
        ("до 22.11.2025 18:00", None, "2025-11-22T15:00"),
        ("до 22.11.2025", None, None),
        ("22.11.2025", None, None),
    ],
)
def test_instants_are_aware_utc(text: str, start_at: str | None, end_at: str | None) -> None:
    when = parse_when(text, REFERENCE)
    assert when is not None
    for instant, expected in ((when.start_at, start_at), (when.end_at, end_at)):
        wanted = dt.datetime.fromisoformat(expected + "+00:00") if expected else None
        assert instant == wanted
        assert instant is None or instant.tzinfo is dt.UTC


def test_times_without_a_zone_are_in_the_zone_of_the_source() -> None:
    when = parse_when("22.11.2025 15:00", zone="Asia/Omsk")
    assert when is not None
    assert when.zone is None
    assert when.start_at == dt.datetime(2025, 11, 22, 9, tzinfo=dt.UTC)
    named = parse_when("22.11.2025 15:00 МСК", zone="Asia/Omsk")
    assert named is not None
    assert named.zone == ZoneInfo("Europe/Moscow")
    assert named.start_at == dt.datetime(2025, 11, 22, 12, tzinfo=dt.UTC)


def test_an_aware_reference_is_taken_in_the_zone_of_the_source() -> None:
    evening = dt.datetime(2025, 11, 20, 22, 30, tzinfo=dt.UTC)  # the 21st in Moscow
    when = parse_when("вчера", evening)
    assert when is not None
    assert when.start == dt.date(2025, 11, 20)


@pytest.mark.parametrize(
    ("text", "lean", "start"),
    [
        ("5 декабря", None, "2025-12-05"),
        ("5 декабря", "past", "2024-12-05"),
        ("20 ноября", "past", "2025-11-20"),
        ("5 октября", None, "2025-10-05"),
        ("5 октября", "future", "2026-10-05"),
        ("20 ноября", "future", "2025-11-20"),
        ("в понедельник", "past", "2025-11-17"),
        ("в понедельник", "future", "2025-11-24"),
        ("в марте", "past", "2025-03-01"),
    ],
)
def test_the_caller_can_say_which_way_to_lean(text: str, lean: Any, start: str) -> None:
    when = parse_when(text, REFERENCE, lean=lean)
    assert when is not None
    assert when.start == dt.date.fromisoformat(start)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("!!!", "no_date"),
        ("5 класс", "no_date"),
        ("31 февраля 2024", "impossible"),
        ("с 10 по 5 мая 2024", "impossible"),
        ("1 мая 1850", "out_of_range"),
        ("до марта 2025", "ambiguous"),
        ("зима 2024", "ambiguous"),
        ("10 или 12 октября", "ambiguous"),
        ("5 мая 24", "ambiguous"),
        ("до 1 марта 2025, итоги 5 апреля 2025", "several"),
        ("в начале мая", "vague"),
        ("осенью", "vague"),
        ("каждую среду", "recurring"),
        ("«Первое сентября»", "name"),
        ("к 8 марта", "name"),
    ],
)
def test_what_is_unclear_is_refused_with_a_reason(text: str, reason: str) -> None:
    assert parse_when(text, REFERENCE) is None
    assert explain_when(text, REFERENCE) == reason


def test_without_a_reference_no_year_is_guessed() -> None:
    for text in ("5 мая", "до 15 мая", "с 1 по 5 мая", "вчера", "3 дня назад", "в понедельник"):
        assert parse_when(text) is None
        assert explain_when(text) == "no_reference"
    assert explain_when("5 мая 2024") is None


def test_a_weekday_that_differs_is_told_and_the_date_believed() -> None:
    right = parse_when("Понедельник, 15.09.2008")
    wrong = parse_when("Вторник, 15.09.2008")
    assert right is not None
    assert wrong is not None
    assert (right.start, right.weekday_differs) == (dt.date(2008, 9, 15), False)
    assert (wrong.start, wrong.weekday_differs) == (dt.date(2008, 9, 15), True)


def test_the_matched_part_is_given_as_written() -> None:
    when = parse_when("Приём заявок:  до 15\u00a0МАЯ 2025 г., почтой", REFERENCE)
    assert when is not None
    assert when.text == "до 15\u00a0МАЯ 2025 г."


def test_find_when_gives_the_dates_of_a_longer_text_in_order() -> None:
    text = (
        "Регистрация: до 1 декабря 2025 года. Приём работ: с 5 по 20 декабря 2025 г. "
        "В 5-9 классах - 31 февраля. Итоги - 25.12.2025 в 15.00 (МСК), в январе 2026 награждение."
    )
    assert [(when.kind, when.start, when.end) for when in find_when(text)] == [
        ("deadline", None, dt.date(2025, 12, 1)),
        ("range", dt.date(2025, 12, 5), dt.date(2025, 12, 20)),
        ("instant", dt.date(2025, 12, 25), dt.date(2025, 12, 25)),
        ("range", dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
    ]
    assert find_when("Работа для 5 класса, стр. 12-15") == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 год 2 месяца назад", dt.date(2024, 9, 20)),
        ("1 неделю и 3 дня назад", dt.date(2025, 11, 10)),
        ("через 2 недели 3 дня", dt.date(2025, 12, 7)),
    ],
)
def test_dateparser_reads_what_the_grammar_leaves_to_it(text: str, day: dt.date) -> None:
    assert parse_when(text, REFERENCE, fallback=False) is None
    when = parse_when(text, REFERENCE)
    assert when is not None
    assert (when.start, when.end) == (day, day)


def test_dateparser_is_not_believed_when_it_drops_words() -> None:
    # It answers 1 September 2025: the year is lost on it.
    assert parse_when("1 г. 2 мес. назад", REFERENCE) is None


def test_a_reference_of_no_use_is_refused_before_dateparser_is_asked() -> None:
    assert explain_when("1 год 2 месяца назад", dt.date(5, 1, 1)) == "out_of_range"


def test_dateparser_is_not_loaded_for_known_forms() -> None:
    script = (
        "import sys; from netmeta.when import parse_when\n"
        "assert parse_when('с 1 по 5 мая 2024') and not parse_when('5 класс')\n"
        "print('dateparser' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


# --- every way of writing one date gives that date -----------------------------------------

GENITIVES = (
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
)
DASHES = ("-", "–", "—", "−", " - ", " – ", " — ", "\u00a0—\u00a0", "..")
SPACES = (" ", "\u00a0", "\u2009", "\u202f", "  ", "\n")
YEARS = ("{} года", "{} г.", "{}г.", "{} г", "{}")
dates = st.dates(dt.date(1995, 1, 1), dt.date(2045, 12, 31))


@st.composite
def written(draw: st.DrawFn, date: dt.date) -> str:
    year = draw(st.sampled_from(YEARS)).format(date.year)
    if draw(st.booleans()):
        return f"{date:%d.%m.}{year}"
    day = draw(st.sampled_from(("{}", "{:02}", "«{}»", "{}-го"))).format(date.day)
    month = GENITIVES[date.month - 1]
    month = draw(st.sampled_from((month, month.upper(), month.capitalize())))
    space = draw(st.sampled_from(SPACES))
    return f"{day}{space}{month}{space}{year}"


@given(data=st.data(), date=dates)
@settings(max_examples=300, deadline=None)
def test_a_day_however_written(data: st.DataObject, date: dt.date) -> None:
    before = data.draw(st.sampled_from(("", "Дата: ", "Опубликовано ", "до ", "с ", "по ")))
    when = parse_when(before + data.draw(written(date)))
    assert when is not None
    expected = {"до ": (None, date), "по ": (None, date), "с ": (date, None)}
    assert (when.start, when.end) == expected.get(before, (date, date))


@given(data=st.data(), start=dates, days=st.integers(1, 200))
@settings(max_examples=300, deadline=None)
def test_a_range_however_written(data: st.DataObject, start: dt.date, days: int) -> None:
    end = start + dt.timedelta(days=days)
    first, last = data.draw(written(start)), data.draw(written(end))
    if (start.year, start.month) == (end.year, end.month) and data.draw(st.booleans()):
        first = f"{start.day:02}"
    text = data.draw(
        st.sampled_from((f"с {first} по {last}", f"с {first} до {last}"))
        | st.sampled_from(DASHES).map(lambda dash: f"{first}{dash}{last}")
    )
    when = parse_when(text)
    assert when is not None, text
    assert (when.start, when.end, when.kind) == (start, end, "range"), text


# --- any text ------------------------------------------------------------------------------

# One word of each letter of the grammar as often as of any other.
spellings: dict[str, list[str]] = {}
for _word, (_letter, _) in WORDS.items():
    spellings.setdefault(_letter, []).append(_word)
spellings["digits"] = (
    "5 12 31 99 0 5-го 2024 1850 24.01.2012 32.13.2024 04/21/2009 12.05 10:00 15-00 2024/25 "
    "2024-05-01 03.2024 20120124 12345 10:00:00+03:00".split()
)
spellings["signs"] = list(".,-–:()/№«»")
pieces = st.sampled_from(sorted(spellings)).flatmap(lambda key: st.sampled_from(spellings[key]))
date_like = st.lists(pieces, max_size=14).map(" ".join) | st.lists(pieces, max_size=14).map("".join)
references = st.none() | dates | st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1))


def check(when: When | None) -> None:
    if when is None:
        return
    assert when.start is not None or when.end is not None
    if when.start is not None and when.end is not None:
        assert when.start <= when.end
        assert all(when.start <= day <= when.end for day in when.days)
    assert when.text
    for instant in (when.start_at, when.end_at):
        assert instant is None or instant.tzinfo is dt.UTC


@given(text=date_like, reference=references)
@settings(max_examples=1500, deadline=None)
def test_words_of_dates_in_any_order(text: str, reference: dt.date | None) -> None:
    check(parse_when(text, reference, fallback=False))
    for when in find_when(text, reference):
        check(when)


@given(text=st.text(max_size=60), reference=references)
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_without_an_error(text: str, reference: dt.date | None) -> None:
    check(parse_when(text, reference))


@pytest.mark.parametrize("reference", [dt.date.min, dt.date.max, dt.datetime.max])
@pytest.mark.parametrize(
    "text", ["вчера", "завтра", "99 лет назад", "через 99 лет", "в среду", "5 мая", "до конца года",
             "на прошлой неделе", "в следующем месяце", "через 23 часа", "с 1 по 5 мая"]
)  # fmt: skip
def test_references_at_the_ends_of_the_calendar(text: str, reference: dt.date) -> None:
    check(parse_when(text, reference))


# --- long and hostile text -----------------------------------------------------------------


def repeats(tree: Any) -> Iterator[int]:
    """The upper bounds of all repetitions in a parsed regular expression."""
    for operator, argument in tree:
        if str(operator) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield int(argument[1])
        for part in argument if isinstance(argument, list | tuple) else ():
            if isinstance(part, re._parser.SubPattern):  # type: ignore[attr-defined]  # private
                yield from repeats(part)
            elif isinstance(part, list):
                for branch in part:
                    if isinstance(branch, re._parser.SubPattern):  # type: ignore[attr-defined]
                        yield from repeats(branch)


@pytest.mark.parametrize("pattern", [PHRASE, LIST_ITEM, WHOLE])
def test_the_grammar_never_repeats_without_a_bound(pattern: re.Pattern[str]) -> None:
    bounds = list(repeats(re._parser.parse(pattern.pattern)))  # type: ignore[attr-defined]
    assert bounds
    assert max(bounds) <= 13


@pytest.mark.parametrize(
    "piece",
    ["1", "1.", "1-", "1,", "1 и ", "1:", "а", "а1", "5 мая ", "5, ", "до ", "с 1 по ", "12.05 ", "-",
     "10:00 ", "в среду ", "класс 5, ", "5 класс, ", "№ 1-", "1 - ", "мая, ", "2024/", "\u0301", "&"]
)  # fmt: skip
def test_twenty_thousand_hostile_characters_come_to_an_end(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert len(tokenise(text).codes) <= len(text)
    check(parse_when(text, REFERENCE))
    for when in find_when(text, REFERENCE):
        check(when)
