-- The calls of one month: what happened, step by step, and the SIP messages. Rows are only added.
-- All times are milliseconds; `*_at` since 1970 in UTC, `offset` since the call began.

CREATE TABLE calls (
    id             INTEGER PRIMARY KEY,
    started_at     INTEGER NOT NULL,
    answered_at    INTEGER,
    ended_at       INTEGER NOT NULL,
    from_person    INTEGER,
    from_number    TEXT    NOT NULL,
    from_name      TEXT    NOT NULL,
    to_person      INTEGER,
    to_number      TEXT    NOT NULL,
    to_name        TEXT    NOT NULL,
    outcome        TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    hung_up_by     TEXT    NOT NULL,
    media_path     TEXT    NOT NULL,
    codec          TEXT    NOT NULL,
    trace_left_out INTEGER NOT NULL
) STRICT;

CREATE INDEX calls_by_time ON calls (started_at, id);

-- The numbers and the words of the names, found by how they begin; the rowid is the call.
CREATE VIRTUAL TABLE call_words USING fts5 (
    words, content = '', prefix = '2 3 4',
    tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE call_events (
    call     INTEGER NOT NULL REFERENCES calls,
    position INTEGER NOT NULL,
    offset   INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    detail   TEXT    NOT NULL,
    PRIMARY KEY (call, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE sip_trace (
    call      INTEGER NOT NULL REFERENCES calls,
    position  INTEGER NOT NULL,
    offset    INTEGER NOT NULL,
    direction TEXT    NOT NULL CHECK (direction IN ('in', 'out')),
    leg       INTEGER NOT NULL,
    flow      TEXT    NOT NULL,
    message   BLOB    NOT NULL,
    PRIMARY KEY (call, position)
) STRICT;
