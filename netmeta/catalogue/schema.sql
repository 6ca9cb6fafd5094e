-- The catalogue, version 1.
--
-- One SQLite file, WAL, one writing process. Times are UTC text "2026-01-31T07:05:00Z", days are
-- "2026-01-31" in the source's own zone. Concept columns hold ids of netmeta/vocabularies.
-- Rows that every facet scans (`records`) stay narrow; long text lives in `record_texts`, because
-- wide rows made each facet four times slower (design figures).

-- --- where things come from -------------------------------------------------------------------

CREATE TABLE sources (              -- a portal, a feed, or a file that was imported
    id        INTEGER PRIMARY KEY,
    name      TEXT NOT NULL UNIQUE, -- slug used on the command line: pedsovet-su
    kind      TEXT NOT NULL
              CHECK (kind IN ('site', 'sitemap', 'feed', 'calendar', 'folder', 'oai', 'jsonl')),
    url       TEXT NOT NULL,        -- where harvesting starts
    title     TEXT NOT NULL,
    spider    TEXT,                 -- entry point of the group netmeta.spiders; NULL for files
    homepage  TEXT,
    language  TEXT NOT NULL DEFAULT 'ru',
    timezone  TEXT NOT NULL DEFAULT 'Europe/Moscow',
    licence   TEXT,                 -- licence the portal states for everything on it, if any
    options   TEXT NOT NULL DEFAULT '{}',  -- JSON, settings of this source's spider
    paused    INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1)),
    added_at  TEXT NOT NULL
);

CREATE TABLE runs (                 -- ledger: one row for each harvest or import of one source
    id          INTEGER PRIMARY KEY,
    source_id   INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    started_at  TEXT NOT NULL,
    finished_at TEXT,               -- NULL while running, or for ever after a crash
    status      TEXT NOT NULL DEFAULT 'running'
                CHECK (status IN ('running', 'ok', 'degraded', 'failed', 'interrupted')),
    reason      TEXT,               -- why not ok, for people
    counts      TEXT NOT NULL DEFAULT '{}'  -- JSON {"new": 12, "unchanged": 3, "requests": 40, ...}
);
CREATE INDEX runs_by_source ON runs (source_id, id);

CREATE TABLE run_fields (           -- how often each field was filled in a run: drift shows here
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    field  TEXT NOT NULL,
    kind   TEXT NOT NULL DEFAULT '',  -- of the records: contests and lesson plans differ
    filled INTEGER NOT NULL,        -- records of the run in which the field was not empty
    total  INTEGER NOT NULL,        -- records of the run
    PRIMARY KEY (run_id, field, kind)
) WITHOUT ROWID;

CREATE TABLE run_problems (         -- problems by field and code, counted over a run
    run_id  INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    field   TEXT NOT NULL,
    code    TEXT NOT NULL,
    count   INTEGER NOT NULL,
    example TEXT,                   -- one offending value, with the record's address
    PRIMARY KEY (run_id, field, code)
) WITHOUT ROWID;

CREATE TABLE rejects (              -- what could not become a record at all: kept, not dropped
    id     INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs (id) ON DELETE CASCADE,  -- NULL: not even its source is known
    at     TEXT NOT NULL,
    place  TEXT NOT NULL,           -- "items.jsonl:17", or the address
    reason TEXT NOT NULL,
    raw    TEXT NOT NULL            -- the first 2,000 characters of what was read
);
CREATE INDEX rejects_by_run ON rejects (run_id);

CREATE TABLE visits (               -- what was fetched of a source: the next harvest asks for the rest
    source_id     INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    url           TEXT NOT NULL,    -- as it was asked for
    role          TEXT NOT NULL     -- 'owed': an entry that was found and could not be read yet
                  CHECK (role IN ('entry', 'owed', 'listing', 'feed', 'sitemap', 'page')),
    key           TEXT NOT NULL DEFAULT '',  -- identity of an entry in the addresses of its site
    etag          TEXT,             -- what the server told us to send back in a conditional GET
    last_modified TEXT,
    body_hash     TEXT,             -- for servers that tell neither
    lastmod       TEXT NOT NULL DEFAULT '',  -- the sitemap's word when the page was last read
    watched       INTEGER NOT NULL DEFAULT 0 CHECK (watched IN (0, 1)), -- asked for at every harvest
    day           TEXT NOT NULL,
    PRIMARY KEY (source_id, url)
) WITHOUT ROWID;
CREATE INDEX visits_by_key ON visits (source_id, key) WHERE key <> '';
CREATE INDEX visits_by_role ON visits (source_id, role);

CREATE TABLE learned (              -- what the page reader knows of a source's template
    source_id INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    template  TEXT NOT NULL         -- JSON: lines that stand on many pages and are no text
);

