"""Scrapy's settings, and why each differs from the default.

Figures are of design.md: CPU per page against bare Scrapy 2.19 = 1.00; default middlewares 1.28;
no reactor, aiohttp, uvloop and lean middlewares 0.50.
"""

from __future__ import annotations

from typing import Any, Final

from netmeta import __version__
from netmeta.config import Config

RETRY_TIMES: Final = 2


def user_agent(config: Config) -> str:
    """An honest name with an address to complain to, if one is configured."""
    contact = f"; +{config.contact}" if config.contact else ""
    return f"netmeta/{__version__} (catalogue of educational materials{contact})"


def scrapy_settings(config: Config) -> dict[str, Any]:
    """Settings shared by all sources of a run; a source may lower its speed in its options."""
    handler = "netmeta.harvest.guards.download.GuardedHandler"
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS": {
            "http": handler,
            "https": handler,
            # Only http and https: a redirect to file:// must find nobody who would open it.
            "file": None,
            "ftp": None,
            "s3": None,
            "data": None,
        },
        "NETMETA_ALLOW_HOSTS": config.allow_hosts,
        "USER_AGENT": user_agent(config),
        "ROBOTSTXT_OBEY": False,  # our own guard, which also honours 5xx and Crawl-delay
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_TIMEOUT": config.timeout_s,
        "DOWNLOAD_MAXSIZE": config.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_DELAY": 0,  # PaceGuard keeps the pace, for all sources on a host together
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
        "CONCURRENT_ITEMS": 1,  # tasks that Scrapy makes for each answer; `Pages` needs none
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "ru,en;q=0.5",
        },
        "DOWNLOADER_MIDDLEWARES": {
            "netmeta.harvest.guards.robots.RobotsGuard": 100,
            "netmeta.harvest.guards.compression.Unpacker": 590,
            "netmeta.harvest.guards.pace.PaceGuard": 850,
            "netmeta.harvest.guards.outcomes.OutcomeCounter": 900,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
            "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
            "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
        },
        "SPIDER_MIDDLEWARES": {
            # What a spider makes of an answer goes through `Pages`, past all of these.
            "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
            "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
            "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
            "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
        },
        "EXTENSIONS": {
            "scrapy.extensions.corestats.CoreStats": None,
            "scrapy.extensions.logcount.LogCount": None,
            "scrapy.extensions.closespider.CloseSpider": None,
            "scrapy.extensions.telnet.TelnetConsole": None,
            "scrapy.extensions.memdebug.MemoryDebugger": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.spiderstate.SpiderState": None,
            "scrapy.extensions.throttle.AutoThrottle": None,
            "scrapy.extensions.remote_control.RemoteControl": None,
        },
        "ITEM_PIPELINES": {"netmeta.harvest.pipeline.SinkPipeline": 100},
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",  # the job counts
        "STATS_DUMP": False,
        "LOG_ENABLED": False,
    }
