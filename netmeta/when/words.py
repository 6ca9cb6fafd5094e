"""The words dates are made of, each with the one-letter code the grammar knows it by.

Keys are lower case with е for ё; `netmeta.when.grammar` explains the letters. Where a word is
listed twice, the later line holds.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

Word = tuple[str, Any]

WORDS: dict[str, Word] = {}
"""Every known word: (code, value)."""


def _add(code: str, value: Any, words: str) -> None:
    for word in words.split():
        WORDS[word] = (code, value)


def _inflect(code: str, value: Any, stem: str, endings: str) -> None:
    for ending in endings.split():
        WORDS[stem + ending.strip("-")] = (code, value)


_MONTHS = (
    ("январ", "ь я ю ем е", "янв january jan"),
    ("феврал", "ь я ю ем е", "фев февр february feb"),
    ("март", "- а у ом е", "мар мрт march mar"),
    ("апрел", "ь я ю ем е", "апр april apr"),
    ("ма", "й я ю ем е", "may"),
    ("июн", "ь я ю ем е -", "june jun"),
    ("июл", "ь я ю ем е -", "july jul"),
    ("август", "- а у ом е", "авг august aug"),
    ("сентябр", "ь я ю ем е", "сен сент снт september sep sept"),
    ("октябр", "ь я ю ем е", "окт october oct"),
    ("ноябр", "ь я ю ем е", "ноя нояб нбр november nov"),
    ("декабр", "ь я ю ем е", "дек december dec"),
)
for _number, (_stem, _endings, _short) in enumerate(_MONTHS, 1):
    _inflect("m", _number, _stem, _endings)
    _add("m", _number, _short)

_WEEKDAYS = (
    ("понедельник", "- а у ом е", "пн пнд пон monday mon", "понедельникам"),
    ("вторник", "- а у ом е", "вт втр tuesday tue tues", "вторникам"),
    ("сред", "а у ы е ой", "ср срд wednesday wed", "средам"),
    ("четверг", "- а у ом е", "чт чтв thursday thu thur thurs", "четвергам"),
    ("пятниц", "а у ы е ей", "пт птн friday fri", "пятницам"),
    ("суббот", "а у ы е ой", "сб суб saturday sat", "субботам"),
    ("воскресень", "е я ю ем и", "вс вск воскр sunday sun", "воскресеньям"),
)
for _number, (_stem, _endings, _short, _each) in enumerate(_WEEKDAYS):
    _inflect("W", _number, _stem, _endings)
    _add("W", _number, _short)
    _add("j", None, _each)
# «в среде Scratch» is an environment, not a Wednesday.
del WORDS["среде"], WORDS["средой"]

_ORDINALS = (
    ("перв", 1),
    ("втор", 2),
    ("четверт", 4),
    ("пят", 5),
    ("шест", 6),
    ("седьм", 7),
    ("восьм", 8),
    ("девят", 9),
    ("десят", 10),
    ("одиннадцат", 11),
    ("двенадцат", 12),
    ("тринадцат", 13),
    ("четырнадцат", 14),
    ("пятнадцат", 15),
    ("шестнадцат", 16),
    ("семнадцат", 17),
    ("восемнадцат", 18),
    ("девятнадцат", 19),
    ("двадцат", 20),
    ("тридцат", 30),
)
for _stem, _number in _ORDINALS:
    _inflect("O", _number, _stem, "ое ого ому ым ом ый ой ая ую")
_add("O", 3, "третье третьего третьему третьим третьем третий третья третью третьей")
for _number, _roman in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1):
    _add("O", _number, _roman)
ROMAN = {word: value for word, (code, value) in WORDS.items() if code == "O" and word.isascii()}

_CARDINALS = (
    "один одна одну одного a an one",
    "два две двух two",
    "три трех three",
    "четыре четырех four",
    "пять пяти five",
    "шесть шести six",
    "семь семи seven",
    "восемь восьми eight",
    "девять девяти nine",
    "десять десяти ten",
)
for _number, _forms in enumerate(_CARDINALS, 1):
    _add("C", _number, _forms)
_add("C", 12, "двенадцать двенадцати")
_add("C", 14, "четырнадцать четырнадцати")
_add("C", 15, "пятнадцать пятнадцати")
_add("C", 20, "двадцать двадцати")
_add("C", 30, "тридцать тридцати")

# Prepositions and what joins two dates. Latin c, k, b: typed in the wrong layout.
_add("s", None, "с со c from since")
_add("d", None, "до until till дедлайн deadline")
_add(
    "d",
    None,
    "завершится завершается завершаются завершатся закончится заканчивается закрывается закроется "
    "оканчивается истекает истечет",
)
_add("p", None, "по to")
_add("k", None, "к ко k by")
_add("v", None, "в во b at")
_add("n", None, "на on")
_add("o", None, "от")
_add("/", None, "of")
_add("b", None, "между between")
_add("t", None, "после after")
_add("&", None, "и and")
_add("?", None, "или либо or")
_add("!", None, "не")
_add("L", None, "позднее позже позжее")
_add("R", None, "ранее раньше")
_add("i", None, "включительно вкл включ")

_add("g", None, "год года году годом годе г гг годы годов годах годам year")
_add("U", None, "учебный учебного учебном учебному учебные учебных уч")
_add("q", "decade", "декада декаде декады декаду декадой")
_add("q", "quarter", "квартал квартала квартале кварталу кварталы")
_add("q", "half", "полугодие полугодия полугодии полугодию")
_add("q", "halfmonth", "половина половине половину половины половиной")
_add("q", "term", "четверть четверти четвертью триместр триместра триместре")
_add("S", 3, "весна весны весне весну весной spring")
_add("S", 6, "лето летом summer")
_add("S", 9, "осень осени осенью autumn fall")
_add("S", 12, "зима зимы зиме зиму зимой winter")
_add("e", "begin", "начало начала начале началу начинается старт открытие начнется")
_add("e", "middle", "середина середины середине середину")
_add("e", "begin", "числах")  # «в первых числах мая»
_add("e", "end", "конец конца конце концу окончание окончания завершение финиш закрытие end")
_add(
    "V",
    None,
    "около примерно ориентировочно приблизительно предположительно предварительно "
    "несколько пару полтора полторы",
)

# Relative words: days, or the unit after «назад» and «через».
_add("r", 0, "сегодня сегодняшнего today")
_add("r", -1, "вчера вчерашнего yesterday")
_add("r", -2, "позавчера")
_add("r", 1, "завтра завтрашнего tomorrow")
_add("r", 2, "послезавтра")
_add("a", None, "назад ago")
_add("c", None, "через in")
_add("u", "day", "день дня дней дни сутки суток дн day days")
_add("u", "week", "неделя недели неделю недель неделе нед week weeks")
_add("u", "month", "месяц месяца месяцев месяце мес month months")
_add("u", "year", "лет years")
_add("u", "halfyear", "полгода")
_add("u", "hour", "час часа часов ч hour hours")
_add("u", "minute", "минуту минута минуты минут мин minute minutes min mins")
_add("u", "second", "секунду секунды секунд сек second seconds")
_add("u", "halfhour", "полчаса")
_inflect("f", 1, "следующ", "ий ая ее ую ей ем его")
_inflect("f", 1, "будущ", "ий ая ее ую ей ем его")
_inflect("f", "near", "ближайш", "ий ая ее ую ей ем его")
_add("f", 1, "next")
_inflect("f", -1, "прошл", "ый ая ое ую ой ом ого")
_inflect("f", "past", "минувш", "ий ая ее ую ей ем его")
_inflect("f", "past", "прошедш", "ий ая ее ую ей ем его")
_add("f", -1, "last")
_add("f", 0, "этот эту эта это этой этом этого эти this")
_inflect("f", 0, "текущ", "ий ая ее ую ей ем его")
_add("f", 0, "сего")
_inflect("f", 0, "нынешн", "ий яя ее юю ей ем его")
_inflect("F", None, "последн", "ий ая ее яя юю ей ем его")
_inflect("F", None, "крайн", "ий ее ей ем его")
_add("G", None, "срок срока сроком сроки")
_add("@", None, "дата дату даты date")
_add("Z", None, "подачи сдачи приема представления отправки загрузки предоставления прием подача")
_add("#", None, "числа число числу числом тому")
_add("y", None, "течение течении протяжении весь всего за")
_add("j", None, "каждый каждую каждое каждого каждой ежедневно еженедельно ежегодно ежемесячно")
_add("j", None, "будням выходным every понедельники вторники")

# Parts of the day, after an hour.
_add("E", 0, "утра утром ночи am")
_add("E", 12, "вечера вечером pm")  # and «дня» after an hour: see `netmeta.when.settle`
_add("T", (dt.time(12), None), "полдень полудня noon")
_add("T", (dt.time(0), None), "полночь midnight")
_add("T", (dt.time(23, 59, 59), None), "полуночи")  # «до полуночи 5 мая»: the end of that day
_add("w", None, "время времени time")

# After these a number is never a date, whatever follows («ул. 8 Марта», «№ 12.05»).
_add(
    "X",
    None,
    "п пп пункт пункта пункте пунктом ст статья статьи статье стр гл глава главы параграф рис гост "
    "каб кабинет кабинете ауд корпус корп кв д номер номера упр упражнение версия версии v ver "
    "version ул улица улице улицы улицу проспект проспекте пл площадь площади переулок пер мкр "
    "микрорайон имени им санпин снип isbn issn цена стоимость ценой тел телефон телефону факс ip "
    "ком комната артикул арт шифр код автобус маршрут ставка рейтинг оценка вес размер раздел",
)
# After these a number may be their own («школа 5, 12 мая»).
_add(
    "M",
    None,
    "школа школы школе школу школ сош гимназия гимназии лицей лицея лицее дом дома доме класс "
    "классы урок урока уроки тема темы задание задания задача часть части выпуск том вариант "
    "варианты зал группа группы место лекция занятие модуль модули блок страница страницы возраст "
    "этап этапа этапе этапы тур тура туре смена смены уровень уровня шаг",
)
# Before these a number is a count.
_add(
    "K",
    None,
    "класса классов классе классам классах классу кл руб рубль рубля рублей р коп мб кб гб кг "
    "см мм км м мл балла баллов процент процента процентов человек чел участников участника стр шт "
    "страниц штук раз раза задач заданий уроков kb mb gb тыс млн сезон кбайт мбайт х ти",
)
# The publisher «Первое сентября», and what it is called.
_add(
    "Q",
    None,
    "ид издательство издательства издательством издательстве издательский издательского "
    "издательскому издательским издательском газета газеты газете газету газетой журнал журнала "
    "журнале журналы сайт сайта сайте фонд фонда портал портала портале фестиваль фестиваля "
    "фестивале университет университета университете",
)
# A day beside these is a holiday's name («открытка к 8 марта»), unless the text says more.
_add(
    "*",
    None,
    "праздник праздника празднику праздником праздники праздничный праздничная праздничное "
    "открытка открытки открытку поделка поделки поделку сценарий сценария утренник утренника "
    "утреннику посвященный посвященная посвященное посвященные посвященных посвященного подарок "
    "подарки стенгазета стихи поздравление поздравления",
)

_add("^", None, "новый новым новому нового")  # «С новым 2025 годом!»

_RUSSIAN_ZONES = (
    ("Europe/Kaliningrad", "калининградск", -1),
    ("Europe/Moscow", "московск", 0),
    ("Europe/Samara", "самарск", 1),
    ("Asia/Yekaterinburg", "екатеринбургск уральск уфимск челябинск пермск тюменск", 2),
    ("Asia/Omsk", "омск", 3),
    ("Asia/Krasnoyarsk", "красноярск", 4),
    ("Asia/Novosibirsk", "новосибирск", None),
    ("Asia/Tomsk", "томск", None),
    ("Asia/Irkutsk", "иркутск", 5),
    ("Asia/Yakutsk", "якутск", 6),
    ("Asia/Vladivostok", "владивостокск дальневосточн", 7),
    ("Asia/Magadan", "магаданск", 8),
    ("Asia/Kamchatka", "камчатск", 9),
)
BY_MOSCOW: dict[int, str] = {}
"""Hours from Moscow («МСК+2») to the IANA name: offsets changed in 2011 and 2014, names did not."""
for _name, _stems, _shift in _RUSSIAN_ZONES:
    if _shift is not None:
        BY_MOSCOW[_shift] = _name
    for _stem in _stems.split():
        _inflect("l", ZoneInfo(_name), _stem, "ому ое им")
WORDS["москве"] = ("l", ZoneInfo("Europe/Moscow"))
_add("z", ZoneInfo("Europe/Moscow"), "мск msk")
_add("z", dt.UTC, "utc gmt ut z")

# RFC 822, section 5.1.
_US_HOURS = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}
for _name, _hours in _US_HOURS.items():
    WORDS[_name] = ("z", dt.timezone(dt.timedelta(hours=_hours)))
