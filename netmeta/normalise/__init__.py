"""Item -> Record: what the portals say, made comparable, with their own words kept beside it.

One module a concern: titles, people, subjects, grades (class_numbers), types, stages and events,
dates, audiences, certificates, language, licence, urls, attachments, content, contacts.

    >>> from netmeta.model import Item, Source
    >>> source = Source(name="nsportal", kind="site", url="https://nsportal.ru/", title="nsportal")
    >>> record = normalise(
    ...     Item(source="nsportal", url="https://nsportal.ru/shkola/algebra/library/2012/01/24/drobi",
    ...          title="Дроби", subtitle="методическая разработка по алгебре (5 класс) на тему"),
    ...     source)
    >>> record.type, record.subjects, record.grades, record.published.isoformat()
    ('methodical-work', ('algebra',), (5,), '2012-01-24')
"""

from netmeta.normalise.contacts import scrub
from netmeta.normalise.record import normalise
from netmeta.normalise.stages import is_over
from netmeta.normalise.urls import canonical_url

__all__ = ["canonical_url", "is_over", "normalise", "scrub"]
