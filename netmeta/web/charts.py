"""Small charts as inline SVG: coloured by the stylesheet, told in words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup, escape

BAR: Final = Markup(
    '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="bar-all" width="100" height="10"/>'
    '<rect class="bar-part" width="{width}" height="10"/></svg>'
)
"""A horizontal bar; the number stands in the text beside it, so readers aloud skip it."""


def bar(part: float, whole: float) -> Markup:
    """A bar filled by part of whole; what is there at all is at least a sliver."""
    width = 100 * part / whole if whole else 0.0
    return BAR.format(width=round(max(width, 0.8) if part else 0.0, 1))


def columns(points: Sequence[tuple[str, int, str]], title: str) -> Markup:
    """Columns over time, oldest first, each a link; the numbers stand in a table beside.

    Args:
        points: (words under the column, height, address).
        title: what the picture shows, for those who cannot see it.
    """
    top = max((count for _, count, _ in points), default=0) or 1
    every = max(1, -(-len(points) // 8))  # a word under each would run into the next
    bars = Markup("").join(
        Markup(
            '<a href="{}"><title>{}: {}</title><rect class="hit" x="{}" y="0" width="20" height="120"/>'
            '<rect class="bar-part" x="{}" y="{}" width="14" height="{}"/></a>{}'
        ).format(
            address, words, count, place * 20, place * 20 + 3, round(120 - height, 1),
            round(height, 1), _under(words, place) if place % every == 0 else "",
        )
        for place, (words, count, address) in enumerate(points)
        for height in (max(118 * count / top, 1 if count else 0),)
    )  # fmt: skip
    width = max(len(points), 1) * 20 + 16  # room for the last year's words
    return Markup(
        '<svg class="columns-chart" viewBox="0 0 {} 140" role="group" aria-label="{}">{}</svg>'
    ).format(width, title, bars)


def _under(words: str, place: int) -> Markup:
    return Markup('<text x="{}" y="136">{}</text>').format(place * 20 + 3, words)


def sparkline(points: Sequence[tuple[float, str, str]], title: str) -> Markup:
    """Upright bars, oldest first.

    Args:
        points: (height, class of colour, words for the pointer).
        title: what the picture shows, for those who cannot see it.
    """
    top = max((value for value, _, _ in points), default=0) or 1
    step, width = 10, max(len(points), 1) * 10
    bars = Markup("").join(
        Markup(
            '<rect class="{}" x="{}" y="{}" width="8" height="{}"><title>{}</title></rect>'
        ).format(f"spark-{colour}", place * step, round(40 - height, 1), round(height, 1), words)
        for place, (value, colour, words) in enumerate(points)
        for height in (max(40 * value / top, 2),)
    )
    return Markup(
        '<svg class="spark" viewBox="0 0 {} 40" width="{}" height="40" role="img" aria-label="{}">{}</svg>'
    ).format(width, width, escape(title), bars)
