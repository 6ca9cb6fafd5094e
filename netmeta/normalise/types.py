"""What kind of thing an item is: kind of record, and type of material or event.

Order of trust for the type: the type field, the subtitle, the category (unless the title is more
exact: a technological map on the shelf of lesson plans), the title, the section in the address, the
tags, the last part of the address. In the title a form of work such as «мастер-класс» gives way to
the name of a material, but not to an ordinary word.

In a title only a word that says what the work *is* counts (see `heads`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from netmeta.model import KINDS, Item, Kind, Mapped, Problem, Unmapped
from netmeta.normalise.heads import find_head, is_head, quoted_words
from netmeta.normalise.phrases import CACHED_VALUES, Phrase, Places
from netmeta.vocabularies import CATEGORY, Vocabularies
from netmeta.vocabularies.matching import Match
from netmeta.vocabularies.words import tokens

_MATERIAL, _EVENT = "material-type", "event-type"
_LESSON, _EXAM_PAPER = "lesson-plan", "control-work"
_OLYMPIAD, _OLYMPIAD_TASKS = "olympiad", "olympiad-tasks"
# «Неделя химии: план», «Классный час «Дружба» (презентация)»: of an occasion a paper is offered.
_OCCASIONS = frozenset(("extracurricular-event", "class-hour", "parent-meeting", "contest"))
_PAPERS = frozenset(("calendar-plan", "script", "document", "report", "presentation"))
_BEFORE_THEME = frozenset((*'«"“.:,(-–—', "в", "для"))
_KINDS: dict[str, Kind] = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(("материал", "статья", "публикация", "разработка", "article"), "material"),
    **dict.fromkeys(("мероприятие", "событие", "конкурс", "вебинар"), "event"),
    **dict.fromkeys(("новость", "новости", "blogposting", "newsarticle"), "news"),
    **dict.fromkeys(("курс", "курсы"), "course"),
}
_NEWS = frozenset(("новости", "новость", "новости образования", "новости портала", "анонсы"))
_NEWS_SECTIONS = frozenset(("news", "novosti", "новости"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Kind and type of an item, and how they were found."""

    kind: Kind
    type: str | None = None
    mapped: tuple[Mapped, ...] = ()
    unmapped: tuple[Unmapped, ...] = ()
    problems: tuple[Problem, ...] = ()


@cache
def _keys(words: str) -> frozenset[str]:
    return frozenset(token.key for token in tokens(words))


def normalise_type(item: Item, places: Places, vocabularies: Vocabularies) -> Typed:
    """Kind and type. Problem code: "unknown-kind" (a kind that is none of the four)."""
    problems: list[Problem] = []
    kind = _KINDS.get((item.kind or "").strip().lower())
    if item.kind and kind is None:
        problems.append(Problem(field="kind", code="unknown-kind", value=item.kind[:200]))
    finder = _Finder(places, vocabularies)
    kind = kind or _infer_kind(item, places, finder)
    order = (_EVENT, _MATERIAL) if kind in ("event", "course") else (_MATERIAL, _EVENT)
    found = None if kind == "news" else finder.type_of(order)
    unmapped = [
        Unmapped(scheme=order[0], raw=phrase.text)
        for phrase in places.type
        if _says_nothing_known(phrase, vocabularies)
    ]
    unmapped += [
        Unmapped(scheme=CATEGORY, raw=phrase.text)
        for phrase in places.category
        if _says_nothing_known(phrase, vocabularies)
    ]
    return Typed(
        kind=kind,
        type=found.concept if found else None,
        mapped=(found,) if found else (),
        unmapped=tuple(unmapped),
        problems=tuple(problems),
    )


@lru_cache(maxsize=CACHED_VALUES)
def _says_nothing_known(phrase: Phrase, vocabularies: Vocabularies) -> bool:
    """No label, no class, no silent value: a raw value for the queue of unmapped ones."""
    if any(match.label.concept for match in phrase.matches):
        return False
    if not any(token.key and token.number is None for token in phrase.tokens):
        return False
    if not phrase.keys.isdisjoint(_keys("класс кл")):
        return False
    if phrase.text.strip().lower() in _NEWS:
        return False
    return not any(
        vocabularies.is_silent(scheme, phrase.text) for scheme in ("subject", _MATERIAL, "level")
    )


