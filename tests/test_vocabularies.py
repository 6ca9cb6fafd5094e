"""The concept schemes: sound, complete as the issue lists them, exported as SKOS."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
import rdflib
from rdflib.namespace import RDF, SKOS

from index import analysis
from netmeta.errors import UnknownConceptError
from netmeta.vocabularies import (
    SCHEMES,
    gather,
    load,
    raw_key,
    to_skos_jsonld,
    to_skos_turtle,
    version,
    words,
)
from netmeta.vocabularies.slugs import fold, to_cyrillic
from netmeta.vocabularies.words import READINGS

V = load()


def test_ids_are_stable_slugs_unique_over_all_schemes() -> None:
    ids = [concept.id for name in SCHEMES for concept in V.scheme(name)]
    assert len(ids) == len(set(ids)) > 170
    assert all(re.fullmatch(r"[a-z0-9]+(?:[.-][a-z0-9]+)*", one) for one in ids)


def test_every_concept_has_labels_and_an_existing_broader_without_circles() -> None:
    for concept in V:
        assert concept.ru.strip()
        assert concept.en.strip()
        if concept.broader:
            assert V.concept(concept.broader).scheme == concept.scheme
            assert concept.id not in V.ancestors(concept.id)


def test_no_label_means_two_concepts_of_a_scheme() -> None:
    assert V.ambiguous == ()


def test_readings_of_the_labels_are_those_of_the_dictionary() -> None:
    kept = gather.FOLDER.joinpath(READINGS).read_text("utf-8")
    assert kept == gather.gathered(), "run `make readings`"


def test_matching_a_label_needs_no_dictionary() -> None:
    """Loading it, and reading all labels with it, takes half a CPU second."""
    code = (
        "import sys; from netmeta.vocabularies import load;"
        " assert load().match('subject', 'по русскому языку') == ('russian-language',);"
        " assert 'pymorphy3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_readings_of_another_dictionary_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "ANALYSER_VERSION", "another")
    words._gathered.cache_clear()
    try:
        assert words._gathered() == {}
    finally:
        words._gathered.cache_clear()


def test_every_label_is_understood() -> None:
    lost = [
        (concept.id, label)
        for concept in V
        for label in (concept.ru, *concept.labels)
        if concept.id not in V.match(concept.scheme, label)
    ]
    assert lost == []


@pytest.mark.parametrize(
    "form",
    [
        "обучающий семинар", "виртуальная конференция", "конкурс", "проект", "акция",
        "виртуальная экскурсия", "мастер-класс", "мастерская", "опрос", "обсуждение в чате",
        "фестиваль проектов", "телеконференция", "проектировочный семинар", "олимпиада", "вебинар",
        "курсы", "консультация", "марафон", "конференция", "выставка", "форум", "педсовет",
    ],
)  # fmt: skip
def test_forms_of_activity(form: str) -> None:
    assert len(V.match("event-type", form)) == 1


def test_twelve_forms_are_twelve_concepts() -> None:
    forms = [
        "обучающий семинар", "виртуальная конференция", "конкурс", "проект", "акция",
        "виртуальная экскурсия", "мастер-класс", "опрос", "обсуждение в чате", "фестиваль проектов",
        "телеконференция", "проектировочный семинар",
    ]  # fmt: skip
    assert len({V.match("event-type", form) for form in forms}) == 12


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("конспект урока", "lesson-plan"),
        ("Презентации", "presentation"),
        ("рабочая программа", "work-programme"),
        ("КТП", "calendar-plan"),
        ("технологическая карта", "technological-map"),
        ("тесты", "test"),
        ("контрольная", "control-work"),
        ("сценарии", "script"),
        ("классные часы", "class-hour"),
        ("родительское собрание", "parent-meeting"),
        ("внеклассное мероприятие", "extracurricular-event"),
        ("исследовательская работа", "research-work"),
        ("проект", "project"),
        ("статья", "article"),
        ("методической разработке", "methodical-work"),
        ("видеоурок", "video-lesson"),
        ("тренажёр", "game"),
        ("раздаточный материал", "handout"),
    ],
)
def test_material_types(text: str, expected: str) -> None:
    assert V.match("material-type", text) == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ОБЖ", "life-safety"),
        ("обзр", "life-safety"),
        ("ИЗО", "fine-art"),
        ("МХК", "world-art"),
        ("по русскому языку", "russian-language"),
        ("физике", "physics"),
        ("Maтематика", "mathematics"),  # a Latin M
        ("matematika", "mathematics"),
        ("russkiy-yazyk", "russian-language"),
        ("russkiyYazik", "russian-language"),
        ("russkii-iazyk", "russian-language"),
        ("angliiskiy-yazyk", "english"),
        ("obshchestvoznanie", "social-studies"),
        ("osnovy-bezopasnosti-zhiznedeyatelnosti", "life-safety"),
        ("okruzhayushchii-mir", "world-around"),
        ("izobrazitelnoe-iskusstvo", "fine-art"),
        ("informatika-i-ikt", "informatics"),
        ("khimiya", "chemistry"),
        ("himiya", "chemistry"),
        ("fizkultura-i-sport", "physical-education"),
        ("Mathematics", "mathematics"),
    ],
)
def test_subjects(text: str, expected: str) -> None:
    assert V.match("subject", text) == (expected,)


@pytest.mark.parametrize("text", ["правила", "стать лучше", "тесто", "семь", "", "§", "🎈"])
def test_words_that_only_look_like_labels(text: str) -> None:
    assert [V.match(name, text) for name in SCHEMES] == [()] * len(SCHEMES)


def test_local_mappings_win_and_unknown_ones_are_told() -> None:
    raw = "зелёная папка"
    assert V.match("material-type", raw) == ()
    local = load({("material-type", raw): "handout", ("category", "Доска"): "gone-concept"})
    assert local.match("material-type", "Зеленые папки") == ("handout",)
    assert local.unusable == (("category", "Доска"),)
    assert load({("category", "презентации"): "handout"}).match("material-type", "Презентация") == (
        "handout",
    )
    assert V.match("material-type", raw) == ()


def test_equal_values_have_one_key() -> None:
    assert raw_key("Рабочая программа (внеурочка)") == raw_key("рабочие программы ВНЕУРОЧКИ")
    assert raw_key("тест") != raw_key("текст")


def test_nearest_for_suggestions() -> None:
    assert V.nearest("material-type", "рабочая прогамма внеурочки")[0].id == "work-programme"
    assert V.nearest("subject", "матиматика")[0].id == "mathematics"
    assert "presentation" in [c.id for c in V.nearest("category", "Презентацыи")]
    assert V.nearest("subject", "щщщщ") == ()


def test_lookup_and_errors() -> None:
    found = V.lookup("Классный час")
    assert found is not None
    assert found.id == "class-hour"
    assert V.lookup("нет такого понятия") is None
    assert V.label("class-hour", "en") == "class hour"
    with pytest.raises(UnknownConceptError, match="mathematics"):
        V.concept("mathematic")
    with pytest.raises(UnknownConceptError):
        V.scheme("subjects")


# rdflib's own JSON-LD parser still uses the class it deprecates.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_turtle_and_jsonld_are_the_same_sound_skos() -> None:
    turtle = rdflib.Graph().parse(data=to_skos_turtle(V), format="turtle")
    jsonld = rdflib.Graph().parse(data=json.dumps(to_skos_jsonld(V)), format="json-ld")
    assert set(turtle) == set(jsonld)
    concepts = set(turtle.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) == len(list(V))
    for concept in concepts:
        preferred = set(turtle.objects(concept, SKOS.prefLabel))
        languages = {label.language for label in preferred if isinstance(label, rdflib.Literal)}
        assert languages == {"ru", "en"}
        assert len(preferred) == 2
        # SKOS S13: preferred, alternative and hidden labels are disjoint.
        assert not preferred & set(turtle.objects(concept, SKOS.altLabel))
        assert not preferred & set(turtle.objects(concept, SKOS.hiddenLabel))
        assert (concept, SKOS.inScheme, None) in turtle
    for _, broader in turtle.subject_objects(SKOS.broader):
        assert broader in concepts


def test_version_names_the_content() -> None:
    assert re.fullmatch(r"\d+-[0-9a-f]{8}", version())


def test_transliterations_meet() -> None:
    assert fold("Obshchestvoznanie") == fold("obschestvoznanie")
    assert fold("123") == "123"
    assert to_cyrillic("russkiy yazyk 5") == "русский язык 5"
