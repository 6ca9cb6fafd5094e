"""CalendarSpider: one iCalendar file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy.http import Response

from netmeta.errors import BadFeedError
from netmeta.harvest.calendar_entries import parse_calendar
from netmeta.harvest.one_address import OneAddressSpider
from netmeta.model import Item


class CalendarSpider(OneAddressSpider):
    """Reads the calendar at the source's address, conditionally if it was read before."""

    name = "calendar"
    title = "iCalendar"

    def parse(self, response: Response, **_: Any) -> Iterable[Item]:
        """Yields an item for each event; a body that is no calendar fails the run."""
        self.job.pages += 1
        source = self.job.source
        if self.memory.unchanged(response, source.url):
            return
        try:
            items = parse_calendar(
                response.body, response.url, source=source.name, timezone=source.timezone
            )
        except BadFeedError as error:
            self.job.start_failed = str(error)
            return
        yield from items
        self.memory.remember("feed", response, source.url)