CREATE TABLE identity (             -- one row: which catalogue this is, for other catalogues
    repository TEXT NOT NULL        -- drawn once; records are `oai:REPOSITORY:ID` to the world
);
INSERT INTO identity (repository) VALUES ('c' || lower(hex(randomblob(6))) || '.netmeta');

CREATE TABLE origins (              -- records that came from another catalogue: whence, and by whom
    source_id   INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL,      -- of the record here: its identifier in the catalogue it came from
    original    TEXT NOT NULL,      -- its identifier where it was first published: the same everywhere
    portal      TEXT NOT NULL,      -- JSON {"name", "title", "url", "external_id"} of the site behind it
    chain       TEXT NOT NULL,      -- JSON, nearest first: [{"base_url", "identifier", "datestamp",
                                    -- "namespace", "harvested", "altered"}]
    PRIMARY KEY (source_id, external_id)
) WITHOUT ROWID;
CREATE INDEX origins_by_original ON origins (original);

-- --- what was found ---------------------------------------------------------------------------

CREATE TABLE records (
    id           INTEGER PRIMARY KEY,   -- never reused: forgotten records keep an empty row
    source_id    INTEGER NOT NULL REFERENCES sources (id),
    external_id  TEXT NOT NULL,         -- identity within the source; never title, date or status
    kind         TEXT NOT NULL CHECK (kind IN ('material', 'event', 'news', 'course')),
    url          TEXT NOT NULL,         -- canonical
    title        TEXT NOT NULL,
    type         TEXT,                  -- concept: material, event or course type
    language     TEXT,
    published    TEXT,                  -- day
    published_at TEXT,                  -- instant, if the portal gave a time
    year         INTEGER,               -- of `published`; here because facets want a narrow column
    licence      TEXT,
    certificate  TEXT NOT NULL DEFAULT 'unknown'
                 CHECK (certificate IN ('free', 'paid', 'none', 'unknown')),
    deadline     TEXT,                  -- last day to register or send works, from the stages
    content_hash TEXT NOT NULL,         -- equal for exact copies of one work
    digest       TEXT NOT NULL,         -- of everything normalised: equal means nothing to write
    first_seen   TEXT NOT NULL,
    last_seen    TEXT NOT NULL,         -- day, so that a second harvest of a day writes nothing
    last_changed TEXT NOT NULL,
    gone_at      TEXT,                  -- the portal no longer has it (or a removal was asked for)
    hidden       INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),  -- by a curator
    UNIQUE (source_id, external_id)
);
CREATE INDEX records_by_kind ON records (kind, published);
CREATE INDEX records_by_type ON records (type);
CREATE INDEX records_by_year ON records (year);
CREATE INDEX records_by_published ON records (published);
CREATE INDEX records_by_deadline ON records (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX records_by_last_changed ON records (last_changed);
CREATE INDEX records_by_first_seen ON records (first_seen);
CREATE INDEX records_by_content_hash ON records (content_hash);
CREATE INDEX records_by_url ON records (url);
CREATE INDEX records_by_licence ON records (licence);
CREATE INDEX records_by_certificate ON records (certificate);

CREATE TABLE record_texts (         -- the wide columns
    record_id INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    summary   TEXT,
    body      TEXT,
    organisation TEXT,              -- school or body behind the work, in the portal's words
    image     TEXT,
    raw       TEXT NOT NULL,        -- the item as JSON: the portal's own words
    raw_at    TEXT NOT NULL,        -- when these words were first read: «вчера» counts from here
    explained TEXT NOT NULL         -- JSON: which raw words gave which concept, and the problems
);

CREATE TABLE record_counters (      -- figures a portal shows; they move daily and change nothing
    record_id INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    views     TEXT,
    downloads TEXT,
    comments  TEXT,
    rating    TEXT
);

CREATE TABLE kept_values (          -- what a portal stopped showing on all its pages at once: its
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,  -- template moved
    field     TEXT NOT NULL,
    value     TEXT NOT NULL,        -- JSON {"authors": [...]}: laid over what a page says now
    run_id    INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    PRIMARY KEY (record_id, field)
) WITHOUT ROWID;

CREATE TABLE record_misses (        -- complete harvests in a row that did not see a record
    record_id INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    misses    INTEGER NOT NULL
);

CREATE TABLE record_subjects (
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    subject   TEXT NOT NULL,
    PRIMARY KEY (record_id, subject)
) WITHOUT ROWID;
CREATE INDEX record_subjects_by_subject ON record_subjects (subject, record_id);

CREATE TABLE record_grades (
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    grade     INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 11),  -- 0 is preschool
    PRIMARY KEY (record_id, grade)
) WITHOUT ROWID;
CREATE INDEX record_grades_by_grade ON record_grades (grade, record_id);