class _Finder:
    """Looks for a type in the places of one item."""

    def __init__(self, places: Places, vocabularies: Vocabularies) -> None:
        self.places = places
        self.vocabularies = vocabularies
        self._heads: dict[tuple[str, bool], Match | None] = {}

    def head(self, scheme: str, *, known: bool = False) -> Match | None:
        """`find_head` of the title, looked for once."""
        if not self.places.title.of(scheme):
            return None
        key = scheme, known
        if key not in self._heads:
            self._heads[key] = find_head(self.places.title, scheme, known=known)
        return self._heads[key]

    def type_of(self, order: tuple[str, str]) -> Mapped | None:
        """The type in the first scheme of `order`, or else what the fields say in the second."""
        lowest = None
        for found in self._candidates(order[0]):
            if found is None:
                continue
            if not self.vocabularies.concept(found.concept).lowest:
                return found
            lowest = lowest or found
        for name in ("type", "subtitle"):
            if second := self.in_place(order[1], name):
                return second
        if order[0] == _MATERIAL and (second := self.in_title(_EVENT)):
            if second.concept == _OLYMPIAD and _offers_tasks(self.places):
                return replace(second, scheme=_MATERIAL, concept=_OLYMPIAD_TASKS)
            return second
        return lowest

    def _candidates(self, scheme: str) -> Iterator[Mapped | None]:
        places = self.places
        if places.type or places.subtitle:
            yield self.in_place(scheme, "type")
            yield self.in_place(scheme, "subtitle")
            if scheme == _MATERIAL:
                yield self.in_place(_EVENT, "type")
                yield self.in_place(_EVENT, "subtitle")
        # A shelf of ordinary words («Праздники», «Внеклассная работа») says less than a title.
        shelf = self.in_place(scheme, "category", weak=False) if places.category else None
        title = self.in_title(scheme, known=scheme == _EVENT)
        if shelf and title and shelf.concept in self.vocabularies.ancestors(title.concept):
            shelf = title  # «Технологическая карта» on the shelf «Конспекты»
        yield shelf
        if scheme == _MATERIAL:
            yield self.in_title_of_form(title)
            if places.category and self._is_weak(title):
                yield self.in_place(_EVENT, "category", weak=False)
        yield title
        if scheme == _MATERIAL:
            yield self.in_title_of_exam()
            yield self.in_title_of_lesson()
        yield self.in_place(scheme, "category")
        yield self.in_sections(scheme)
        yield self.in_place(scheme, "tags")
        if match := find_head(places.slug, scheme):
            yield _mapped(scheme, match, places.slug, "url")

    def in_place(self, scheme: str, name: str, *, weak: bool = True) -> Mapped | None:
        """The type a field names; of several the first that is not «прочее».

        `weak`: labels that are ordinary words count, too.
        """
        best = None
        for phrase in getattr(self.places, name):
            found = _of_value(phrase, scheme, name, weak, self.vocabularies)
            if found and not self.vocabularies.concept(found.concept).lowest:
                return found
            best = best or found
        return best

    def in_title(self, scheme: str, *, known: bool = False) -> Mapped | None:
        """What the title says the work is; «материал», «другое» say nothing there.

        `known`: the item is known to be of this scheme, so that a word in any form will do
        («Приглашаем на вебинар»).
        """
        title = self.places.title
        match = self.head(scheme, known=known)
        if match and str(match.label.concept) in _OCCASIONS:
            match = _closing_paper(title) or match
        if match is None:
            return None
        concept = self.vocabularies.concept(str(match.label.concept))
        if concept.lowest or (match.label.weak and concept.kind == "course" and not known):
            return None  # «Проблемное обучение на уроках» is no course
        return _mapped(scheme, match, title, "title")

    def in_title_of_form(self, named: Mapped | None) -> Mapped | None:
        """A form of work with people that is a material as often («мастер-класс», «консультация»).

        It says more than tags, than an ordinary word before it («Поделки: мастер-класс»), and
        than what stands in quotation marks («Консультация «Игра и ребёнок»»).
        """
        title = self.places.title
        form = self.head(_EVENT)
        if form is None or form.label.weak:
            return None
        if not self.vocabularies.concept(str(form.label.concept)).shared:
            return None
        if named is not None and not self._is_weak(named):
            head = self.head(_MATERIAL)
            inside = quoted_words(title.tokens)
            if head is None or head.start not in inside or form.start in inside:
                return None
        return _mapped(_EVENT, form, title, "title")

    def _is_weak(self, named: Mapped | None) -> bool:
        """Does the title name the type by an ordinary word («Поделка»), or none at all?"""
        if named is None:
            return True
        head = self.head(_MATERIAL)
        return head is not None and head.label.weak

    def in_title_of_exam(self) -> Mapped | None:
        """«ЕГЭ по химии: 10 вариантов» is a paper of the examination."""
        title = self.places.title
        exams = title.of("exam")
        if not exams or title.keys.isdisjoint(_keys("вариант")):
            return None
        return _mapped(_MATERIAL, exams[0], title, "title", concept=_EXAM_PAPER)

    def in_title_of_lesson(self) -> Mapped | None:
        """«Развитие речи «Зимующие птицы», старшая группа»: a subject first, and the group it is
        taught to, are how kindergartens name a lesson."""
        title = self.places.title
        subject = next(iter(title.of("subject")), None)
        if subject is None or subject.start > 0 or subject.end >= len(title.tokens):
            return None
        levels = (self.vocabularies.concept(str(m.label.concept)) for m in title.of("level"))
        if not any(level.stated for level in levels):
            return None
        if title.tokens[subject.end].text.lower() not in _BEFORE_THEME:
            return None
        return _mapped(_MATERIAL, subject, title, "title", concept=_LESSON)

    def in_sections(self, scheme: str) -> Mapped | None:
        for part in reversed(self.places.sections):
            if concept := self.vocabularies.slug(scheme, part):
                return Mapped(scheme=scheme, concept=concept.id, raw=part[:200], where="url")
        return None


