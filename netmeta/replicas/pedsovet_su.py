"""The replica of pedsovet.su: materials by subject, articles, news and contests; tables theme.

Pages state neither subject nor class in fields of their own: the category names the subject, the
title says class and type. Unknown addresses are honest 404s.
"""

from __future__ import annotations

import datetime as dt

from netmeta.replicas.notices import notice
from netmeta.replicas.oddities import (
    CP1251_AS_UTF8,
    CP1251_LABELLED,
    CP1251_UNLABELLED,
    UTF8_BOM,
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
from netmeta.replicas.ucoz_themes import Classic

NAME = "pedsovet-su"

_CATEGORIES = (
    Category("load", 12, "Математика"),
    Category("load", 20, "Информатика"),
    Category("load", 31, "Открытые уроки"),
    Category("load", 54, "Русский язык"),
    Category("load", 55, "Литература"),
    Category("load", 60, "Физика"),
    Category("load", 61, "Химия"),
    Category("load", 62, "Биология"),
    Category("load", 63, "География"),
    Category("load", 70, "История и обществознание"),
    Category("load", 80, "Начальная школа"),
    Category("load", 85, "Искусство, технология, ОБЖ"),
    Category("load", 90, "Классное руководство"),
    Category("load", 95, "Дошкольное образование"),
    Category("load", 111, "Английский язык"),
    Category("publ", 13, "Статьи и опыт"),
    Category("publ", 17, "Работы учащихся"),
    Category("publ", 21, "Мастер-классы"),
    Category("news", 1, "Новости портала"),
    Category("news", 2, "Конкурсы и фестивали"),
    Category("news", 3, "Вебинары и семинары"),
)

_BY_SUBJECT = {
    "математика": 12,
    "алгебра": 12,
    "геометрия": 12,
    "информатика": 20,
    "русский язык": 54,
    "литература": 55,
    "физика": 60,
    "химия": 61,
    "биология": 62,
    "география": 63,
    "история": 70,
    "обществознание": 70,
    "английский язык": 111,
    "окружающий мир": 80,
    "литературное чтение": 80,
    "музыка": 85,
    "ИЗО": 85,
    "технология": 85,
    "ОБЖ": 85,
}

_LOAD = (
    "linfun.lesson prichastie.lesson arhimed.lesson egipet.slides procenty.lesson mumu.slides "
    "krov.lesson chas-den-goroda om.slides dochka.lesson bezudarnye.quiz tyagotenie.lesson "
    "petr.lesson eda.slides progressiya.lesson ktp-russkiy kisloty.slides klimat.lesson "
    "kvadrat.slides skazki.lesson schislenie.quiz chas-druzhba perfect.lesson afrika.slides "
    "shov.lesson treugolniki.slides rastvory.lesson sad-rech voda.slides kulikovo.lesson "
    "otricatelnye.quiz orkestr.lesson rynok.slides ssp.lesson scenariy-osen nasekomye.quiz "
    "pozhar.slides perspektiva.quiz prog-matematika fotosintez.slides sobranie-son igra-geo "
    "desyatichnye.slides odnorodnye.slides pifagor.lesson eda.quiz drobi.lesson rynok.quiz"
).split()

_PUBL = (
    "st-oshibka iss-hleb st-priyomy mk-skrapbuking st-domashka proekt-muzey st-molodoy "
    "iss-familii st-vpr mk-schet iss-reka st-ovz proekt-sad st-chtenie"
).split()

_NEWS = (
    "konkurs-fractal konkurs-risunok leto-otkrytka leto-kopilka vebinar-ocenka seminar-proekt "
    "olimpiada-angl festival-proektov akciya-kniga mk-doska konkurs-zima konf-virtual ekskursiya "
    "nov-razdel nov-obnovlenie nov-itogi nov-avtor nov-diplom nov-fgos nov-intervyu nov-mobil"
).split()

_ODDITIES = {
    "drobi.lesson": Oddity(also=(31,), author="ivanova_mi post"),
    "pifagor.lesson": Oddity(also=(31,), author="ivanova_mi short"),
    "klimat.lesson": Oddity(also=(31,), charset=CP1251_AS_UTF8),
    "chas-druzhba": Oddity(author="orehova full"),
    "sobranie-son": Oddity(author="orehova post"),
    "arhimed.lesson": Oddity(charset=CP1251_LABELLED),
    "petr.lesson": Oddity(charset=CP1251_UNLABELLED, fault="unclosed"),
    "mumu.slides": Oddity(fault="truncated"),
    "krov.lesson": Oddity(fault="nul"),
    "scenariy-osen": Oddity(fault="nested"),
    "ssp.lesson": Oddity(fault="no-title"),
    "eda.slides": Oddity(author="-"),
    "tyagotenie.lesson": Oddity(charset=UTF8_BOM),
    "rynok.quiz": Oddity(login_wall=True),
    "st-oshibka": Oddity(author="zhdanova full"),
    "st-vpr": Oddity(charset=CP1251_AS_UTF8),
    "konkurs-risunok": Oddity(charset=CP1251_LABELLED),
    "akciya-kniga": Oddity(fault="no-title"),
}

_STATICS = (
    Static(
        1,
        "О портале",
        (
            Para("Портал создан учителями для учителей. Здесь хранят уроки и обсуждают школу."),
            Para("Публикация материала бесплатна, автор сохраняет за собой все права."),
        ),
    ),
    Static(
        7,
        "Сертификаты",
        (
            Para("Каждый автор может получить документ о публикации."),
            Items(("электронный сертификат - бесплатно", "печатный диплом - 350 рублей")),
        ),
    ),
)

_THREADS = (
    "Чем вы заменили учебник в пятом классе?",
    "Обыкновенные дроби: с чего начинаете?",
    "Электронный журнал опять завис",
)


def _place(piece: Work) -> int:
    if 0 in piece.grades:
        return 95
    if piece.type in ("классный час", "родительское собрание", "сценарий"):
        return 90
    if piece.subject in ("русский язык", "математика") and max(piece.grades) < 5:
        return 80
    return _BY_SUBJECT[piece.subject or ""]


def _place_article(piece: Work) -> int:
    return {"исследовательская работа": 17, "проект": 17, "мастер-класс": 21}.get(piece.type, 13)


def _place_news(piece: Work) -> int:
    if piece.kind == "news":
        return 1
    return 3 if piece.type in ("вебинар", "проектировочный семинар", "мастер-класс") else 2


def _posts(today: dt.date) -> tuple[Post, ...]:
    numbered = {(category.module, category.number): category for category in _CATEGORIES}
    load = Plan(
        module="load",
        keys=_LOAD,
        first_id=57_000,
        since=dt.date(2012, 9, 3),
        place=_place,
        fresh=5,
        oddities=_ODDITIES,
    )
    publ = Plan(
        module="publ",
        keys=_PUBL,
        first_id=7_400,
        since=dt.date(2015, 1, 12),
        place=_place_article,
        fresh=1,
        credits=("full", "town"),
        oddities=_ODDITIES,
    )
    return (
        *materials(load, lambda key: work(key, NAME), numbered, today),
        *materials(publ, lambda key: work(key, NAME), numbered, today),
        *notices(
            [notice(key, today, table=index % 3 == 0) for index, key in enumerate(_NEWS)],
            numbered,
            _place_news,
            first_id=1_900,
            editor=BY_LOGIN["savinaov"],
            today=today,
            oddities=_ODDITIES,
        ),
    )


def site(today: dt.date) -> UcozSite:
    """The portal as it stands on a day."""
    portal = Portal(
        name=NAME,
        title="Педсовет: сообщество взаимопомощи учителей",
        theme=Classic(),
        modules={"load": "Материалы", "publ": "Статьи", "news": "Новости"},
        categories=_CATEGORIES,
        posts=_posts,
        statics=_STATICS,
        topics=_THREADS,
        per_page=6,
    )
    return UcozSite(portal, today)
