"""Pages with status 200 that are no page: login, captcha, consent, a bare script, nothing at all.

The rules are conservative: a wall is named only where there is hardly any text beside it, so a
page with a login box in its margin stays a page.
"""

from __future__ import annotations

import re

import lxml.etree

from netmeta.reading.lines import Lines

_MAX_WORDS = 120
"""A page with more words than this outside of links is never taken for a wall."""
_MAX_BODY_WORDS = 80
_CAPTCHA_WORDS = 80
_FORM_WORDS = 40
_MARKUP_BYTES = 200_000
_MAX_LINES, _MAX_LINE_CHARS = 300, 500

_CAPTCHA_MARK = re.compile(
    rb"g-recaptcha|h-captcha|hcaptcha\.com|smartcaptcha|smart-captcha|cf-challenge|challenge-platform"
    rb"|cf-browser-verification|ddos-guard|__js_p_|qrator|cf-turnstile|/captcha",
    re.I,
)
_CAPTCHA = re.compile(
    r"не робот|вы человек|вы не робот|are you (?:a )?human|not a robot|checking your browser"
    r"|just a moment|проверк\w+ (?:вашего )?браузера|проверяем ваш браузер|символы с картинки"
    r"|код с картинки|автоматическ\w+ запрос|запрос\w* (?:\w+ ){0,6}автоматическ|подозрительн\w+ (?:активност|трафик)|ddos-guard"
    r"|security check|unusual traffic|включите javascript и cookie",
    re.I,
)
_LOGIN = re.compile(
    r"(?:необходимо|нужно|требуется|следует|пожалуйста,?)\s+(?:\w+\s+){0,2}(?:авториз|войти|войдите|зарегистр|вход)"
    r"|войдите(?:,)?\s+(?:\w+\s+){0,4}(?:чтобы|в систему|на сайт|под своим)|доступ\w* только"
    r"|только (?:для )?(?:зарегистрированн|авторизованн)|вы не авторизован|авторизуйтесь|log ?in to|sign in to"
    r"|please (?:log|sign) ?in|доступ (?:закрыт|ограничен|запрещ[её]н)",
    re.I,
)
_LOGIN_TITLE = re.compile(
    r"^(?:вход|авторизация|войти|логин|login|log in|sign in|личный кабинет|вход в систему|вход на сайт"
    r"|авторизация на сайте|требуется авторизация|доступ (?:закрыт|запрещ[её]н|ограничен))\b",
    re.I,
)
_CONSENT = re.compile(
    r"использу\w+ (?:файлы )?cookie|файл\w+ cookie|cookies?\b.{0,80}(?:соглас|принять|accept)|we use cookies"
    r"|вам (?:уже )?(?:исполнилось|есть) 18|мне (?:уже )?(?:исполнилось|есть) 18|старше 18 лет"
    r"|(?:принять|принимаю) (?:все|условия|соглашение)|согласие на обработку|accept all cookies|before you continue",
    re.I,
)


_ABOUT_COMMENTS = re.compile(r"комментари|отзыв|гостев\w+ книг|сообщени", re.I)
"""«Добавлять комментарии могут только зарегистрированные пользователи» stands on open pages."""


def wall(
    root: lxml.etree._Element,
    body: bytes,
    title: str,
    lines: Lines,
    body_words: int,
    *,
    has_headline: bool,
) -> str | None:
    """The problem code of the wall this page is, or None: "captcha-wall", "login-wall",
    "consent-wall".

    Args:
        root, body, lines: the page.
        title: what its `<title>` or headline says.
        body_words: how many words of main text were found.
        has_headline: whether the page shows what its `<title>` says. A form for comments has a
            captcha on many such pages; a captcha's own page has nothing to show.
    """
    spoken = [line for at in lines.spoken if (line := lines.lines[at]).region != "comments"]
    words = sum([line.words - line.link_words for line in spoken])
    named = _LOGIN_TITLE.match(title.strip()) is not None
    if named and body_words < _FORM_WORDS and _asks_password(root):
        return "login-wall"
    if words > _MAX_WORDS or body_words > _MAX_BODY_WORDS:
        return None
    speaking = [
        line.text[:_MAX_LINE_CHARS]
        for line in lines.lines[:_MAX_LINES]
        if line.region != "comments" and not _ABOUT_COMMENTS.search(line.text)
    ]
    visible = "\n".join([title, *speaking])
    if not has_headline or _CAPTCHA.search(title):
        marked = _CAPTCHA_MARK.search(body, 0, _MARKUP_BYTES) is not None
        if words < _CAPTCHA_WORDS and _CAPTCHA.search(visible) and not _has_other_text(lines):
            return "captcha-wall"
        if marked and words < 12 and body_words < 6:
            return "captcha-wall"
    asked = _LOGIN.search(visible) is not None
    if named and asked:
        return "login-wall"
    if asked and (words < 40 or _asks_password(root)) and not _has_other_text(lines):
        return "login-wall"
    consenting = sum(len(text.split()) for text in speaking if _CONSENT.search(text))
    if consenting > 0.4 * words and not _has_other_text(lines):
        return "consent-wall"
    return None


def _asks_password(root: lxml.etree._Element) -> bool:
    return next(root.iterfind(".//input[@type='password']"), None) is not None


def _has_other_text(lines: Lines) -> bool:
    """Whether a sentence stands on the page that speaks of something else than access."""
    return any(
        line.words - line.link_words >= 8
        and not any(
            said.search(line.text[:_MAX_LINE_CHARS]) for said in (_LOGIN, _CONSENT, _CAPTCHA)
        )
        and line.region == ""
        for line in lines.lines
    )
