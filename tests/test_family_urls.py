"""Address grammars of the families, on every form that was seen in real links (portals.md)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netmeta.harvest.families.address import host, target
from netmeta.harvest.families.base import PageUrl
from netmeta.harvest.families.generic import Generic
from netmeta.harvest.families.portals import GRAMMARS
from netmeta.harvest.families.recognise import FAMILIES

# family: (path, kind, key). A key of None is not looked at.
FORMS: dict[str, list[tuple[str, str, str | None]]] = {
    "ucoz": [
        ("/load/54-1-0-278", "entry", "load-278"),
        ("/load/x/y/28-1-0-702", "entry", "load-702"),
        ("/publ/13-1-0-7468", "entry", "publ-7468"),
        ("/news/konkurs/2012-05-28-117", "entry", "news-117"),
        ("/load/111-2", "listing", ""),
        ("/publ/13-2-2", "listing", ""),
        ("/news/slug/1-0-9", "listing", ""),
        ("/load/?page2", "listing", ""),
        ("/blog/2022-05", "archive", ""),
        ("/load/0-0-0-278-20", "download", ""),
        ("/load/rss/", "feed", ""),
        ("/index/0-44", "static", ""),
        ("/index/8-1523", "profile", ""),
        ("/forum/12-345-2", "forum", ""),
        ("/abnl/?adsdata=abc", "other", ""),
    ],
    "drupal": [
        ("/shkola/algebra/library/2012/01/24/urok-po-teme-drobi", "entry",
         "shkola/algebra/library/2012/01/24/urok-po-teme-drobi"),
        ("/shkola/inostrannye-yazyki/angliiskiy-yazyk/library/2013/10/02/my-house", "entry", None),
        ("/nachalnaya-shkola/matematika/2014/03/15/slozhenie", "entry", None),
        ("/detskiy-sad/raznoe/2015/09/01/osen", "entry", None),
        ("/detskii-sad/raznoe/2015/09/01/osen", "entry", None),
        ("/user/12345/page/moi-dostizheniya", "entry", "user/12345/page/moi-dostizheniya"),
        ("/user/12345", "profile", ""),
        ("/users/ivanova", "profile", ""),
        ("/shkola/algebra", "listing", ""),
        ("/shkola/algebra/library", "listing", ""),
        ("/shkola/algebra/library?page=3", "listing", ""),
        ("/nachalnaya-shkola", "listing", ""),
        ("/node/36", "entry", "node-36"),
        ("/ru/node/36", "entry", "node-36"),
        ("/index.php?q=node/36", "entry", "node-36"),
        ("/node", "listing", ""),
        ("/node?page=5", "listing", ""),
        ("/taxonomy/term/16", "listing", ""),
        ("/taxonomy/term/16?page=2", "listing", ""),
        ("/taxonomy/term/10/feed", "feed", ""),
        ("/rss.xml", "feed", ""),
        ("/categories/crypto?page=1", "listing", ""),
        ("/story?page=33", "listing", ""),
        ("/story?sort_by=created&order=asc", "other", ""),
        ("/sites/default/files/2012/01/24/urok.doc", "download", ""),
        ("/sites/default/files/2012/01/24/urok", "download", ""),
        ("/user/login?destination=node/36", "other", ""),
        ("/user/register", "other", ""),
        ("/print/36", "other", ""),
        ("/node/36/edit", "other", ""),
        ("/comment/reply/36", "other", ""),
        ("/archive/202205", "archive", ""),
        ("/calendar/2024-05", "calendar", ""),
        ("/event/month/2024-05", "calendar", ""),
        ("/forum/7", "forum", ""),
        ("/contact", "static", ""),
        ("/writeup/34", "other", ""),
        ("/komanda/ovchinnikov-ilya", "other", ""),
    ],
    "wordpress": [
        ("/2014/03/15/urok-drobi/", "entry", "2014/03/15/urok-drobi"),
        ("/2014/03/urok-drobi/", "entry", "2014/03/urok-drobi"),
        ("/archives/123", "entry", "123"),
        ("/?p=387", "entry", "387"),
        ("/events/36/", "entry", "events/36"),
        ("/2014/03/", "archive", ""),
        ("/2014/", "archive", ""),
        ("/2014/03/15/", "archive", ""),
        ("/2014/03/page/2/", "archive", ""),
        ("/?m=201403", "archive", ""),
        ("/category/analitika/", "listing", ""),
        ("/category/guide/sovety/page/6/", "listing", ""),
        ("/tag/3dmax/", "listing", ""),
        ("/page/2/", "listing", ""),
        ("/?paged=2", "listing", ""),
        ("/?cat=7", "listing", ""),
        ("/author/ivanova/", "profile", ""),
        ("/?author=3", "profile", ""),
        ("/feed/", "feed", ""),
        ("/category/analitika/feed/", "feed", ""),
        ("/comments/feed/", "feed", ""),
        ("/?feed=rss2", "feed", ""),
        ("/wp-content/uploads/2014/03/plan.docx", "download", ""),
        ("/wp-login.php?redirect_to=%2F", "other", ""),
        ("/wp-admin/", "other", ""),
        ("/?s=дроби", "other", ""),
        ("/urok-drobi/?replytocom=5", "other", ""),
        ("/urok-drobi/comment-page-2/", "other", ""),
        ("/events/2024-05/", "calendar", ""),
        ("/events/month/", "calendar", ""),
        ("/?page_id=2", "static", ""),
        ("/kontakty/", "static", ""),
        ("/1-vystrel-iz-milliona/", "other", ""),
    ],
    "joomla": [
        ("/idnk-segodnya/137-27-sentyabrya.html", "entry", "137"),
        ("/novosti/12-raznoe/345-slug.html", "entry", "345"),
        ("/12-slug.html", "entry", "12"),
        ("/index.php/novosti/345-slug", "entry", "345"),
        ("/index.php?option=com_content&view=article&id=345:slug&catid=2&Itemid=7", "entry", "345"),
        ("/index.php?option=com_content&task=view&id=345", "entry", "345"),
        ("/component/content/article/12-raznoe/345-slug", "entry", "345"),
        ("/component/content/article/345", "entry", "345"),
        ("/blog/item/77-drobi", "entry", "item-77"),
        ("/index.php?option=com_k2&view=item&id=77:drobi", "entry", "77"),
        ("/index.php?option=com_content&view=category&id=12", "listing", ""),
        ("/index.php?option=com_content&view=featured", "listing", ""),
        ("/idnk-segodnya.html?start=10", "listing", ""),
        ("/idnk-segodnya?limitstart=20", "listing", ""),
        ("/blog/itemlist/category/5-matematika", "listing", ""),
        ("/component/tags/tag/5-drobi", "listing", ""),
        ("/blog/itemlist/user/42-ivanova", "profile", ""),
        ("/15-spetsialnosti.feed?type=rss", "feed", ""),
        ("/index.php?option=com_content&view=category&id=12&format=feed&type=atom", "feed", ""),
        ("/idnk-segodnya/137-slug.html?tmpl=component&print=1", "other", ""),
        ("/component/users/?view=login", "other", ""),
        ("/index.php?option=com_users&view=registration", "other", ""),
        ("/index.php?option=com_search&searchword=x", "other", ""),
        ("/component/mailto/?tmpl=component&link=abc", "other", ""),
        ("/materialy/category/5-plany?download=12:plan", "download", ""),
        ("/kalendar/month.calendar/2024/05/01/-", "calendar", ""),
        ("/studentam/anketirovanie.html", "other", ""),
    ],
    "bitrix": [
        ("/news/detail.php?ID=12", "entry", "12"),
        ("/news/index.php?SECTION_ID=3&ELEMENT_ID=12", "entry", "12"),
        ("/news/1234/", "entry", "news-1234"),
        ("/about/news/1234/", "entry", "news-1234"),
        ("/news/", "listing", ""),
        ("/news/?PAGEN_1=2", "listing", ""),
        ("/catalog/index.php?SECTION_ID=3", "listing", ""),
        ("/catalog/?PAGEN_2=4&SECTION_CODE=x", "listing", ""),
        ("/news/rss/", "feed", ""),
        ("/upload/iblock/a1b/plan.pdf", "download", ""),
        ("/upload/medialibrary/a1b/x", "download", ""),
        ("/company/personal/user/5/", "profile", ""),
        ("/people/user/5/", "profile", ""),
        ("/forum/messages/forum1/", "forum", ""),
        ("/auth/?backurl=/", "other", ""),
        ("/news/1234/?print=Y", "other", ""),
        ("/catalog/?sort=price&order=asc", "other", ""),
        ("/catalog/?action=ADD2BASKET&id=5", "other", ""),
        ("/bitrix/redirect.php?goto=x", "other", ""),
        ("/search/?q=x", "other", ""),
        ("/news/dni-otkrytyh-dverej/", "other", ""),
    ],
    "dolphin": [
        ("/m/events/view/Konkurs-urokov", "entry", "events-Konkurs-urokov"),
        ("/m/groups/view/nachalnaya-shkola", "entry", "groups-nachalnaya-shkola"),
        ("/m/files/view/urok-drobi-2010-05-01", "entry", "files-urok-drobi-2010-05-01"),
        ("/modules/?r=files/view/urok-drobi", "entry", "files-urok-drobi"),
        ("/blogs/entry/Moj-pervyj-urok", "entry", "blogs-Moj-pervyj-urok"),
        ("/m/events/browse/recent", "listing", ""),
        ("/m/files/browse/tag/drobi/2", "listing", ""),
        ("/m/files/browse/category/Urok", "listing", ""),
        ("/m/events/", "listing", ""),
        ("/m/files/home/", "listing", ""),
        ("/blogs/home/", "listing", ""),
        ("/m/events/browse/recent?rss=1", "feed", ""),
        ("/m/events/browse/user/ivanova", "profile", ""),
        ("/profile.php?ID=5", "profile", ""),
        ("/m/events/calendar/2024/5", "calendar", ""),
        ("/m/files/download/12", "download", ""),
        ("/m/events/join/5", "other", ""),
        ("/member.php", "other", ""),
        ("/forum/", "forum", ""),
    ],
    "aspnet": [
        ("/communities.aspx?cat_no=2715&lib_no=5310&tmpl=lib", "entry",
         "communities-cat_no=2715-lib_no=5310"),
        ("/communities.aspx?tmpl=lib&Lib_No=5310&cat_no=2715", "entry",
         "communities-cat_no=2715-lib_no=5310"),
        ("/communities.aspx?cat_no=2715&tmpl=com", "listing", ""),
        ("/materials.aspx?cat_no=12", "listing", ""),
        ("/communities.aspx?cat_no=2715&tmpl=com&page=3", "listing", ""),
        ("/board.aspx?cat_no=2715&BoardId=5", "forum", ""),
        ("/profil.aspx?cat_no=692&d_no=81", "profile", ""),
        ("/Attachment.aspx?Id=41535", "download", ""),
        ("/login.aspx?ReturnUrl=%2f", "other", ""),
        ("/register.aspx", "other", ""),
        ("/rss.aspx?cat_no=5", "feed", ""),
        ("/calendar.aspx?date=2009-05-01", "calendar", ""),
    ],
    "generic": [
        ("/articles/416", "entry", "articles-416"),
        ("/novosti/416-konkurs", "entry", "novosti-416"),
        ("/article.php?ID=200900112", "entry", "id-200900112"),
        ("/urok-matematiki-drobi-1234567.html", "entry", "1234567"),
        ("/2012/05/28/konkurs", "entry", None),
        ("/news/?page=2", "listing", ""),
        ("/novosti/", "listing", ""),
        ("/category/uroki", "listing", ""),
        ("/archive/2012/", "archive", ""),
        ("/index.html?month=1&year=2021", "calendar", ""),
        ("/author/ivanova", "profile", ""),
        ("/files/plan.docx", "download", ""),
        ("/feed/", "feed", ""),
        ("/sveden/common", "static", ""),
        ("/login", "other", ""),
        ("/biblioteka/statji/bazovaja-funkcija.html", "other", ""),
        ("/", "static", ""),
    ],
}  # fmt: skip

# Portals with an engine of their own: (address, kind, key).
PORTALS: list[tuple[str, str, str | None]] = [
    ("https://urok.1sept.ru/articles/416578", "entry", "articles-416578"),
    ("https://urok.1sept.ru/статьи/416578/", "entry", "статьи-416578"),
    ("https://festival.1september.ru/articles/416578/", "entry", "articles-416578"),
    ("https://urok.1sept.ru/publication/drobi-5-klass", "entry", "publication/drobi-5-klass"),
    ("https://urok.1sept.ru/articles/416578/pril1.doc", "download", ""),
    ("https://urok.1sept.ru/articles/416578/presentation/3.jpg", "download", ""),
    ("https://lit.1september.ru/article.php?ID=200900112", "entry", "200900112"),
    ("https://fiz.1september.ru/articlef.php?ID=200900112", "entry", "200900112"),
    ("https://lit.1september.ru/1999/art/x.htm", "entry", "1999/art/x"),
    ("https://infourok.ru/urok-matematiki-drobi-1234567.html", "entry", "1234567"),
    ("https://infourok.ru/user/ivanova-maria", "profile", ""),
    ("https://multiurok.ru/files/urok-drobi.html", "entry", "files/urok-drobi"),
    ("https://multiurok.ru/id1234/", "profile", ""),
    ("https://kopilkaurokov.ru/matematika/uroki/urok-drobi", "entry", "matematika/uroki/urok-drobi"),
    ("https://kopilkaurokov.ru/matematika/uroki", "listing", ""),
    ("https://kopilkaurokov.ru/matematika?page=2", "listing", ""),
    ("https://znanio.ru/media/urok_drobi_5_klass-123456", "entry", "media-123456"),
    ("https://pedsovet.org/article/kak-provesti-urok", "entry", "article/kak-provesti-urok"),
    ("https://pedsovet.org/publikatsii/matematika/drobi", "entry", "publikatsii/matematika/drobi"),
    ("https://pedsovet.org/publikatsii/matematika", "listing", ""),
    ("https://resh.edu.ru/subject/lesson/7780/", "entry", "lesson-7780"),
    ("https://resh.edu.ru/subject/lesson/7780/main/", "entry", "lesson-7780"),
    ("https://resh.edu.ru/subject/12/5/", "listing", ""),
    ("https://videouroki.net/razrabotki/urok-drobi.html", "entry", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("family", "path", "kind", "key"),
    [(family, *form) for family, forms in FORMS.items() for form in forms],
)
def test_address_grammar(family: str, path: str, kind: str, key: str | None) -> None:
    found = FAMILIES[family].classify(f"https://school.example{path}")
    assert found.kind == kind
    if key is not None:
        assert found.key == key


@pytest.mark.parametrize(("url", "kind", "key"), PORTALS)
def test_portals_of_their_own(url: str, kind: str, key: str | None) -> None:
    found = FAMILIES["generic"].classify(url)
    assert found.kind == kind
    if key is not None:
        assert found.key == key


def test_a_portal_is_known_by_name_where_the_host_tells_nothing() -> None:
    """Replicas and mirrors of a portal have other hosts."""
    url = "http://127.0.0.1:8000/media/urok_drobi-123"
    assert Generic(GRAMMARS["znanio"]).classify(url) == PageUrl("entry", "media-123", "media")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://nsportal.ru/shkola/algebra/library/2012/01/24/drobi",
         "https://nsportal.ru./shkola/algebra/library/2012/01/24/drobi/?utm_source=vk"),
        ("https://a.example/node/36", "https://www.a.example/node/36#comments"),
        ("https://a.example/node/36", "https://a.example//node/36?from=main"),
    ],
)  # fmt: skip
def test_one_entry_has_one_key(one: str, other: str) -> None:
    drupal = FAMILIES["drupal"]
    assert host(one) == host(other)
    assert drupal.classify(one) == drupal.classify(other)
    assert drupal.classify(one).kind == "entry"


@given(st.text(max_size=200))
def test_no_address_raises(tail: str) -> None:
    for family in FAMILIES.values():
        for url in (tail, f"https://a.example/{tail}", f"//{tail}", f"https://{tail}"):
            assert family.classify(url).key == "" or family.classify(url).kind == "entry"


@pytest.mark.parametrize("url", ["", "http://[", "mailto:a@b.ru", "javascript:void(0)", "https://"])
def test_what_is_no_address_is_other(url: str) -> None:
    assert target(url) == ""
    assert all(family.classify(url) == PageUrl("other") for family in FAMILIES.values())


def test_long_addresses_cost_little() -> None:
    for tail in ("a/" * 900, "?" + "&".join(f"p{n}={n}" for n in range(400)), "1-" * 900):
        for family in FAMILIES.values():
            family.classify(f"https://a.example/{tail}")
