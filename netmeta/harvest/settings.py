"""Scrapy's settings, and why each differs from the default.

Figures are of design.md: CPU per page against bare Scrapy 2.19 = 1.00; default middlewares 1.28;
no reactor, aiohttp, uvloop and lean middlewares 0.50.
"""

from __future__ import annotations

from typing import Any, Final

from netmeta import __version__
from netmeta.config import Config
from netmeta.harvest.guards.compression import ACCEPTED

RETRY_TIMES: Final = 2


def user_agent(config: Config) -> str:
    """An honest name with an address to complain to, if one is configured."""
    contact = f"; +{config.contact}" if config.contact else ""
    return f"netmeta/{__version__} (catalogue of educational materials{contact})"


def scrapy_settings(config: Config) -> dict[str, Any]:
    """Settings shared by all sources of a run; a source may lower its speed in its options."""
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOADER": "netmeta.harvest.downloader.Downloader",
        "NETMETA_ALLOW_HOSTS": config.allow_hosts,
        "USER_AGENT": user_agent(config),
        "ROBOTSTXT_OBEY": False,  # our own guard, which also honours 5xx and Crawl-delay
        "DOWNLOAD_TIMEOUT": config.timeout_s,
        "DOWNLOAD_MAXSIZE": config.max_bytes,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        "RETRY_TIMES": RETRY_TIMES,
        # Scrapy's, without those of Twisted's client, which would be imported for their sake.
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.CannotResolveHostError",
            "scrapy.exceptions.DownloadConnectionRefusedError",
            "scrapy.exceptions.DownloadFailedError",
            "scrapy.exceptions.DownloadTimeoutError",
            "scrapy.exceptions.ResponseDataLossError",
            OSError,
        ],
        "RETRY_HTTP_CODES": [408, 500, 502, 504, 522, 524],  # not 429 and 503: see PaceGuard
        "REDIRECT_MAX_TIMES": 5,
        # Spiders ask for nothing twice; Scrapy's filter would drop, without a word, a redirect to
        # a page that was asked for before.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "SCHEDULER": "netmeta.harvest.frontier.FrontierScheduler",
        "CONCURRENT_ITEMS": 1,  # tasks that Scrapy makes for each failure; `Pages` needs none
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": ACCEPTED,
            "Accept-Language": "ru,en;q=0.5",
        },
        # Scrapy's own lists are emptied, because it imports even what is switched off in them:
        # an HTTP library, a list of all domains, a web server.
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "DOWNLOADER_MIDDLEWARES": {
            "netmeta.harvest.guards.robots.RobotsGuard": 100,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
            "netmeta.harvest.guards.compression.Unpacker": 590,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
            "netmeta.harvest.guards.pace.PaceGuard": 850,
            "netmeta.harvest.guards.outcomes.OutcomeCounter": 900,
        },
        "ITEM_PIPELINES": {"netmeta.harvest.pipeline.SinkPipeline": 100},
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",  # the job counts
        "STATS_DUMP": False,
        "LOG_ENABLED": False,
    }
