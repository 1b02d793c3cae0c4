-- What happens to a call: flows, the hours they go by, and what they ask. Documents are JSON. All times
-- are milliseconds since 1970 in UTC.

-- Extensions may lead to a flow.
CREATE TABLE extensions_new (
    number         TEXT    PRIMARY KEY,
    revision       INTEGER NOT NULL DEFAULT 1,
    dest_kind      TEXT    NOT NULL,
    dest_person    INTEGER REFERENCES persons DEFERRABLE INITIALLY DEFERRED,
    dest_extension TEXT    REFERENCES extensions DEFERRABLE INITIALLY DEFERRED,
    dest_mailbox   INTEGER REFERENCES mailboxes DEFERRABLE INITIALLY DEFERRED,
    dest_room      INTEGER REFERENCES rooms DEFERRABLE INITIALLY DEFERRED,
    dest_flow      INTEGER REFERENCES flows DEFERRABLE INITIALLY DEFERRED,
    CHECK (dest_kind IN ('user', 'extension', 'voicemail', 'conference', 'flow', 'hangup')
           AND (dest_kind = 'user') = (dest_person IS NOT NULL)
           AND (dest_kind = 'extension') = (dest_extension IS NOT NULL)
           AND (dest_kind = 'voicemail') = (dest_mailbox IS NOT NULL)
           AND (dest_kind = 'conference') = (dest_room IS NOT NULL)
           AND (dest_kind = 'flow') = (dest_flow IS NOT NULL))
) STRICT;
INSERT INTO extensions_new (number, revision, dest_kind, dest_person, dest_extension, dest_mailbox,
        dest_room)
    SELECT number, revision, dest_kind, dest_person, dest_extension, dest_mailbox, dest_room
    FROM extensions;
DROP TABLE extensions;
ALTER TABLE extensions_new RENAME TO extensions;
CREATE INDEX extensions_to_person ON extensions (dest_person);
CREATE INDEX extensions_to_extension ON extensions (dest_extension);
CREATE INDEX extensions_to_mailbox ON extensions (dest_mailbox);
CREATE INDEX extensions_to_room ON extensions (dest_room);
CREATE INDEX extensions_to_flow ON extensions (dest_flow);

CREATE TABLE removed_numbers_new (
    person  INTEGER REFERENCES persons ON DELETE CASCADE,
    mailbox INTEGER REFERENCES mailboxes ON DELETE CASCADE,
    room    INTEGER REFERENCES rooms ON DELETE CASCADE,
    flow    INTEGER REFERENCES flows ON DELETE CASCADE,
    number  TEXT    NOT NULL,
    CHECK ((person IS NOT NULL) + (mailbox IS NOT NULL) + (room IS NOT NULL) + (flow IS NOT NULL) = 1)
) STRICT;
INSERT INTO removed_numbers_new (person, mailbox, room, number)
    SELECT person, mailbox, room, number FROM removed_numbers;
DROP TABLE removed_numbers;
ALTER TABLE removed_numbers_new RENAME TO removed_numbers;
CREATE INDEX removed_numbers_of_person ON removed_numbers (person);
CREATE INDEX removed_numbers_of_mailbox ON removed_numbers (mailbox);
CREATE INDEX removed_numbers_of_room ON removed_numbers (room);
CREATE INDEX removed_numbers_of_flow ON removed_numbers (flow);

-- The override is kept apart: whoever edits the hours at the same time is in nobody's way.
CREATE TABLE schedules (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    revision   INTEGER NOT NULL DEFAULT 1,
    name       TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    override   TEXT,
    removed_at INTEGER
) STRICT;

-- When a person takes calls, and where callers go at other times, as JSON.
ALTER TABLE persons ADD COLUMN hours INTEGER
    REFERENCES schedules ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE persons ADD COLUMN when_closed TEXT;

