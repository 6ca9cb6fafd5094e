"""The replica of uchportal.ru: materials by kind, news with one free certificate a school year.

Pages carry labelled lines (Предмет, Класс, Тип материала); links are absolute, newer addresses
have words in them; feeds are windows-1251; unknown addresses answer 200 with the home page.
"""

from __future__ import annotations

import datetime as dt

from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import (
    CP1251_AS_UTF8,
    CP1251_LABELLED,
    CP1251_META_RU,
    CP1251_META_WRONG,
    CP1251_UNLABELLED,
)
from netmeta.replicas.people import BY_LOGIN
from netmeta.replicas.planted import Items, Para, Work
from netmeta.replicas.prose import work
from netmeta.replicas.ucoz import Portal, UcozSite
from netmeta.replicas.ucoz_posts import (
    Category,
    Oddity,
    Plan,
    Post,
    Static,
    materials,
    notices,
)
from netmeta.replicas.ucoz_themes import Modern

NAME = "uchportal"

_CATEGORIES = (
    Category("load", 23, "Конспекты уроков", "konspekty_urokov/"),
    Category("load", 28, "Презентации", "prezentacii/"),
    Category("load", 33, "Тесты и контрольные работы", "testy/"),
    Category("load", 37, "Сценарии и мероприятия"),
    Category("load", 39, "Классные часы и собрания"),
    Category("load", 41, "Рабочие программы, КТП"),
    Category("load", 43, "Раздаточный материал"),
    Category("load", 45, "Дошкольникам"),
    Category("load", 50, "Всё для 5 класса"),
    Category("news", 1, "Новости сайта"),
    Category("news", 4, "Конкурсы"),
    Category("news", 5, "Семинары, курсы, встречи"),
)

_BY_TYPE = {
    "конспект урока": 23,
    "технологическая карта": 23,
    "презентация": 28,
    "видеоурок": 28,
    "тест": 33,
    "контрольная работа": 33,
    "проверочная работа": 33,
    "сценарий": 37,
    "внеклассное мероприятие": 37,
    "классный час": 39,
    "родительское собрание": 39,
    "рабочая программа": 41,
    "КТП": 41,
    "раздаточный материал": 43,
    "конспект занятия": 45,
}

_LOAD = (
    "egipet.quiz voda.lesson prichastie.slides om.quiz mumu.lesson linfun.slides scenariy-bukvar "
    "kisloty.lesson pifagor.quiz perfect.slides fotosintez.quiz schislenie.lesson petr.slides "
    "sad-matematika desyatichnye.lesson krov.slides voda.quiz progressiya.slides eda.lesson "
    "klimat.quiz ktp-himiya nasekomye.lesson dochka.slides kvadrat.lesson kisloty.quiz "
    "orkestr.slides treugolniki.lesson mumu.quiz vikt-kosmos skazki.slides om.lesson petr.quiz "
    "arhimed.slides rynok.lesson prichastie.quiz kulikovo.slides bezudarnye.lesson krov.quiz "
    "chas-druzhba tyagotenie.slides egipet.lesson procenty.slides pozhar.quiz afrika.lesson "
    "ssp.slides kvadrat.quiz prog-kruzhok perspektiva.lesson rastvory.slides perfect.quiz "
    "odnorodnye.lesson shov.slides sobranie-pervyi procenty.quiz otricatelnye.lesson "
    "klimat.slides prog-obshchestvo fotosintez.lesson pifagor.slides pozhar.lesson "
    "razdatka-anglo sobranie-son~ drobi.slides drobi.quiz linfun.quiz"
).split()

_NEWS = (
    "sertifikat-god konkurs-prezent konkurs-test opros-ucheb chat-attest kursy-ikt telekonf "
    "obuch-seminar konkurs-stih vystavka leto-lager olimpiada-mat konsultaciya nov-top nov-forum "
    "nov-virus nov-pravila nov-kanikuly nov-stat nov-sboy nov-moderator"
).split()

_ODDITIES = {
    "drobi.slides": Oddity(also=(50,), author="ivanova_mi full"),
    "drobi.quiz": Oddity(also=(50,), author="gorelov post"),
    "desyatichnye.lesson": Oddity(also=(50,)),
    "chas-druzhba": Oddity(author="orehova short"),
    "sobranie-son~": Oddity(author="orehova initials-first"),
    "kisloty.lesson": Oddity(charset=CP1251_LABELLED),
    "klimat.quiz": Oddity(charset=CP1251_META_WRONG),
    "dochka.slides": Oddity(charset=CP1251_AS_UTF8),
    "petr.quiz": Oddity(charset=CP1251_UNLABELLED, fault="nested"),
    "scenariy-bukvar": Oddity(fault="unclosed"),
    "treugolniki.lesson": Oddity(fault="truncated"),
    "orkestr.slides": Oddity(fault="nul"),
    "odnorodnye.lesson": Oddity(fault="no-title"),
    "skazki.slides": Oddity(author="-"),
    "om.quiz": Oddity(charset=CP1251_META_RU),
    "linfun.quiz": Oddity(login_wall=True),
    "telekonf": Oddity(charset=CP1251_AS_UTF8),
    "nov-stat": Oddity(fault="truncated"),
}

_STATICS = (
    Static(
        44,
        "Какие материалы мы принимаем",
        (
            Para("Принимаем то, чем сами пользовались на уроке или после него."),
            Items(
                (
                    "конспекты и презентации",
                    "сценарии, классные часы, собрания",
                    "тесты, тренажёры, раздаточный материал",
                    "рабочие программы и планирования",
                )
            ),
        ),
    ),
    Static(
        51,
        "Сертификат автору",
        (Para("Один сертификат в учебном году оформляется бесплатно, следующие платные."),),
    ),
)

_THREADS = ("Тетради в клетку на физике", "Где взять зубчатую линейку?")


def _place_news(piece: Work) -> int:
    if piece.kind == "news":
        return 1
    return 4 if piece.type in ("конкурс", "олимпиада", "выставка") else 5


def _posts(today: dt.date) -> tuple[Post, ...]:
    numbered = {(category.module, category.number): category for category in _CATEGORIES}
    load = Plan(
        module="load",
        keys=_LOAD,
        first_id=31_000,
        since=dt.date(2011, 1, 17),
        place=lambda piece: _BY_TYPE[piece.type],
        fresh=6,
        credits=("short", "post", "full", "initials-first"),
        oddities=_ODDITIES,
        slugs=True,
    )
    return (
        *materials(load, lambda key: work(key, NAME), numbered, today),
        *notices(
            [notice(key, today, table=index % 2 == 0) for index, key in enumerate(_NEWS)],
            numbered,
            _place_news,
            first_id=840,
            editor=BY_LOGIN["ponomar"],
            today=today,
            oddities=_ODDITIES,
        ),
    )


def site(today: dt.date) -> UcozSite:
    """The portal as it stands on a day."""
    portal = Portal(
        name=NAME,
        title="Учительский портал",
        theme=Modern(),
        modules={"load": "Каталог разработок", "news": "Новости"},
        categories=_CATEGORIES,
        posts=_posts,
        statics=_STATICS,
        topics=_THREADS,
        per_page=8,
        labelled=("subject", "grade", "type"),
        soft_404=True,
        absolute_links=True,
        feed_codec="windows-1251",
    )
    return UcozSite(portal, today)