CREATE TABLE record_concepts (      -- the remaining many-valued concepts: level, exam, audience, tag
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    scheme    TEXT NOT NULL,
    concept   TEXT NOT NULL,        -- for scheme 'tag': the portal's own word
    PRIMARY KEY (record_id, scheme, concept)
) WITHOUT ROWID;
CREATE INDEX record_concepts_by_concept ON record_concepts (scheme, concept, record_id);

CREATE TABLE people (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE       -- as normalised: surname, given name, patronymic
);

CREATE TABLE record_people (
    record_id    INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    person_id    INTEGER NOT NULL REFERENCES people (id),
    role         TEXT,
    organisation TEXT,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
CREATE INDEX record_people_by_person ON record_people (person_id, record_id);

CREATE TABLE attachments (
    record_id  INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    url        TEXT NOT NULL,
    name       TEXT NOT NULL,
    size_bytes INTEGER,
    media_type TEXT,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;

CREATE TABLE event_details (        -- for records of kind event or course
    record_id    INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    place        TEXT,
    online       INTEGER CHECK (online IN (0, 1)),
    organiser    TEXT,
    nominations  TEXT NOT NULL DEFAULT '[]',  -- JSON list
    fee          TEXT,
    certificate_price TEXT,
    status       TEXT CHECK (status IN ('scheduled', 'moved', 'cancelled', 'over'))
);

CREATE TABLE event_stages (         -- one start and one end are not enough for a contest
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    kind      TEXT NOT NULL
              CHECK (kind IN ('registration', 'submission', 'held', 'voting', 'results', 'other')),
    start     TEXT,                 -- days, inclusive; an open end is NULL
    "end"     TEXT,
    start_at  TEXT,                 -- instants, where the portal gave a time
    end_at    TEXT,
    label     TEXT NOT NULL,        -- the portal's words: "Приём работ"
    text      TEXT NOT NULL,        --                     "до 31 марта"
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
CREATE INDEX event_stages_by_end ON event_stages ("end");

-- --- what happened ----------------------------------------------------------------------------

CREATE TABLE changes (              -- append-only; index, OAI-PMH and digests each keep a seq
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id INTEGER NOT NULL REFERENCES records (id),
    run_id    INTEGER REFERENCES runs (id),   -- NULL: a person did it, not a harvest
    author    TEXT,                           -- who, if a person did it
    at        TEXT NOT NULL,
    op        TEXT NOT NULL CHECK (op IN ('new', 'changed', 'gone', 'restored', 'forgotten')),
    fields    TEXT NOT NULL DEFAULT '{}'      -- JSON {"title": ["from", "to"], ...}
);
CREATE INDEX changes_by_record ON changes (record_id, seq);
CREATE INDEX changes_by_run ON changes (run_id);

CREATE TABLE record_problems (      -- odd values, as data
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    field     TEXT NOT NULL,
    code      TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
CREATE INDEX record_problems_by_code ON record_problems (field, code);

CREATE TABLE record_unmapped (      -- raw values for which no concept was found
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    scheme    TEXT NOT NULL,
    raw       TEXT NOT NULL,
    PRIMARY KEY (record_id, scheme, raw)
) WITHOUT ROWID;
CREATE INDEX record_unmapped_by_raw ON record_unmapped (scheme, raw);

CREATE VIEW unmapped AS             -- the queue an administrator works through
SELECT u.scheme, u.raw, count(*) AS records,
       group_concat(DISTINCT s.name) AS sources, min(r.url) AS example
FROM record_unmapped u
JOIN records r ON r.id = u.record_id
JOIN sources s ON s.id = r.source_id
WHERE r.gone_at IS NULL
GROUP BY u.scheme, u.raw;

-- --- what people decided: survives every harvest ----------------------------------------------

CREATE TABLE overrides (            -- a curator's edits
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    field     TEXT NOT NULL,        -- a field of the record, or 'hidden'
    value     TEXT NOT NULL,        -- JSON; null clears the field
    author    TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (record_id, field)
) WITHOUT ROWID;

CREATE TABLE suppressions (         -- removal requests, kept for good
    id     INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL CHECK (kind IN ('url', 'record', 'person')),
    value  TEXT NOT NULL,           -- canonical address; "source external-id"; the person's name
    reason TEXT NOT NULL DEFAULT '',
    at     TEXT NOT NULL,
    UNIQUE (kind, value)
);

CREATE TABLE local_mappings (       -- what an administrator taught the vocabularies
    scheme  TEXT NOT NULL,
    raw     TEXT NOT NULL,
    concept TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (scheme, raw)
) WITHOUT ROWID;
