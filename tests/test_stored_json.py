"""The JSON in which records are stored: what the standard library would write, whatever the text."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmeta.catalogue.stored import dump

_PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters())
    | st.text('а\n\\"\x00\x7f\u2028😀')
)
_TREES = st.recursive(
    _PLAIN, lambda few: st.lists(few, max_size=4) | st.dictionaries(st.text(), few, max_size=4)
)  # fmt: skip


@given(_TREES)
def test_stored_json_is_that_of_the_standard_library(value: object) -> None:
    assert dump(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize("value", ["\ud800 половина", 10**30, [{"rating": -(2**70)}]])
def test_odd_values_are_kept(value: object) -> None:
    assert json.loads(dump(value)) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_as_they_were(value: float) -> None:
    assert json.loads(dump(value)) == value


@pytest.mark.parametrize("value", [dt.date(2026, 9, 1), {1, 2}, object(), [dt.datetime.max]])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        dump(value)
