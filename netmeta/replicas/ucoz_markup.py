"""Pieces of uCoz markup that do not depend on the theme: texts, pagers, category tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from netmeta.replicas.markup import attribute, flow, text
from netmeta.replicas.ucoz_posts import Category, Post


def message(post: Post) -> str:
    """The text of a post, in one of three hands, broken as the post's oddity says."""
    return flow(post.work.blocks, post.id % 3, post.oddity.fault)


def pager(page: int, pages: int, link: Callable[[int], str]) -> str:
    """The page switch: numbers, « and »; empty when there is one page."""
    if pages == 1:
        return ""

    def switch(number: int, label: str, css: str) -> str:
        return (
            f'<a class="{css}" href="{attribute(link(number))}" '
            f"onclick=\"spages('{number}',this);return false;\"><span>{label}</span></a>"
        )

    parts = [switch(page - 1, "&laquo;", "swchItem swchItem-prev")] if page > 1 else []
    for number in range(1, pages + 1):
        if number == page:
            parts.append(f'<b class="swchItemA"><span>{number}</span></b>')
        else:
            parts.append(switch(number, str(number), "swchItem"))
    if page < pages:
        parts.append(switch(page + 1, "&raquo;", "swchItem swchItem-next"))
    return " ".join(parts)


def category_table(categories: Iterable[tuple[Category, int]], active: int | None = None) -> str:
    """The block of categories with the number of posts in each."""
    rows = "".join(
        f'<tr><td style="width:100%" class="catsTd" valign="top" id="cid{category.number}">'
        f'<a href="{category.path}" class="catName{"Active" if category.number == active else ""}">'
        f"{text(category.name)}</a> "
        f'<span class="catNumData" style="unicode-bidi:embed;">[{count}]</span></td></tr>'
        for category, count in categories
    )
    return f'<table border="0" cellspacing="1" cellpadding="0" width="100%" class="catsTable">{rows}</table>'
