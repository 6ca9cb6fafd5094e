"""Works out of the text bank: a topic's lesson, slides and quiz; pieces as they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from netmeta.replicas.bank import Draft, drafts
from netmeta.replicas.people import choice
from netmeta.replicas.planted import Block, Heading, Items, Para, Rows, Work

CASES = {
    "математика": ("математики", "математике"),
    "алгебра": ("алгебры", "алгебре"),
    "геометрия": ("геометрии", "геометрии"),
    "информатика": ("информатики", "информатике"),
    "русский язык": ("русского языка", "русскому языку"),
    "литература": ("литературы", "литературе"),
    "литературное чтение": ("литературного чтения", "литературному чтению"),
    "окружающий мир": ("окружающего мира", "окружающему миру"),
    "физика": ("физики", "физике"),
    "астрономия": ("астрономии", "астрономии"),
    "химия": ("химии", "химии"),
    "биология": ("биологии", "биологии"),
    "география": ("географии", "географии"),
    "история": ("истории", "истории"),
    "обществознание": ("обществознания", "обществознанию"),
    "английский язык": ("английского языка", "английскому языку"),
    "музыка": ("музыки", "музыке"),
    "ИЗО": ("ИЗО", "ИЗО"),
    "технология": ("технологии", "технологии"),
    "ОБЖ": ("ОБЖ", "ОБЖ"),
    "физкультура": ("физкультуры", "физкультуре"),
}
"""Subject of the bank -> its genitive and dative, for titles."""

# (type, title pattern, class wording); several, so that titles vary as teachers vary.
_LESSON_TITLES = (
    ("конспект урока", "Конспект урока {gen} «{title}», {grade}", "{n} класс"),
    ("конспект урока", "Урок {gen} по теме «{title}», {grade}", "{n}-й класс"),
    ("технологическая карта", "Технологическая карта урока {gen} «{title}» ({grade})", "{n} класс"),
    ("конспект урока", "«{title}». Урок {gen} в {grade} классе", "{n}а"),
    ("конспект урока", "{title}. Конспект урока по {dat}, {grade}", "{n} кл."),
)
_SLIDES_TITLES = (
    ("презентация", "Презентация к уроку {gen} «{title}», {grade}", "{n} класс"),
    ("презентация", "Презентация по {dat} на тему «{title}» ({grade})", "{n}-й класс"),
    ("презентация", "«{title}». Презентация по {dat}, {grade}", "{n} кл."),
)
_VIDEO_TITLES = (
    ("видеоурок", "Видеоурок по {dat} «{title}», {grade}", "{n} класс"),
    ("видеоурок", "Видеоурок «{title}» ({dat_cap}, {grade})", "{n}-й класс"),
)
_QUIZ_TITLES = (
    ("тест", "Тест по {dat} «{title}», {grade}", "{n} класс"),
    ("контрольная работа", "Контрольная работа по {dat} «{title}» ({grade})", "{n} класс"),
    ("тест", "Тест по теме «{title}», {dat_cap}, {grade}", "{n} кл."),
    ("проверочная работа", "Проверочная работа по {dat}: {title}, {grade}", "{n}-й класс"),
)
_CLOSINGS = (
    "В конце урока ребята отвечают письменно на один вопрос: что сегодня оказалось труднее, чем я думал.",
    "На рефлексию отводим три минуты: каждый ставит точку на шкале настроения и объясняет соседу свой выбор.",
    "Итог подводим устно: по цепочке называем одно новое слово урока и один вопрос, который остался.",
    "Заканчиваем взаимной оценкой в парах по трём признакам, записанным на доске в начале урока.",
    "Последние минуты отдаю самооценке: зелёная карточка - могу объяснить другому, жёлтая - нужна ещё одна задача.",
)
_QUIZ_LEADS = (
    "Работа рассчитана на {minutes} минут. За каждый верный ответ ставится один балл.",
    "Время выполнения - {minutes} минут, пользоваться тетрадью нельзя. Верный ответ в каждом задании один.",
    "Два варианта отличаются порядком вопросов; здесь дан первый. На выполнение хватает {minutes} минут.",
    "Проверка занимает {minutes} минут в начале урока, после неё ответы разбираем вместе.",
    "Вопросы можно раздать карточками или вывести на экран; {minutes} минут хватает даже неторопливым.",
    "Пишем в парах, {minutes} минут; спорить разрешается только шёпотом.",
    "Задания идут от простого к сложному. Через {minutes} минут листки собираем.",
    "Для самопроверки дома: около {minutes} минут без подсказок.",
    "Срез в середине темы, {minutes} минут. Двойку за него не ставлю.",
    "Взаимопроверка по ключу занимает ещё столько же, сколько сама работа, то есть {minutes} минут.",
)
_SLIDE_LEADS = (
    "В файле {count} слайдов, порядок повторяет ход урока.",
    "Показ занимает около {minutes} минут, слайдов {count}; анимация включается щелчком.",
    "Слайды ({count}) можно печатать по два на лист и раздавать как опорный конспект.",
)
_SLIDE_TIPS = (
    "Ответы на вопросы скрыты: они появляются по щелчку, поэтому показ можно вести и без учителя у компьютера.",
    "Шрифт крупный, фон светлый - с последней парты видно даже при открытых шторах.",
    "Последний слайд оставлен пустым: на него класс выносит собственный вопрос.",
    "Рисунки сделаны учениками прошлых лет, поэтому файл можно свободно менять под свой класс.",
    "Если проектора нет, распечатайте слайды и разложите их на полу как дорожку.",
    "Музыка отключается клавишей, смена кадров только по щелчку.",
    "Заметки для ведущего спрятаны под каждым кадром.",
    "Подписи сделаны без засечек, чтобы слабовидящим было легче.",
)
_VIDEO_LEADS = (
    "Ролик длится {minutes} минут и разбит на {count} частей, между ними есть паузы для вопросов.",
    "Запись сделана на обычном уроке, {minutes} минут, с титрами для тех, кто смотрит без звука.",
)
_VIDEO_TIPS = (
    "Останавливайте запись перед ответом: дети любят угадывать, что скажет голос за кадром.",
    "Файл подойдёт и тем, кто болел: к нему приложен лист с тремя заданиями для просмотра дома.",
)
_MARKS = (
    "«5» - без ошибок, «4» - одна ошибка, «3» - две ошибки",
    "за все верные ответы «5», за один неверный «4», половина верных - «3»",
    "отметка по желанию ученика; две ошибки и больше - повод для консультации",
    "балл за ответ и балл за объяснение соседу",
    "ошибся один раз - исправь сам и получи пятёрку",
    "зачёт с половины, остальное добираем устно",
    "проценты переводятся в отметку по школьной шкале",
    "без отметки, только плюс или вопрос на полях",
    "пять за полный набор, дальше по убыванию до трёх",
    "считаем по классу: важен общий рост, а не место",
)


def lesson(topic: Draft, voice: str) -> Work:
    """The lesson plan of a topic; `voice` (the portal) varies title and wording."""
    facts = topic.all("fact")
    blocks: list[Block] = [
        Rows((("Цель урока", topic.one("aim")), ("Оборудование", topic.one("gear"))), table=False),
        Heading("Ход урока"),
        Para(topic.one("recall")),
        Heading(choice(("Новый материал", "Изучение нового материала", "Открытие нового"), voice)),
        *(Para(" ".join(facts[i : i + 2])) for i in range(0, len(facts), 2)),
        Heading(choice(("Закрепление", "Работа в классе", "Решаем и обсуждаем"), topic.key)),
        Items(topic.all("task"), ordered=True),
        Heading("Домашнее задание"),
        Para(topic.one("home")),
        Para(choice(_CLOSINGS, f"{voice} {topic.key}")),
    ]
    return _of_topic(topic, "lesson", _LESSON_TITLES, blocks, voice)


def slides(topic: Draft, voice: str) -> Work:
    """The slides of a topic, described one by one; for some topics they were filmed."""
    pages = topic.all("slide")
    filmed = topic.get("slides-type") == "видеоурок"
    lead = choice(_VIDEO_LEADS if filmed else _SLIDE_LEADS, f"{voice} {topic.key}")
    minutes = 10 + 5 * (len(pages) % 3)
    blocks: list[Block] = [
        Para(f"{topic.one('use')} {lead.format(count=len(pages) + 3, minutes=minutes)}"),
        Heading("Содержание ролика" if filmed else "Содержание слайдов"),
        Items(pages),
        Para(choice(_VIDEO_TIPS if filmed else _SLIDE_TIPS, f"{topic.key} {voice}")),
    ]
    return _of_topic(topic, "slides", _VIDEO_TITLES if filmed else _SLIDES_TITLES, blocks, voice)


def quiz(topic: Draft, voice: str) -> Work:
    """The questions of a topic with options and the key."""
    lead = choice(_QUIZ_LEADS, f"{voice} {topic.key}")
    questions, key = [], []
    for number, line in enumerate(topic.all("q"), 1):
        question, *options = (part.strip() for part in line.split("|"))
        right = next(i for i, option in enumerate(options) if option.endswith("*"))
        shown = (f"{'абвг'[i]}) {option.rstrip('*')}" for i, option in enumerate(options))
        questions.append(f"{question} {'; '.join(shown)}.")
        key.append(f"{number}{'абвг'[right]}")
    blocks: list[Block] = [
        Para(f"{topic.one('title')}. {lead.format(minutes=10 + 5 * (len(key) % 3))}"),
        Items(tuple(questions), ordered=True),
        Rows(
            (("Ключ", ", ".join(key)), ("Оценка", choice(_MARKS, f"{topic.key} {voice}"))),
            table=False,
        ),
    ]
    return _of_topic(topic, "quiz", _QUIZ_TITLES, blocks, voice)


def _of_topic(
    topic: Draft,
    face: str,
    titles: tuple[tuple[str, str, str], ...],
    blocks: Iterable[Block],
    voice: str,
) -> Work:
    subject, number = topic.one("subject"), topic.one("grade")
    wanted = topic.get(f"{face}-type")
    fitting = tuple(one for one in titles if wanted in (None, one[0]))
    kind, pattern, wording = choice(fitting, f"{face} {topic.key} {voice}")
    genitive, dative = CASES[subject]
    grade = wording.format(n=number)
    title = topic.get(f"{face}-title") or pattern.format(
        gen=genitive,
        dat=dative,
        dat_cap=subject,
        title=_inside_quotes(topic.one("title")) if "«{title}" in pattern else topic.one("title"),
        grade=grade,
    )
    return Work(
        key=f"{topic.key}.{face}",
        kind="material",
        title=title,
        blocks=tuple(blocks),
        type=kind,
        subject=subject,
        grade=topic.get(f"{face}-grade") or grade,
        grades=(int(number),),
        tags=(subject, topic.one("title").lower()),
    )


def _inside_quotes(title: str) -> str:
    return title.replace("«", "„").replace("»", "“")


def piece(draft: Draft) -> Work:
    """A piece of the bank as it stands, equal on every portal."""
    return Work(
        key=draft.key,
        kind="material",
        title=draft.one("title"),
        blocks=blocks_of(draft.lines),
        type=draft.one("type"),
        subject=draft.get("subject"),
        grade=draft.get("grade"),
        grades=tuple(int(n) for n in (draft.get("grades") or "").split()),
        tags=tuple(part.strip() for part in (draft.get("tags") or "").split(",") if part.strip()),
    )


def blocks_of(lines: Iterable[tuple[str, str]]) -> tuple[Block, ...]:
    """The blocks among a record's lines: para, head, item, num, row; neighbours join."""
    blocks: list[Block] = []
    for name, value in lines:
        last = blocks[-1] if blocks else None
        match name:
            case "para":
                blocks.append(Para(value))
            case "head":
                blocks.append(Heading(value))
            case "item" | "num":
                ordered = name == "num"
                if isinstance(last, Items) and last.ordered == ordered:
                    blocks[-1] = Items((*last.items, value), ordered)
                else:
                    blocks.append(Items((value,), ordered))
            case "row":
                label, _, text = value.partition("|")
                row = (label.strip(), text.strip())
                if isinstance(last, Rows):
                    blocks[-1] = Rows((*last.rows, row), last.table)
                else:
                    blocks.append(Rows((row,)))
    return tuple(blocks)


