-- Whether the address of a record still answers. Harvests see what a portal lists; this asks for what
-- it no longer lists, too, rarely and politely.

CREATE TABLE link_checks (
    record_id       INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    url             TEXT NOT NULL,      -- that was asked; another address begins anew
    checked_at      TEXT NOT NULL,
    status          TEXT NOT NULL,      -- 'ok', or why not: 'HTTP 404', 'no such host', 'timeout'
    failures        INTEGER NOT NULL DEFAULT 0,  -- in a row
    first_failed_at TEXT,               -- the first of them
    dead            INTEGER NOT NULL DEFAULT 0 CHECK (dead IN (0, 1))  -- left out of search
);
CREATE INDEX link_checks_by_time ON link_checks (checked_at);
CREATE INDEX link_checks_dead ON link_checks (record_id) WHERE dead = 1;
