"""What a signed-in curator does on the pages, and that nobody else can do any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

from index.seam import IndexBusyError
from netmeta.catalogue import Catalogue, curation, harvest_lock
from netmeta.facade import Netmeta
from netmeta.services.records import record_history
from netmeta.services.reindex import index_records
from netmeta.web import acting
from netmeta.web.collections import ROUTES as COLLECTIONS
from netmeta.web.curating import ROUTES as CURATING
from netmeta.web.forms import MAX_FORM_BYTES, PATHS
from netmeta.web.hidden import KEYED
from netmeta.web.workbench import ROUTES as WORKBENCH
from tests.conftest import item
from tests.web_catalogue import EVIL, close, fill, opened
from tests.web_visitor import Visitor, copied, make_curator

FORMS = (
    "/record/1/edit", "/record/1/collect", "/collections", "/collection/drobi/edit", "/desk/words",
    "/desk/reports",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("curators")
    fill(folder / "netmeta.db")
    with Netmeta.open(folder / "netmeta.db") as nm:
        nm.import_items([
            item(60, title="Работа с неведомым видом", type=("кейс-турнирчик",)),
            item(61, title="Ещё одна такая", type=("Кейс-Турнирчик",)),
        ])  # fmt: skip
        nm.reindex()
    make_curator(folder / "netmeta.db")
    return folder


@pytest.fixture
def db(filled: Path, tmp_path: Path) -> Path:
    return copied(filled, tmp_path)


@pytest.fixture
def app(db: Path) -> Iterator[Datasette]:
    app = opened(db)
    yield app
    close(app)


@pytest.fixture
def curator(app: Datasette) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in()
    return visitor


def fields(visitor: Visitor, path: str) -> dict[str, Any]:
    """The first form of a page as a browser would send it back."""
    form = next(
        f
        for f in visitor.tree(path).css("form[method=post]")
        if "sheet" in (f.attributes.get("class") or "")
    )
    out: dict[str, Any] = {}
    for node in form.css("input[name]"):
        given = node.attributes
        if given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                out.setdefault(str(given["name"]), []).append(given["value"])
        else:
            out[str(given["name"])] = given.get("value") or ""
    for node in form.css("textarea[name]"):
        # A browser drops the first line end inside a textarea and sends CR LF for all others.
        out[str(node.attributes["name"])] = node.text().removeprefix("\n").replace("\n", "\r\n")
    for node in form.css("select[name]"):
        chosen = node.css_first("option[selected]") or node.css_first("option")
        out[str(node.attributes["name"])] = chosen.attributes["value"] or ""
    return out


def save(visitor: Visitor, id: int = 1, **changes: Any) -> Any:
    path = f"/record/{id}/edit"
    return visitor.post(path, token=False, **{**fields(visitor, path), "do": "save", **changes})


def overridden(db: Path, id: int = 1) -> dict[str, Any]:
    with Catalogue(db, read_only=True) as catalogue:
        return {one["field"]: one["value"] for one in curation.overrides(catalogue, id)}


def found(visitor: Visitor, words: str) -> list[int]:
    hits = visitor.get(f"/search.json?q={words}").json()["hits"]
    return [hit["id"] for hit in hits]


# --- who may ------------------------------------------------------------------------------------


def test_every_form_of_curators_is_tried_here() -> None:
    for pattern, _ in (*CURATING, *COLLECTIONS, *WORKBENCH):
        example = pattern.strip("^$").replace(r"(?P<id>\d{1,18})", "1")
        example = example.replace("(?P<slug>[a-z0-9-]{1,80})", "drobi")
        if PATHS.fullmatch(example):
            assert example in FORMS


@pytest.mark.parametrize("path", FORMS)
def test_strangers_may_do_nothing(app: Datasette, db: Path, path: str) -> None:
    before = Path(db).read_bytes()
    for visitor in (Visitor(app), Visitor(app)):
        visitor.get("/record/1/report")  # a stranger can have a token
        answer = visitor.post(
            path, page="/record/1/report", title="x", do="hide", near="test", id="1"
        )
        assert answer.status_code == 403
        assert visitor.post(path, token=False, title="x").status_code == 403
    assert Path(db).read_bytes() == before
    if path.endswith("/edit"):
        answer = Visitor(app).get(path)
        assert answer.status_code == 403
        assert f"/-/login?next={path}" in answer.text


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused(curator: Visitor, path: str) -> None:
    assert "ds_actor" in curator.cookies
    for values in ({}, {"csrftoken": "x"}, {"csrftoken": "ё"}, {"csrftoken": ""}):
        answer = curator.post(path, token=False, title="x", do="hide", **values)
        assert answer.status_code == 403
        assert "устарела" in answer.text
    assert curator.get("/record/1").status_code == 200


def test_another_visitors_token_is_no_token(app: Datasette, curator: Visitor) -> None:
    theirs = Visitor(app)
    theirs.get("/record/1/report")
    token = theirs.cookies["ds_csrftoken"]
    assert (
        curator.post("/record/1/edit", token=False, do="hide", csrftoken=token).status_code == 403
    )


def test_what_is_no_form_is_refused(curator: Visitor) -> None:
    assert curator._ask("POST", "/record/1/edit", b"\xff\xfe=1").status_code == 400
    assert curator._ask("POST", "/record/1/edit", b"a=1&" * 4000).status_code == 400
    long = b"title=" + b"x" * MAX_FORM_BYTES
    assert curator._ask("POST", "/record/1/edit", long).status_code == 413


# --- correcting ---------------------------------------------------------------------------------


def test_a_correction_is_on_the_page_and_in_search_at_once(curator: Visitor, db: Path) -> None:
    answer = save(curator, title="Синхрофазотрон на уроке", subjects=["physics"], grades=["5", "6"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/record/1")
    page = curator.tree("/record/1")
    assert page.css_first("h1").text() == "Синхрофазотрон на уроке"
    assert "Сохранено." in page.css_first(".note").text()
    assert found(curator, "синхрофазотрон") == [1]
    assert 1 in found(curator, "урок&grade=6&subject=physics")
    assert overridden(db) == {
        "title": "Синхрофазотрон на уроке", "subjects": ["physics"], "grades": [5, 6],
    }  # fmt: skip
    with Catalogue(db, read_only=True) as catalogue:
        last = record_history(catalogue, 1)["changes"][-1]
    assert (last["author"], last["run"]) == ("мария", None)
    assert last["fields"]["grades"] == [[8], [5, 6]]


def test_a_form_sent_back_as_it_was_changes_nothing(curator: Visitor, db: Path) -> None:
    for id in (1, 3, 5):
        answer = save(curator, id)
        assert answer.status_code == 303
        assert "Ничего не изменилось" in curator.get(f"/record/{id}").text
        assert overridden(db, id) == {}


def test_only_what_the_curator_changed_is_kept(curator: Visitor, db: Path) -> None:
    """A harvest that comes between the form and its sending is not undone."""
    sent = fields(curator, "/record/5/edit")
    with Netmeta.open(db) as nm:
        nm.import_items(
            [
                item(
                    5,
                    title="Портал переименовал",
                    authors=("Петров Иван Ильич",),
                    subject=("физика",),
                )
            ]
        )
    curator.post("/record/5/edit", token=False, **{**sent, "grades": ["7"], "do": "save"})
    assert overridden(db, 5) == {"grades": [7]}
    assert "Портал переименовал" in curator.get("/record/5").text


def test_all_fields_of_the_form(curator: Visitor, db: Path) -> None:
    save(
        curator, 3, kind="course", type="courses", summary="Коротко\r\nо главном", published="2025-09-01",
        licence="cc-by", certificate="paid",
    )  # fmt: skip
    assert overridden(db, 3) == {
        "kind": "course", "type": "courses", "summary": "Коротко\nо главном", "published": "2025-09-01",
        "licence": "cc-by", "certificate": "paid",
    }  # fmt: skip
    save(curator, 3, summary="", licence="", type="", published="", subjects=[])
    kept = overridden(db, 3)
    assert (kept["summary"], kept["licence"], kept["type"], kept["published"]) == (None,) * 4
    assert kept["subjects"] == []


def test_the_days_of_an_event(curator: Visitor, db: Path) -> None:
    form = fields(curator, "/record/3/edit")
    assert (form["stage-0-kind"], form["stage-1-kind"], form["stage-2-kind"]) == (
        "submission",
        "held",
        "",
    )
    answer = save(curator, 3, **{
        "stage-0-end": "2031-05-01", "stage-1-kind": "", "stage-2-kind": "results",
        "stage-2-start": "2031-06-01", "stage-2-label": "Итоги",
    })  # fmt: skip
    assert answer.status_code == 303
    stages = overridden(db, 3)["stages"]
    assert [(s["kind"], s["start"], s["end"], s["label"]) for s in stages] == [
        ("submission", None, "2031-05-01", "Приём работ"), ("results", "2031-06-01", None, "Итоги"),
    ]  # fmt: skip
    assert stages[0]["text"].startswith("до ")  # the portal's words stay beside
    assert "1 мая 2031" in curator.tree("/record/3").css_first(".timeline").text()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [({"title": "  "}, "title", "нужно название"), ({"title": "х" * 1001}, "title", "слишком длинное"),
     ({"subjects": ["alchemy"]}, "subjects", "alchemy"), ({"grades": ["12"]}, "grades", "от 0 до 11"),
     ({"certificate": "gold"}, "certificate", "gold"), ({"kind": "book"}, "kind", "book"),
     ({"published": "вчера"}, "published", "не день"),
     ({"stage-0-kind": "held", "stage-0-start": "2031-02-02", "stage-0-end": "2031-02-01"}, "stages", "раньше")],
)  # fmt: skip
def test_what_does_not_fit_is_told_beside_its_field(
    curator: Visitor, db: Path, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = save(curator, 1, **{"summary": "Что я успел написать", **changes})
    assert answer.status_code == 400
    assert overridden(db) == {}
    from selectolax.lexbor import LexborHTMLParser

    page: Any = LexborHTMLParser(answer.text)
    if words != "слишком длинное":
        assert words in page.css_first(f"#wrong-{field}").text()
    else:
        assert "1000" in page.css_first(f"#wrong-{field}").text()
    assert page.css_first(f"[aria-describedby=wrong-{field}]") is not None
    assert "Что я успел написать" in page.css_first("textarea").text()  # nothing typed is lost


def test_a_field_goes_back_to_the_portal(curator: Visitor, db: Path) -> None:
    save(curator, title="Правка", grades=["5"])
    page = curator.tree("/record/1/edit")
    told = re.sub(r"\s+", " ", page.css_first(".edited").text())
    assert "Исправлено: мария" in told
    assert "На портале: «Конспект урока геометрии" in told
    save(curator, do="back:title", licence="cc-by")  # what else was changed is saved as well
    assert overridden(db) == {"grades": [5], "licence": "cc-by"}
    assert "Пифагора" in curator.tree("/record/1").css_first("h1").text()
    save(curator, do="back:place")  # was never edited: no harm
    assert overridden(db) == {"grades": [5], "licence": "cc-by"}


def test_edits_of_other_fields_can_be_given_back_too(curator: Visitor, db: Path) -> None:
    with Netmeta.open(db) as nm:
        from netmeta.services.curation import edit

        edit(nm.catalogue, 1, values={"place": "Казань"}, author="root")
    assert "Казань" in curator.get("/record/1/edit").text
    save(curator, do="back:place")
    assert overridden(db) == {}


# --- hiding -------------------------------------------------------------------------------------


def test_a_hidden_record_is_nowhere_and_comes_back(curator: Visitor, app: Datasette) -> None:
    stranger = Visitor(app)
    assert "/record/51" in stranger.get("/").text
    curator.post("/record/51/edit", do="hide")
    assert "/record/51" not in stranger.get("/").text
    curator.post("/collections", title="Пифагор")
    curator.post("/record/1/collect", page="/record/1/edit", slug="pifagor")
    answer = curator.post("/record/1/edit", do="hide")
    assert answer.headers["location"] == "/record/1/edit"
    for path in (
        "/", "/search?q=Пифагора&source=school", "/record/1", "/record/1.jsonld", "/record/1/report",
        "/feed.atom?source=school", "/feed.json?source=school", "/feed.rss?source=school", "/author/1",
        "/subject/geometry", "/portal/school", "/collection/pifagor", "/collection/pifagor/feed.atom",
        "/sitemap-1-50000.xml",
    ):  # fmt: skip
        text = stranger.get(path).text
        assert "school.example/1<" not in text, path
        assert 'school.example/1"' not in text, path
        if not path.startswith("/record/"):  # which name themselves in the link to English
            assert not re.search(r'/record/1["<?&]', text), path
    assert stranger.get("/record/1").status_code == 404
    oai = stranger.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").text
    (header,) = re.findall(r"<header[^>]*><identifier>oai:[^<]*:1</identifier>", oai)
    assert 'status="deleted"' in header
    assert "/record/1/edit" in curator.get("/record/1").text
    curator.post("/record/1/edit", do="show")
    assert stranger.get("/record/1").status_code == 200
    assert 1 in found(stranger, "Пифагора&source=school")


def test_a_hidden_record_has_no_row_in_any_table(curator: Visitor, app: Datasette) -> None:
    stranger = Visitor(app)
    rows = (
        "records/1", "records/1.json", "record_texts/1", "record_subjects/1,geometry", "record_people/1,0",
        "changes/1", "attachments/1,0.json", "overrides/1,title",
    )  # fmt: skip
    save(curator, title="Правка барсука")
    for path in rows:
        assert stranger.get(f"/netmeta/{path}").status_code == 200, path
    curator.post("/record/1/edit", do="hide")
    for path in rows:
        assert stranger.get(f"/netmeta/{path}").status_code == 404, path
        assert curator.get(f"/netmeta/{path}").status_code == 200, path
    assert stranger.get("/netmeta/records/2").status_code == 200
    for table, column in KEYED.items():
        found = stranger.get(f"/netmeta/{table}.json?_shape=array&_size=max").json()
        assert 1 not in {one.get(column, table) for one in found}, table
    for path in ("records?_q=барсук", "records.csv", "record_texts.csv", "records?_facet=kind"):
        assert "Правка" not in stranger.get(f"/netmeta/{path}").text, path
    assert "Правка" in curator.get("/netmeta/records?id=1").text
    curator.post("/record/1/edit", do="show")
    assert stranger.get("/netmeta/records/1").status_code == 200


def test_a_removed_record_cannot_be_edited(curator: Visitor, db: Path) -> None:
    with Netmeta.open(db) as nm:
        from netmeta.services.curation import forget_address

        forget_address(nm.catalogue, "https://school.example/1")
    assert curator.get("/record/1/edit").status_code == 410
    assert curator.get("/record/99999/edit").status_code == 404
    assert curator.post("/record/99999/edit", page="/record/3/edit", do="hide").status_code == 404


# --- beside a harvest ---------------------------------------------------------------------------


def test_curators_work_while_a_harvest_runs(curator: Visitor, db: Path) -> None:
    with harvest_lock(db, task="netmeta harvest"):
        save(curator, title="Синхрофазотрон")
        assert found(curator, "синхрофазотрон") == [1]


def test_a_busy_index_follows_later(
    curator: Visitor, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = index_records, list[Any]()

    def busy(*given: Any) -> None:
        calls.append(given)
        if len(calls) == 1:
            from netmeta.errors import LockedError

            raise LockedError("busy") from IndexBusyError()
        real(*given)

    monkeypatch.setattr(acting, "index_records", busy)
    monkeypatch.setattr(acting, "AGAIN_S", 0.05)
    save(curator, title="Синхрофазотрон")
    assert "через несколько минут" in curator.get("/record/1").text
    for _ in range(200):
        if found(curator, "синхрофазотрон") == [1]:
            break
    assert found(curator, "синхрофазотрон") == [1]


def test_a_catalogue_that_cannot_be_written_is_told(
    curator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from netmeta.errors import StorageError

    def broken(*_: object, **__: object) -> None:
        raise StorageError("the disk is full of /secret/path")

    monkeypatch.setattr("netmeta.web.curating.edit", broken)
    answer = save(curator, title="Синхрофазотрон")
    assert answer.status_code == 503
    assert "secret" not in answer.text


# --- teaching words -----------------------------------------------------------------------------


def test_one_click_teaches_a_word(curator: Visitor, app: Datasette, db: Path) -> None:
    assert "Объяснить" not in Visitor(app).get("/desk").text
    page = curator.tree("/desk")
    row = next(
        f for f in page.css("form[action='/desk/words']") if "кейс-турнирчик" in f.html.lower()
    )
    raw = row.css_first("input[name=raw]").attributes["value"]
    answer = curator.post("/desk/words", page="/desk", scheme="material-type", raw=raw, near="test")
    assert answer.status_code == 303
    told = curator.tree("/desk").css_first(".note").text()
    assert "теперь значит «тест" in told
    assert "2 записи" in told  # in whatever letters they were written
    assert found(curator, "неведомым&type=test") == [50]
    assert "турнирчик" not in " ".join(
        f.html for f in curator.tree("/desk").css("form[action='/desk/words']")
    )
    with Catalogue(db, read_only=True) as catalogue:
        last = record_history(catalogue, 50)["changes"][-1]
        acts = catalogue.conn.execute("SELECT author, deed, what FROM acts").fetchall()
    assert last["author"] == "мария"
    assert acts == [("мария", "words mapped", f"{raw} → test")]


def test_a_wrong_click_is_taken_back(curator: Visitor, db: Path) -> None:
    taught: Any = {"scheme": "material-type", "raw": "кейс-турнирчик"}
    curator.post("/desk/words", page="/desk", **taught, near="test")
    assert found(curator, "неведомым&type=test") == [50]
    form = curator.tree("/desk").css_first("button[value=forget]").parent
    raw = form.css_first("input[name=raw]").attributes["value"]
    sent = {"scheme": "material-type", "raw": raw, "do": "forget"}
    assert curator.post("/desk/words", page="/desk", **sent).status_code == 303
    assert "2 записи" in curator.tree("/desk").css_first(".note").text()
    assert found(curator, "неведомым&type=test") == []
    assert (
        "кейс-турнирчик"
        in curator.tree("/desk").css_first("form[action='/desk/words']").html.lower()
    )
    assert curator.post("/desk/words", page="/desk", **sent).status_code == 400
    with Catalogue(db, read_only=True) as catalogue:
        deeds = [deed for (deed,) in catalogue.conn.execute("SELECT deed FROM acts ORDER BY id")]
    assert deeds == ["words mapped", "words untaught"]


@pytest.mark.parametrize(
    "values", [{"near": ""}, {"concept": "нет такого понятия"}, {"near": "test", "raw": "—"}]
)
def test_words_that_cannot_be_taught(curator: Visitor, values: Any) -> None:
    sent: Any = {"scheme": "material-type", "raw": "кейс-турнирчик", **values}
    assert curator.post("/desk/words", page="/desk", **sent).status_code == 400


def test_what_one_second_does_not_reach_waits(
    curator: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netmeta.services.vocab.AT_ONCE_S", -1.0)
    curator.post(
        "/desk/words", page="/desk", scheme="material-type", raw="кейс-турнирчик", near="test"
    )
    assert "Ещё 2 ждут" in curator.get("/desk").text


def test_the_desk_tells_who_did_what(curator: Visitor, app: Datasette) -> None:
    save(curator, title="Правка")
    curator.post("/collections", title="Дроби")
    text = " ".join(curator.tree("/desk").css_first(".history").text().split())
    assert "исправлено: название — Правка мария" in text
    assert "составлена подборка drobi мария" in text
    assert "Что делали кураторы" not in Visitor(app).get("/desk").text


# --- what everybody sees ------------------------------------------------------------------------


def test_the_page_tells_its_history(curator: Visitor, app: Datasette) -> None:
    save(curator, title="Правка")
    history: Any = Visitor(app).tree("/record/1").css_first(".history")
    text = " ".join(history.text(separator=" ").split())
    assert "Исправлено людьми" in text or "Правк" in text
    assert "название: Правка мария" in text
    (change,) = [li for li in history.css(".changes > li") if "мария" in li.text()]
    assert "Пифагора" in change.css_first("del").text()
    assert change.css_first("ins").text() == "Правка"
    assert re.search(r"появилась в каталоге сбор \d+", text)
    assert "геометрия предмет" in text.replace("предметы", "предмет")


def test_hostile_words_stay_words(curator: Visitor, app: Datasette) -> None:
    save(curator, title=EVIL, summary=EVIL)
    curator.post("/collections", title="Зло" + EVIL[:80], description=EVIL)
    (slug,) = re.findall(r'action="/collection/([a-z0-9-]+)/edit"', curator.get(
        curator.tree("/collections").css_first(".list a").attributes["href"] + "/edit"
    ).text)[:1]  # fmt: skip
    curator.post("/record/1/collect", page="/record/1/edit", slug=slug, note=EVIL)
    for path in ("/record/1", "/record/1/edit", "/collections", f"/collection/{slug}",
                 f"/collection/{slug}/edit", "/desk", "/record/1/report"):  # fmt: skip
        answer = curator.get(path)
        assert answer.status_code == 200
        assert "<script>window" not in answer.text
        assert "<svg onload" not in answer.text
        assert "<img src=x" not in answer.text


def test_forms_speak_english_too(curator: Visitor) -> None:
    curator.post("/collections", title="Fractions")
    curator.get("/?lang=en")
    for path in ("/record/1/edit", "/desk", "/collections", "/collection/fractions/edit",
                 "/collection/fractions", "/record/1/report", "/-/login", "/-/logout"):  # fmt: skip
        page = curator.tree(path)
        assert page.css_first("html").attributes["lang"] == "en"
        for node in page.css("bdi, input[value], textarea, .crumbs, .actor, option, .lead b, code"):
            node.decompose()
        text = page.css_first("main").text() + page.css_first("title").text()
        words = set(re.findall(r"[а-яё]{3,}", text.lower()))
        assert not words - {"мария", "школа", "геометрия"}, path