_FACES: dict[str, Callable[[Draft, str], Work]] = {
    "lesson": lesson,
    "slides": slides,
    "quiz": quiz,
}


def edited(draft: Draft) -> Draft:
    """The piece after its author's small edits: the lines `swap: old | new` applied.

    Raises:
        ValueError: an old wording is not in the text.
    """
    lines = list(draft.lines)
    for swap in draft.all("swap"):
        old, new = (part.strip() for part in swap.split("|"))
        places = [i for i, (name, value) in enumerate(lines) if name == "para" and old in value]
        if not places:
            raise ValueError(f"{draft.key}: nothing to swap for {old!r}")
        for i in places:
            lines[i] = ("para", lines[i][1].replace(old, new))
    return Draft(f"{draft.key}~", tuple(lines))


@cache
def work(key: str, voice: str) -> Work:
    """The work of the bank by key: "drobi.lesson", "drobi.quiz", the key of a piece, or that
    with "~" for its slightly edited copy.

    Raises:
        KeyError: the bank has no such topic or piece.
    """
    topic, _, face = key.partition(".")
    if face:
        return _FACES[face](drafts("topics_")[topic], voice)
    draft = drafts("pieces_")[key.removesuffix("~")]
    return piece(edited(draft) if key.endswith("~") else draft)