-- `live` is the version calls walk; missing until the first was published.
CREATE TABLE flows (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    revision   INTEGER NOT NULL DEFAULT 1,
    name       TEXT    NOT NULL,
    number     TEXT,
    live       INTEGER,
    removed_at INTEGER,
    FOREIGN KEY (id, live) REFERENCES flow_versions (flow, revision) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- What was published, for ever as it was.
CREATE TABLE flow_versions (
    flow          INTEGER NOT NULL REFERENCES flows ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    revision      INTEGER NOT NULL,
    document      TEXT    NOT NULL,
    semantic_hash TEXT    NOT NULL,
    author        TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    message       TEXT    NOT NULL,
    checks        TEXT    NOT NULL,
    PRIMARY KEY (flow, revision)
) STRICT;

CREATE TRIGGER flow_versions_stay BEFORE UPDATE ON flow_versions
BEGIN SELECT RAISE(ABORT, 'what was published stays as it is'); END;

-- What is being edited. `seq` counts the saves; `cursor` is the place in the history up to which its
-- steps are in the document.
CREATE TABLE flow_drafts (
    flow     INTEGER PRIMARY KEY REFERENCES flows ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    seq      INTEGER NOT NULL,
    document TEXT    NOT NULL,
    cursor   INTEGER NOT NULL
) STRICT;

CREATE TABLE flow_steps (
    flow     INTEGER NOT NULL REFERENCES flow_drafts ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    forward  TEXT    NOT NULL,
    back     TEXT    NOT NULL,
    PRIMARY KEY (flow, position)
) STRICT, WITHOUT ROWID;

-- What each version of a flow refers to, its draft being version 0: an identity, or the name of a sound.
CREATE TABLE flow_uses (
    flow    INTEGER NOT NULL REFERENCES flows ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    version INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    target  TEXT    NOT NULL,
    PRIMARY KEY (flow, version, kind, target)
) STRICT, WITHOUT ROWID;

CREATE INDEX flow_uses_by_target ON flow_uses (kind, target);

-- Calls of which the flow must go on doing the same.
CREATE TABLE flow_scenarios (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL DEFAULT 1,
    flow     INTEGER NOT NULL REFERENCES flows ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name     TEXT    NOT NULL,
    call     TEXT    NOT NULL,
    expects  TEXT    NOT NULL
) STRICT;

CREATE INDEX flow_scenarios_of_flow ON flow_scenarios (flow);

-- What the computer has spoken for flows, by what is said; a live call never waits for a voice.
CREATE TABLE sounds_new (
    name       TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL
        CHECK (kind IN ('greeting', 'music', 'prompt', 'message', 'recording')),
    title      TEXT    NOT NULL,
    lasts_ms   INTEGER NOT NULL,
    sha256     TEXT,
    spoken     TEXT,
    made_at    INTEGER NOT NULL,
    removed_at INTEGER,
    made_by    TEXT CHECK (made_by IN ('upload', 'microphone', 'phone', 'text')),
    voice      TEXT,
    bytes      INTEGER,
    peaks      BLOB
) STRICT;
INSERT INTO sounds_new SELECT name, kind, title, lasts_ms, sha256, spoken, made_at, removed_at, made_by,
    voice, bytes, peaks FROM sounds;
DROP TABLE sounds;
ALTER TABLE sounds_new RENAME TO sounds;

CREATE INDEX sounds_spoken ON sounds (voice, spoken) WHERE kind = 'prompt';

-- A switch with named positions that flows ask for. `setting` is missing while it rests in the first.
CREATE TABLE modes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    revision   INTEGER NOT NULL DEFAULT 1,
    name       TEXT    NOT NULL,
    states     TEXT    NOT NULL,
    setting    TEXT,
    removed_at INTEGER
) STRICT;

CREATE TABLE pin_sets (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    revision   INTEGER NOT NULL DEFAULT 1,
    name       TEXT    NOT NULL,
    removed_at INTEGER
) STRICT;

-- The hash of each PIN is among the sealed secrets.
CREATE TABLE pins (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    pin_set INTEGER NOT NULL REFERENCES pin_sets ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name    TEXT    NOT NULL
) STRICT;

CREATE INDEX pins_of_set ON pins (pin_set);

-- `columns` names what is kept of each caller besides number and name.
CREATE TABLE caller_lists (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    revision   INTEGER NOT NULL DEFAULT 1,
    name       TEXT    NOT NULL,
    columns    TEXT    NOT NULL,
    removed_at INTEGER
) STRICT;

-- `fields` has a value for each column.
CREATE TABLE listed_callers (
    list   INTEGER NOT NULL REFERENCES caller_lists ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    number TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    fields TEXT    NOT NULL,
    PRIMARY KEY (list, number)
) STRICT, WITHOUT ROWID;

-- What flows show other programs to be let in; the value is among the sealed secrets.
CREATE TABLE web_keys (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL DEFAULT 1,
    name     TEXT    NOT NULL UNIQUE
) STRICT;

-- Whether flows may ask programs within the office's own network.
ALTER TABLE settings ADD COLUMN asks_private_networks INTEGER NOT NULL DEFAULT 0;
