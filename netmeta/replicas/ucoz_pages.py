"""The pages of a uCoz portal that hold no post: a harvester meets them and must pass by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from netmeta.replicas.markup import text
from netmeta.replicas.people import TEACHERS
from netmeta.replicas.planted import Heading, Items, Para, Rows
from netmeta.replicas.ucoz_posts import Post, Static


def static(page: Static) -> str:
    """A page `/index/0-N`."""
    parts = [f"<h1>{text(page.title)}</h1>"]
    for block in page.blocks:
        match block:
            case Para(text=words):
                parts.append(f"<p>{text(words)}</p>")
            case Heading(text=words):
                parts.append(f"<h3>{text(words)}</h3>")
            case Items(items=items):
                parts.append("<ul>" + "".join(f"<li>{text(item)}</li>" for item in items) + "</ul>")
            case Rows(rows=rows):
                parts += [f"<p>{text(label)}: {text(value)}</p>" for label, value in rows]
    return "\n".join(parts)


def profile(uid: str) -> str:
    """A member's page; robots.txt closes these."""
    known = {str(teacher.uid): teacher for teacher in TEACHERS}
    login = known[uid].login if uid in known else "redaktor"
    return (
        f'<div id="block1" class="udtb"><div class="udtlb">Логин:</div> <b>{login}</b></div>'
        '<div id="block2" class="udtb"><div class="udtlb">Группа пользователей:</div> Проверенные</div>'
        '<div id="block8" class="udtb"><div class="udtlb">Регистрация:</div> '
        "Понедельник, 15.09.2008, 23:34</div>"
    )


def threads(topics: Sequence[str]) -> str:
    """The list of forum threads."""
    rows = "".join(
        f'<tr><td class="threadNametd"><a class="threadLink" href="/forum/2-{n}-1">{text(topic)}</a></td></tr>'
        for n, topic in enumerate(topics, 1)
    )
    return f'<table class="gTable" width="100%">{rows}</table>'


def thread(topic: str) -> str:
    """One forum thread with two posts."""
    posts = (
        "Коллеги, поделитесь опытом, кто уже пробовал?",
        "Присоединяюсь к вопросу, тоже интересно.",
    )
    rows = "".join(
        f'<tr><td class="posttdMessage"><span class="ucoz-forum-post">{text(words)}</span></td></tr>'
        for words in posts
    )
    return f'<h1>{text(topic)}</h1><table class="postTable" width="100%">{rows}</table>'


def login_wall(post: Post) -> str:
    """What a guest sees of a post for members only, with status 200."""
    return (
        f'<div class="eTitle"><h1>{text(post.work.title)}</h1></div>'
        '<div class="noAccess">Этот материал могут просматривать только зарегистрированные '
        'пользователи. <a href="/index/1">Войдите на сайт</a> или '
        '<a href="/register">зарегистрируйтесь</a>.</div>'
        '<form id="frmLg1" action="/index/sub/" method="post"><input type="text" name="user" />'
        '<input type="password" name="password" /><input type="submit" value="Вход" /></form>'
    )


def missing() -> str:
    """The text of a real 404."""
    return "<h1>Страница не найдена</h1><p>Проверьте адрес или вернитесь на главную страницу.</p>"


def advert() -> str:
    """Adverts, counters, tag search: addresses closed to robots."""
    return "<p>Здесь размещается реклама и служебная информация сайта.</p>"


def calendar(newest: dt.datetime) -> str:
    """The calendar block: links to the month and the day of the newest news."""
    return (
        '<table class="calTable"><tr><td class="calMonth">'
        f'<a class="calMonthLink" href="/news/{newest:%Y-%m}">{newest:%m.%Y}</a></td></tr>'
        '<tr><td class="calMdayIsA">'
        f'<a class="calMdayLink" href="/news/{newest:%Y-%m-%d}">{newest.day}</a></td></tr></table>'
    )
