-- When sources are harvested, and what was asked of the worker.
--
-- This is netmeta's own part: what is due, why, and what became of it. The engine that runs jobs
-- durably keeps its own tables elsewhere (`<db>.jobs.db`, or PostgreSQL) and may lose them: what is
-- open here is handed to it again.

CREATE TABLE schedules (            -- a source without a row is 'auto' and due at once
    source_id     INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    mode          TEXT NOT NULL DEFAULT 'auto' CHECK (mode IN ('auto', 'every', 'cron')),
    every_s       INTEGER CHECK (every_s >= 60),
    cron          TEXT,             -- five fields, in the local zone of the worker
    next_check_at TEXT,             -- moved on before anything is fetched; NULL: at once
    planned_at    TEXT,             -- when that was decided: later than now, the clock went back
    why           TEXT NOT NULL DEFAULT '[]',  -- JSON [["rate", {"n": 3.5}], ...]: why then
    failures      INTEGER NOT NULL DEFAULT 0   -- harvests in a row that failed
);

CREATE TABLE advice (               -- what a source itself says about being asked again
    source_id  INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    wait_s     INTEGER NOT NULL DEFAULT 0,     -- seconds between two visits: <ttl>, max-age
    said_by    TEXT NOT NULL DEFAULT '',       -- which of them: 'ttl', 'max-age'
    not_before TEXT,                           -- from Retry-After
    skip_hours TEXT NOT NULL DEFAULT '[]',     -- JSON list of hours 0-23, UTC (RSS skipHours)
    skip_days  TEXT NOT NULL DEFAULT '[]'      -- JSON list of days 0-6, Monday first, UTC
);

CREATE TABLE jobs (                 -- what the worker was asked for: queue and history in one
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,      -- 'harvest', or one of the worker's chores: 'index', 'links', ...
    source_id   INTEGER REFERENCES sources (id) ON DELETE CASCADE,  -- of a harvest
    asked_by    TEXT NOT NULL CHECK (asked_by IN ('schedule', 'trigger', 'harvest')),
    options     TEXT NOT NULL DEFAULT '{}',  -- JSON: full, limit, force
    why         TEXT NOT NULL DEFAULT '[]',  -- JSON, as in `schedules`
    asked_at    TEXT NOT NULL,
    handed_at   TEXT,               -- given to the engine that runs jobs
    handovers   INTEGER NOT NULL DEFAULT 0,  -- how often: part of the engine's name of the job
    started_at  TEXT,
    attempts    INTEGER NOT NULL DEFAULT 0,  -- starts: more than one after a crash
    after_run   INTEGER,            -- newest run of the source before this job: what follows is its
    progress    TEXT NOT NULL DEFAULT '{}',  -- JSON {"items": 12, "pages": 30} while it runs
    finished_at TEXT,
    status      TEXT,               -- of the run; 'ok' or 'failed' of a chore
    result      TEXT                -- JSON: what the job gave; for people: {"reason": ...}
);
-- One open job of a source or chore: no source is ever harvested twice at the same time, and what
-- was asked for several times while nobody worked is done once.
CREATE UNIQUE INDEX jobs_open ON jobs (kind, coalesce(source_id, 0)) WHERE finished_at IS NULL;
CREATE INDEX jobs_by_source ON jobs (source_id, id);
CREATE INDEX jobs_by_kind ON jobs (kind, id);
