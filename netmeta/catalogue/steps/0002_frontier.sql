-- A walk is one harvest of a source from its first request to its last, over as many processes as
-- it takes: what a killed one left is here, and is gone when the walk has come to its end.

CREATE TABLE walks (
    source_id INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    began     TEXT NOT NULL,
    anew      INTEGER NOT NULL CHECK (anew IN (0, 1)),  -- everything is read again (--full)
    notes     TEXT NOT NULL DEFAULT '{}',  -- JSON, what the spider found out about the site
    counts    TEXT NOT NULL DEFAULT '{}'   -- JSON, figures of the processes so far
);

CREATE TABLE frontier (             -- requests of the walk: to be asked, being asked, asked
    source_id   INTEGER NOT NULL REFERENCES walks (source_id) ON DELETE CASCADE,
    id          INTEGER NOT NULL,   -- in the order in which they were found
    fingerprint INTEGER,            -- of what is asked for: nothing is asked for twice in a walk
    state       TEXT NOT NULL CHECK (state IN ('pending', 'leased', 'done')),
    role        TEXT NOT NULL,      -- 'entry', 'listing', 'sitemap', ... as in visits
    priority    INTEGER NOT NULL,   -- the highest goes first
    host        TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,  -- that failed
    not_before  TEXT,               -- the next attempt waits till then
    request     TEXT NOT NULL,      -- JSON {"url", "callback", "meta", "cb_kwargs"}; empty once done
    PRIMARY KEY (source_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX frontier_by_fingerprint ON frontier (source_id, fingerprint);
CREATE INDEX frontier_open ON frontier (source_id, priority DESC, id) WHERE state <> 'done';

CREATE TABLE walk_listings (        -- listings of the walk, to tell traps, and which to watch
    source_id INTEGER NOT NULL REFERENCES walks (source_id) ON DELETE CASCADE,
    root      TEXT NOT NULL,        -- the address that its pages have in common
    id        INTEGER NOT NULL,
    first     TEXT NOT NULL,        -- address of its first page
    pages     INTEGER NOT NULL,     -- that were read
    barren    INTEGER NOT NULL,     -- of the last ones, how many showed nothing new
    PRIMARY KEY (source_id, root)
) WITHOUT ROWID;

CREATE TABLE walk_marks (           -- sets of words that a walk must not hold in memory
    source_id INTEGER NOT NULL REFERENCES walks (source_id) ON DELETE CASCADE,
    mark      TEXT NOT NULL,        -- 'found' (external ids), 'covered', 'same', 'shown 7' (listing)
    value     TEXT NOT NULL,
    means     TEXT NOT NULL DEFAULT '',  -- of 'same': the identity that a key turned out to be
    PRIMARY KEY (source_id, mark, value)
) WITHOUT ROWID;
