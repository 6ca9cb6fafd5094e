"""The Scrapy side: base spiders, families, guards, and the crawl that runs them.

job          HarvestJob: one source in one run, its counters and where its items go
spider       SourceSpider: what every spider shares
one_address  OneAddressSpider: a source that is one document, asked for conditionally
feed         FeedSpider; feed_entries turns a feed's bytes into items
site         SiteSpider: a whole site, from sitemaps, feeds and listings; its parts are
             site_reader (addresses and pages, without network), walk (what was asked, and traps),
             memory (what earlier harvests know), echoes (feeds that repeat listings), sitemaps,
             pagers, selectors
families/    what each engine's addresses mean and its entry pages say
labels       labelled lines of a page
hosts        how fast each host may be asked
guards/      downloader middlewares, a file each
settings     Scrapy's settings, and why each differs from the default
crawl        runs many sources in one event loop
registry     finds spiders through the entry-point group netmeta.spiders
"""