def _mapped(
    scheme: str, match: Match, phrase: Phrase, where: str, *, concept: str | None = None
) -> Mapped:
    meant = concept or str(match.label.concept)
    raw = phrase.words(match)[:200]
    return Mapped(scheme=scheme, concept=meant, raw=raw, where=where)


@lru_cache(maxsize=CACHED_VALUES)
def _of_value(
    phrase: Phrase, scheme: str, name: str, weak: bool, vocabularies: Vocabularies
) -> Mapped | None:
    """The type a repeated value of a field names, rather not «прочее» (see `_Finder.in_place`)."""
    matches = [m for m in phrase.of(scheme) if weak or not m.label.weak]
    if name == "tags":
        matches = [m for m in matches if is_head(phrase, m)]
    found = [_mapped(scheme, match, phrase, name) for match in matches]
    if not found and (concept := vocabularies.slug(scheme, phrase.text)):
        raw = phrase.text[:200]
        found.append(Mapped(scheme=scheme, concept=concept.id, raw=raw, where=name))
    telling = (one for one in found if not vocabularies.concept(one.concept).lowest)
    return next(telling, found[0] if found else None)


def _infer_kind(item: Item, places: Places, finder: _Finder) -> Kind:
    """The kind, if the portal does not say it: by news sections, stages, names of events."""
    values = (*item.category, *item.type)
    in_news = any(value.strip().lower() in _NEWS for value in values)
    if in_news and not _announces(item, finder):
        return "news"
    explicit = finder.in_place(_EVENT, "type") or finder.in_place(_EVENT, "category")
    material = finder.in_place(_MATERIAL, "type") or finder.in_place(_MATERIAL, "subtitle")
    if explicit and not material:
        return _kind_of(explicit, finder, item)
    in_news = any(part.lower() in _NEWS_SECTIONS for part in places.sections)
    if in_news and not _announces(item, finder):
        return "news"
    if material:
        return "material"
    title = finder.in_title(_EVENT)
    if title and _offers_tasks(places) and not _has_stages(item):
        return "material"
    if title and not _names_material_first(finder):
        concept = finder.vocabularies.concept(title.concept)
        clear = not concept.shared or title.raw.lower() in concept.clear
        if clear or _has_stages(item):
            return _kind_of(title, finder, item)
    section = finder.in_sections(_EVENT)
    if section and not finder.vocabularies.concept(section.concept).shared:
        return _kind_of(section, finder, item)
    return "event" if _has_stages(item) else "material"


def _closing_paper(title: Phrase) -> Match | None:
    """The paper that the last part of a title names and nothing else."""
    last = len(title.tokens) - 1
    while last > 0 and title.tokens[last].text in ").!":
        last -= 1
    for match in title.of(_MATERIAL):
        apart = match.start > 0 and title.tokens[match.start - 1].text in ":.(-–—"
        if apart and match.end == last + 1 and str(match.label.concept) in _PAPERS:
            return match
    return None


_TOLD = frozenset(("VERB", "PRTS"))
_OUTCOMES = "итог результат победитель призер лауреат отчет фотоотчет поздравление благодарность"


def _announces(item: Item, finder: _Finder) -> bool:
    """Does an item among the news announce an event: its name first, no word of what became of it?

    «Фестиваль ученических проектов» does, «Конкурс завершён», «Итоги конкурса» do not.
    """
    title = finder.places.title
    event = finder.head(_EVENT)
    if event is None or (event.start > 0 and not _has_stages(item)):
        return False
    named = quoted_words(title.tokens)
    plain = [token for i, token in enumerate(title.tokens) if i not in named]
    return not any(t.part in _TOLD or t.key in _keys(_OUTCOMES) for t in plain)


def _offers_tasks(places: Places) -> bool:
    """«Олимпиада по математике, 3 класс: задания и ответы» is a file, not an olympiad."""
    return not places.title.keys.isdisjoint(_keys("задание ответ решение"))


def _names_material_first(finder: _Finder) -> bool:
    """Does the title name a material before the event («Сценарий конкурса ...»)?"""
    material, event = finder.head(_MATERIAL), finder.head(_EVENT)
    return material is not None and event is not None and material.start <= event.start


def _kind_of(found: Mapped, finder: _Finder, item: Item) -> Kind:
    concept = finder.vocabularies.concept(found.concept)
    if concept.kind == "course":
        return "course"
    clear = not concept.shared or found.raw.lower() in concept.clear or found.where == "type"
    return "event" if clear or _has_stages(item) else "material"


_STAGES = "прием регистрация срок проведение итог заявка начало окончание дедлайн этап участие голосование"


def _has_stages(item: Item) -> bool:
    """Does the item have dated labels that only events have?"""
    return any(token.key in _keys(_STAGES) for label in item.dates for token in tokens(label[:100]))
