-- A small catalogue of the first released schema, as `.dump` writes it; see test_operations.py.
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'netmeta','0001_schema','2026-01-31 07:05:00');
CREATE TABLE attachments (
    record_id  INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    url        TEXT NOT NULL,
    name       TEXT NOT NULL,
    size_bytes INTEGER,
    media_type TEXT,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
CREATE TABLE changes (              -- append-only; index, OAI-PMH and digests each keep a seq
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id INTEGER NOT NULL REFERENCES records (id),
    run_id    INTEGER REFERENCES runs (id),   -- NULL: a person did it, not a harvest
    author    TEXT,                           -- who, if a person did it
    at        TEXT NOT NULL,
    op        TEXT NOT NULL CHECK (op IN ('new', 'changed', 'gone', 'restored', 'forgotten')),
    fields    TEXT NOT NULL DEFAULT '{}'      -- JSON {"title": ["from", "to"], ...}
);
INSERT INTO "changes" VALUES(1,1,1,NULL,'2026-01-31T07:05:00Z','new','{}');
INSERT INTO "changes" VALUES(2,2,1,NULL,'2026-01-31T07:05:00Z','new','{}');
INSERT INTO "changes" VALUES(3,3,1,NULL,'2026-01-31T07:05:00Z','new','{}');
INSERT INTO "changes" VALUES(4,4,1,NULL,'2026-01-31T07:05:00Z','new','{}');
INSERT INTO "changes" VALUES(5,5,1,NULL,'2026-01-31T07:05:00Z','new','{}');
INSERT INTO "changes" VALUES(6,6,1,NULL,'2026-01-31T07:05:00Z','new','{}');
INSERT INTO "changes" VALUES(7,7,1,NULL,'2026-01-31T07:05:00Z','new','{}');
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
INSERT INTO "event_details" VALUES(7,NULL,NULL,NULL,'[]',NULL,NULL,'scheduled');
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
INSERT INTO "event_stages" VALUES(7,0,'submission',NULL,'2026-03-31',NULL,NULL,'Приём работ','до 31 марта 2026');
CREATE TABLE identity (             -- one row: which catalogue this is, for other catalogues
    repository TEXT NOT NULL        -- drawn once; records are `oai:REPOSITORY:ID` to the world
);
INSERT INTO "identity" VALUES('c31102dfe7660.netmeta');
CREATE TABLE kept_values (          -- what a portal stopped showing on all its pages at once: its
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,  -- template moved
    field     TEXT NOT NULL,
    value     TEXT NOT NULL,        -- JSON {"authors": [...]}: laid over what a page says now
    run_id    INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    PRIMARY KEY (record_id, field)
) WITHOUT ROWID;
CREATE TABLE learned (              -- what the page reader knows of a source's template
    source_id INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    template  TEXT NOT NULL         -- JSON: lines that stand on many pages and are no text
);
CREATE TABLE local_mappings (       -- what an administrator taught the vocabularies
    scheme  TEXT NOT NULL,
    raw     TEXT NOT NULL,
    concept TEXT NOT NULL,
    at      TEXT NOT NULL,
    PRIMARY KEY (scheme, raw)
) WITHOUT ROWID;
CREATE TABLE origins (              -- records that came from another catalogue: whence, and by whom
    source_id   INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    external_id TEXT NOT NULL,      -- of the record here: its identifier in the catalogue it came from
    original    TEXT NOT NULL,      -- its identifier where it was first published: the same everywhere
    portal      TEXT NOT NULL,      -- JSON {"name", "title", "url", "external_id"} of the site behind it
    chain       TEXT NOT NULL,      -- JSON, nearest first: [{"base_url", "identifier", "datestamp",
                                    -- "namespace", "harvested", "altered"}]
    PRIMARY KEY (source_id, external_id)
) WITHOUT ROWID;
CREATE TABLE overrides (            -- a curator's edits
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    field     TEXT NOT NULL,        -- a field of the record, or 'hidden'
    value     TEXT NOT NULL,        -- JSON; null clears the field
    author    TEXT NOT NULL,
    at        TEXT NOT NULL,
    PRIMARY KEY (record_id, field)
) WITHOUT ROWID;
CREATE TABLE people (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE       -- as normalised: surname, given name, patronymic
);
INSERT INTO "people" VALUES(1,'Иванова Мария Петровна');
CREATE TABLE record_concepts (      -- the remaining many-valued concepts: level, exam, audience, tag
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    scheme    TEXT NOT NULL,
    concept   TEXT NOT NULL,        -- for scheme 'tag': the portal's own word
    PRIMARY KEY (record_id, scheme, concept)
) WITHOUT ROWID;
INSERT INTO "record_concepts" VALUES(1,'level','basic');
INSERT INTO "record_concepts" VALUES(5,'level','basic');
INSERT INTO "record_concepts" VALUES(4,'level','primary');
CREATE TABLE record_counters (      -- figures a portal shows; they move daily and change nothing
    record_id INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    views     TEXT,
    downloads TEXT,
    comments  TEXT,
    rating    TEXT
);
CREATE TABLE record_grades (
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    grade     INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 11),  -- 0 is preschool
    PRIMARY KEY (record_id, grade)
) WITHOUT ROWID;
INSERT INTO "record_grades" VALUES(4,3);
INSERT INTO "record_grades" VALUES(1,5);
INSERT INTO "record_grades" VALUES(5,6);
CREATE TABLE record_misses (        -- complete harvests in a row that did not see a record
    record_id INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    misses    INTEGER NOT NULL
);
CREATE TABLE record_people (
    record_id    INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL,
    person_id    INTEGER NOT NULL REFERENCES people (id),
    role         TEXT,
    organisation TEXT,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
INSERT INTO "record_people" VALUES(1,0,1,NULL,NULL);
INSERT INTO "record_people" VALUES(2,0,1,NULL,NULL);
INSERT INTO "record_people" VALUES(3,0,1,NULL,NULL);
INSERT INTO "record_people" VALUES(4,0,1,NULL,NULL);
INSERT INTO "record_people" VALUES(5,0,1,NULL,NULL);
INSERT INTO "record_people" VALUES(6,0,1,NULL,NULL);
CREATE TABLE record_problems (      -- odd values, as data
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    field     TEXT NOT NULL,
    code      TEXT NOT NULL,
    value     TEXT NOT NULL,
    PRIMARY KEY (record_id, position)
) WITHOUT ROWID;
CREATE TABLE record_subjects (
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    subject   TEXT NOT NULL,
    PRIMARY KEY (record_id, subject)
) WITHOUT ROWID;
INSERT INTO "record_subjects" VALUES(5,'biology');
INSERT INTO "record_subjects" VALUES(1,'mathematics');
INSERT INTO "record_subjects" VALUES(2,'mathematics');
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
INSERT INTO "record_texts" VALUES(1,NULL,'Конспект урока. Обыкновенные дроби, 5 класс. Ход занятия описан подробно.',NULL,NULL,'{"source":"school","url":"https://school.example/1","title":"Обыкновенные дроби, 5 класс","external_id":"n1","body":"Конспект урока. Обыкновенные дроби, 5 класс. Ход занятия описан подробно.","authors":["Иванова Мария Петровна"],"published":"20 января 2026","subject":["Математика"]}','2026-01-31T07:05:00Z','{"mapped":[{"scheme":"subject","concept":"mathematics","raw":"Математика","where":"subject"},{"scheme":"grade","concept":"5","raw":"5 класс","where":"title"}],"unmapped":[],"problems":[]}');
INSERT INTO "record_texts" VALUES(2,NULL,'Конспект урока. Сложение дробей с разными знаменателями. Ход занятия описан подробно.',NULL,NULL,'{"source":"school","url":"https://school.example/2","title":"Сложение дробей с разными знаменателями","external_id":"n2","body":"Конспект урока. Сложение дробей с разными знаменателями. Ход занятия описан подробно.","authors":["Иванова Мария Петровна"],"published":"20 января 2026","subject":["Математика"]}','2026-01-31T07:05:00Z','{"mapped":[{"scheme":"subject","concept":"mathematics","raw":"Математика","where":"subject"}],"unmapped":[],"problems":[]}');
INSERT INTO "record_texts" VALUES(3,NULL,'Конспект урока. Правописание корней с чередованием. Ход занятия описан подробно.',NULL,NULL,'{"source":"school","url":"https://school.example/3","title":"Правописание корней с чередованием","external_id":"n3","body":"Конспект урока. Правописание корней с чередованием. Ход занятия описан подробно.","authors":["Иванова Мария Петровна"],"published":"20 января 2026"}','2026-01-31T07:05:00Z','{"mapped":[],"unmapped":[],"problems":[]}');
INSERT INTO "record_texts" VALUES(4,NULL,'Конспект урока. Имя существительное, 3 класс. Ход занятия описан подробно.',NULL,NULL,'{"source":"school","url":"https://school.example/4","title":"Имя существительное, 3 класс","external_id":"n4","body":"Конспект урока. Имя существительное, 3 класс. Ход занятия описан подробно.","authors":["Иванова Мария Петровна"],"published":"20 января 2026"}','2026-01-31T07:05:00Z','{"mapped":[{"scheme":"grade","concept":"3","raw":"3 класс","where":"title"}],"unmapped":[],"problems":[]}');
INSERT INTO "record_texts" VALUES(5,NULL,'Конспект урока. Фотосинтез: урок биологии в 6 классе. Ход занятия описан подробно.',NULL,NULL,'{"source":"school","url":"https://school.example/5","title":"Фотосинтез: урок биологии в 6 классе","external_id":"n5","body":"Конспект урока. Фотосинтез: урок биологии в 6 классе. Ход занятия описан подробно.","authors":["Иванова Мария Петровна"],"published":"20 января 2026"}','2026-01-31T07:05:00Z','{"mapped":[{"scheme":"material-type","concept":"lesson-plan","raw":"урок","where":"title"},{"scheme":"subject","concept":"biology","raw":"биологии","where":"title"},{"scheme":"grade","concept":"6","raw":"6 классе","where":"title"}],"unmapped":[],"problems":[]}');
INSERT INTO "record_texts" VALUES(6,NULL,'Конспект урока. Закон Ома для участка цепи. Ход занятия описан подробно.',NULL,NULL,'{"source":"school","url":"https://school.example/6","title":"Закон Ома для участка цепи","external_id":"n6","body":"Конспект урока. Закон Ома для участка цепи. Ход занятия описан подробно.","authors":["Иванова Мария Петровна"],"published":"20 января 2026"}','2026-01-31T07:05:00Z','{"mapped":[],"unmapped":[],"problems":[]}');
INSERT INTO "record_texts" VALUES(7,NULL,NULL,NULL,NULL,'{"source":"school","url":"https://school.example/e1","title":"Конкурс «Учитель года»","external_id":"e1","kind":"event","published":"20 января 2026","type":["Конкурс"],"dates":{"Приём работ":"до 31 марта 2026"}}','2026-01-31T07:05:00Z','{"mapped":[{"scheme":"event-type","concept":"contest","raw":"Конкурс","where":"type"}],"unmapped":[],"problems":[]}');
CREATE TABLE record_unmapped (      -- raw values for which no concept was found
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    scheme    TEXT NOT NULL,
    raw       TEXT NOT NULL,
    PRIMARY KEY (record_id, scheme, raw)
) WITHOUT ROWID;
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
INSERT INTO "records" VALUES(1,1,'n1','material','https://school.example/1','Обыкновенные дроби, 5 класс',NULL,'ru','2026-01-20',NULL,2026,NULL,'unknown',NULL,'3acfa5be7be74509b3fb1f753a45c6c7','7d5ddfbc1fbef73a430e67d7f845e712','2026-01-31T07:05:00Z','2026-01-31','2026-01-31T07:05:00Z',NULL,0);
INSERT INTO "records" VALUES(2,1,'n2','material','https://school.example/2','Сложение дробей с разными знаменателями',NULL,'ru','2026-01-20',NULL,2026,NULL,'unknown',NULL,'70138af2f35c15dc97b6226e4330d1a7','26daf6a21e55901a114d9e2b063e97a8','2026-01-31T07:05:00Z','2026-01-31','2026-01-31T07:05:00Z',NULL,0);
INSERT INTO "records" VALUES(3,1,'n3','material','https://school.example/3','Правописание корней с чередованием',NULL,'ru','2026-01-20',NULL,2026,NULL,'unknown',NULL,'169251cc363cfe9c18f376f4be650dcb','5787476b09ad7b7bc6a8463fb9e2b8c8','2026-01-31T07:05:00Z','2026-01-31','2026-01-31T07:05:00Z',NULL,0);
INSERT INTO "records" VALUES(4,1,'n4','material','https://school.example/4','Имя существительное, 3 класс',NULL,'ru','2026-01-20',NULL,2026,NULL,'unknown',NULL,'aa3adf36cd2f972f3079331453343ca7','e4f190770c37386969221cb9a12c2b3f','2026-01-31T07:05:00Z','2026-01-31','2026-01-31T07:05:00Z',NULL,0);
INSERT INTO "records" VALUES(5,1,'n5','material','https://school.example/5','Фотосинтез: урок биологии в 6 классе','lesson-plan','ru','2026-01-20',NULL,2026,NULL,'unknown',NULL,'23cf1c9476b72d8e5894249cc2bbbc28','977e7b5e7a4e7f35ca265d2af0980a3f','2026-01-31T07:05:00Z','2026-01-31','2026-01-31T07:05:00Z',NULL,0);
INSERT INTO "records" VALUES(6,1,'n6','material','https://school.example/6','Закон Ома для участка цепи',NULL,'ru','2026-01-20',NULL,2026,NULL,'unknown',NULL,'67a6255b0c343b18dbfd9f5dd2c00819','5e201444d908a6989fdb1ecf91ec8e38','2026-01-31T07:05:00Z','2026-01-31','2026-01-31T07:05:00Z',NULL,0);
INSERT INTO "records" VALUES(7,1,'e1','event','https://school.example/e1','Конкурс «Учитель года»','contest','ru','2026-01-20',NULL,2026,NULL,'unknown','2026-03-31','60819cb465a0e72fcbd2787332c0e7f7','18bfd663d455e520d653c95d3abdab35','2026-01-31T07:05:00Z','2026-01-31','2026-01-31T07:05:00Z',NULL,0);
CREATE TABLE rejects (              -- what could not become a record at all: kept, not dropped
    id     INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES runs (id) ON DELETE CASCADE,  -- NULL: not even its source is known
    at     TEXT NOT NULL,
    place  TEXT NOT NULL,           -- "items.jsonl:17", or the address
    reason TEXT NOT NULL,
    raw    TEXT NOT NULL            -- the first 2,000 characters of what was read
);
CREATE TABLE run_fields (           -- how often each field was filled in a run: drift shows here
    run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    field  TEXT NOT NULL,
    kind   TEXT NOT NULL DEFAULT '',  -- of the records: contests and lesson plans differ
    filled INTEGER NOT NULL,        -- records of the run in which the field was not empty
    total  INTEGER NOT NULL,        -- records of the run
    PRIMARY KEY (run_id, field, kind)
) WITHOUT ROWID;
INSERT INTO "run_fields" VALUES(1,'attachments','event',0,1);
INSERT INTO "run_fields" VALUES(1,'attachments','material',0,6);
INSERT INTO "run_fields" VALUES(1,'authors','event',0,1);
INSERT INTO "run_fields" VALUES(1,'authors','material',6,6);
INSERT INTO "run_fields" VALUES(1,'body','event',0,1);
INSERT INTO "run_fields" VALUES(1,'body','material',6,6);
INSERT INTO "run_fields" VALUES(1,'grades','event',0,1);
INSERT INTO "run_fields" VALUES(1,'grades','material',3,6);
INSERT INTO "run_fields" VALUES(1,'image','event',0,1);
INSERT INTO "run_fields" VALUES(1,'image','material',0,6);
INSERT INTO "run_fields" VALUES(1,'licence','event',0,1);
INSERT INTO "run_fields" VALUES(1,'licence','material',0,6);
INSERT INTO "run_fields" VALUES(1,'published','event',1,1);
INSERT INTO "run_fields" VALUES(1,'published','material',6,6);
INSERT INTO "run_fields" VALUES(1,'stages','event',1,1);
INSERT INTO "run_fields" VALUES(1,'stages','material',0,6);
INSERT INTO "run_fields" VALUES(1,'subjects','event',0,1);
INSERT INTO "run_fields" VALUES(1,'subjects','material',3,6);
INSERT INTO "run_fields" VALUES(1,'summary','event',0,1);
INSERT INTO "run_fields" VALUES(1,'summary','material',0,6);
INSERT INTO "run_fields" VALUES(1,'type','event',1,1);
INSERT INTO "run_fields" VALUES(1,'type','material',1,6);
CREATE TABLE run_problems (         -- problems by field and code, counted over a run
    run_id  INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    field   TEXT NOT NULL,
    code    TEXT NOT NULL,
    count   INTEGER NOT NULL,
    example TEXT,                   -- one offending value, with the record's address
    PRIMARY KEY (run_id, field, code)
) WITHOUT ROWID;
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
INSERT INTO "runs" VALUES(1,1,'2026-01-31T07:05:00Z','2026-01-31T07:05:00Z','ok',NULL,'{"new":7,"items":7}');
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
INSERT INTO "sources" VALUES(1,'school','feed','https://school.example/rss','Школа № 5','feed',NULL,'ru','Europe/Moscow',NULL,'{}',0,'2026-01-31T07:05:00Z');
CREATE TABLE suppressions (         -- removal requests, kept for good
    id     INTEGER PRIMARY KEY,
    kind   TEXT NOT NULL CHECK (kind IN ('url', 'record', 'person')),
    value  TEXT NOT NULL,           -- canonical address; "source external-id"; the person's name
    reason TEXT NOT NULL DEFAULT '',
    at     TEXT NOT NULL,
    UNIQUE (kind, value)
);
INSERT INTO "suppressions" VALUES(1,'url','https://school.example/99','','2026-01-31T07:05:00Z');
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
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX runs_by_source ON runs (source_id, id);
CREATE INDEX rejects_by_run ON rejects (run_id);
CREATE INDEX visits_by_key ON visits (source_id, key) WHERE key <> '';
CREATE INDEX visits_by_role ON visits (source_id, role);
CREATE INDEX origins_by_original ON origins (original);
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
CREATE INDEX record_subjects_by_subject ON record_subjects (subject, record_id);
CREATE INDEX record_grades_by_grade ON record_grades (grade, record_id);
CREATE INDEX record_concepts_by_concept ON record_concepts (scheme, concept, record_id);
CREATE INDEX record_people_by_person ON record_people (person_id, record_id);
CREATE INDEX event_stages_by_end ON event_stages ("end");
CREATE INDEX changes_by_record ON changes (record_id, seq);
CREATE INDEX changes_by_run ON changes (run_id);
CREATE INDEX record_problems_by_code ON record_problems (field, code);
CREATE INDEX record_unmapped_by_raw ON record_unmapped (scheme, raw);
CREATE VIEW unmapped AS             -- the queue an administrator works through
SELECT u.scheme, u.raw, count(*) AS records,
       group_concat(DISTINCT s.name) AS sources, min(r.url) AS example
FROM record_unmapped u
JOIN records r ON r.id = u.record_id
JOIN sources s ON s.id = r.source_id
WHERE r.gone_at IS NULL
GROUP BY u.scheme, u.raw;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('changes',7);
COMMIT;
PRAGMA application_id = 1852666977;
