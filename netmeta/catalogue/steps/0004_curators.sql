-- What curators make beside corrections of records: collections; what readers tell them.

CREATE TABLE collections (          -- «подборки»: records that a curator put together for a purpose
    id          INTEGER PRIMARY KEY,
    slug        TEXT NOT NULL UNIQUE,     -- of the first title; stays when the title changes
    title       TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    author      TEXT NOT NULL,            -- who made it
    created_at  TEXT NOT NULL,
    changed_at  TEXT NOT NULL             -- of the collection or of its list, for feeds
);

CREATE TABLE collection_records (
    collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
    record_id     INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL,       -- order on the page; feeds go by added_at
    note          TEXT NOT NULL DEFAULT '',
    author        TEXT NOT NULL,
    added_at      TEXT NOT NULL,
    PRIMARY KEY (collection_id, record_id)
) WITHOUT ROWID;
CREATE INDEX collection_records_by_record ON collection_records (record_id);

CREATE TABLE reports (              -- «сообщить о проблеме»: nothing here tells who wrote it
    id        INTEGER PRIMARY KEY,
    record_id INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    kind      TEXT NOT NULL
              CHECK (kind IN ('link', 'description', 'subject', 'copy', 'rights', 'other')),
    words     TEXT NOT NULL DEFAULT '',
    at        TEXT NOT NULL,
    solved_at TEXT,
    solved_by TEXT
);
CREATE INDEX reports_open ON reports (record_id) WHERE solved_at IS NULL;

CREATE TABLE acts (                 -- append-only: what curators did that changes no record, and so
    id        INTEGER PRIMARY KEY,  -- is no row of `changes`, which index and OAI-PMH follow
    at        TEXT NOT NULL,
    author    TEXT NOT NULL,
    deed      TEXT NOT NULL
              CHECK (deed IN ('collection made', 'collection changed', 'collection removed',
                              'record collected', 'record uncollected', 'words mapped',
                              'words untaught', 'report solved')),
    record_id INTEGER REFERENCES records (id),
    what      TEXT NOT NULL         -- the collection's slug; the words and their concept
);

-- Hidden records are left out of every table that strangers read.
CREATE INDEX records_hidden ON records (id) WHERE hidden = 1;
DROP VIEW unmapped;
CREATE VIEW unmapped AS             -- the queue an administrator works through
SELECT u.scheme, u.raw, count(*) AS records,
       group_concat(DISTINCT s.name) AS sources, min(r.url) AS example
FROM record_unmapped u
JOIN records r ON r.id = u.record_id
JOIN sources s ON s.id = r.source_id
WHERE r.gone_at IS NULL AND r.hidden = 0
GROUP BY u.scheme, u.raw;

-- The newest edits by people are looked up among all changes by harvests.
CREATE INDEX changes_by_author ON changes (seq) WHERE author IS NOT NULL;
