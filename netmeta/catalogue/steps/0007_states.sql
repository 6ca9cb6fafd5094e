-- What was told to people about each source, so that each change of state is told once.

CREATE TABLE source_states (
    source_id INTEGER PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    state     TEXT NOT NULL,        -- as last judged: 'ok', 'empty', 'drifted', ...
    since     TEXT NOT NULL,        -- when it was first judged so
    told      TEXT NOT NULL DEFAULT 'ok'  -- the state that people were last told of
);
