"""What is read at a glance is what the whole grammar reads, to the last field."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netmeta.when import Lean, parse_when
from netmeta.when.glance import at_a_glance
from netmeta.when.reader import by_grammar
from netmeta.when.words import WORDS
from tests.test_when import rows

ZONE = "Europe/Moscow"
LEANS: tuple[Lean | None, ...] = (None, "past", "future")


@pytest.mark.parametrize("lean", LEANS)
def test_labelled_strings_are_read_alike(lean: Lean | None) -> None:
    glanced = 0
    for row in rows():
        when = at_a_glance(row.text, row.reference, ZONE, lean)
        if when is not None:
            glanced += 1
            assert when == by_grammar(row.text, row.reference, ZONE, False, lean)
    assert glanced > 150


@pytest.mark.parametrize(
    "text",
    ["5 марта 2024", "24.01.2012", "28.05.2022 14:05", "1.12.2024", "2012-01-24",
     "Понедельник, 15.09.2008, 23:34", "24.01.2012 - 19:42", "15 января 2026 года (четверг) в 14:00",
     "с 13 по 21 марта 2023 года", "9 января–31 марта 2025 года", "15-17 ноября 2025 г.",
     "3 дня назад", "вчера в 14:05", "Вчера", "в понедельник", "март 2019", "2019 год", "5 мая"]
)  # fmt: skip
def test_the_commonest_forms_need_no_grammar(text: str) -> None:
    assert at_a_glance(text, dt.date(2025, 11, 20), ZONE, None) is not None


@pytest.mark.parametrize(
    "text",
    ["31.02.2024", "5 мая 24", "12.13", "25 мая 2024 в 25:00", "1 мая 1850", "2024-13-01", "5 класс",
     "дней назад", "через день", "с 10 по 5 мая 2024", "5 мая 2025 - 10.05", "8 лет", ""]
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_grammar(text: str) -> None:
    assert at_a_glance(text, dt.date(2025, 11, 20), ZONE, None) is None


def test_without_a_reference_no_year_is_guessed_at_a_glance() -> None:
    for text in ("5 мая", "вчера", "3 дня назад", "с 1 по 5 мая", "1.03", "в среду", "март"):
        assert at_a_glance(text, None, ZONE, None) is None
        assert parse_when(text) is None


# --- any text made of the parts of such dates --------------------------------------------------

words = st.sampled_from(
    [word for word, (code, _) in WORDS.items() if code in "mWurf"]
    + ["год", "через", "назад", "цена"]
).flatmap(lambda word: st.sampled_from((word, word, word.capitalize(), word.upper())))
small = st.integers(0, 35).flatmap(lambda n: st.sampled_from((str(n), f"{n:02}")))
years = st.integers(1890, 2110).map(str) | st.integers(0, 99).map(lambda n: f"{n:02}")
ended = st.sampled_from(("", "", " г.", "г.", " года", " год"))
sign = st.sampled_from((".", ".", "-", "/"))
space = st.sampled_from((" ", " ", " ", "", "\u00a0", ", "))
dash = st.sampled_from((" по ", "-", "–", " — ", " - "))
clock = st.builds(
    "{}{}{}{:02}{}".format,
    st.sampled_from((" ", ", ", " - ", " в ", ", в ", " | ")),
    small,
    st.sampled_from((":", ":", ".")),
    st.integers(0, 62),
    st.sampled_from(("", "", ":15", " МСК", " (мск)")),
)
digits = sign.flatmap(lambda s: st.builds(f"{{}}{s}{{}}{s}{{}}".format, small, small, years))
written = st.builds("{}{}{}{}{}{}".format, small, space, words, space, st.just("") | years, ended)
iso = st.builds("{}-{:02}-{:02}".format, years, st.integers(0, 13), st.integers(0, 32))
beside = st.builds(
    "{}{}{}".format, st.sampled_from(("", "", "в ")), words, st.sampled_from((" ", ", ", ". "))
)
day = digits | written | st.builds("{}.{}".format, small, small) | small
texts = st.one_of(
    st.builds("{:02}:{:02}{}{}".format, st.integers(0, 24), st.integers(0, 61),
              st.sampled_from((" ", ", ")), digits | written),
    st.builds("{}{}{}".format, st.just("") | beside, digits | written, st.just("") | clock),
    st.builds("{}{}{})".format, written, st.sampled_from((" (", ", ")), words),
    st.builds("{}{}{}{}".format, st.sampled_from(("", "с ", "С ")), day, dash, day),
    st.builds("{}{}{}".format, iso, st.sampled_from(("T10:00", " 25:00", "")),
              st.sampled_from((":10Z", ":59.5+03:00", "Z", ""))),
    st.builds("{}{}".format, words, ended),
    st.builds("{}{}{}".format, words, space, years),
    st.lists(words | small, min_size=1, max_size=4).map(" ".join),
    st.builds("{} {}{}".format, st.sampled_from(("в", "на", "через")), words, space),
)  # fmt: skip
references = st.sampled_from(
    (None, dt.date(2025, 11, 20), dt.date(2024, 2, 29), dt.datetime(2025, 3, 3, 18, 30),
     dt.datetime(2025, 3, 3, 22, 30, tzinfo=dt.UTC), dt.date.min, dt.date(2100, 12, 31))
)  # fmt: skip


@given(text=texts, reference=references, lean=st.sampled_from(LEANS))
@example(text="1.1.1900 в 0.00:15", reference=None, lean=None)
@settings(max_examples=3000, deadline=None)
def test_generated_strings_are_read_alike(
    text: str, reference: dt.date | None, lean: Lean | None
) -> None:
    when = at_a_glance(text, reference, ZONE, lean)
    if when is not None:
        assert when == by_grammar(text, reference, ZONE, False, lean)
