-- Mailboxes with their messages, conference rooms, recordings, the sounds all of them are made of, and
-- the mail that tells of them. All times are milliseconds since 1970 in UTC unless said otherwise.

-- Extensions may lead to a mailbox or a room.
CREATE TABLE extensions_new (
    number         TEXT    PRIMARY KEY,
    revision       INTEGER NOT NULL DEFAULT 1,
    dest_kind      TEXT    NOT NULL,
    dest_person    INTEGER REFERENCES persons DEFERRABLE INITIALLY DEFERRED,
    dest_extension TEXT    REFERENCES extensions DEFERRABLE INITIALLY DEFERRED,
    dest_mailbox   INTEGER REFERENCES mailboxes DEFERRABLE INITIALLY DEFERRED,
    dest_room      INTEGER REFERENCES rooms DEFERRABLE INITIALLY DEFERRED,
    CHECK (dest_kind IN ('user', 'extension', 'voicemail', 'conference', 'hangup')
           AND (dest_kind = 'user') = (dest_person IS NOT NULL)
           AND (dest_kind = 'extension') = (dest_extension IS NOT NULL)
           AND (dest_kind = 'voicemail') = (dest_mailbox IS NOT NULL)
           AND (dest_kind = 'conference') = (dest_room IS NOT NULL))
) STRICT;
INSERT INTO extensions_new (number, revision, dest_kind, dest_person, dest_extension)
    SELECT number, revision, dest_kind, dest_person, dest_extension FROM extensions;
DROP TABLE extensions;
ALTER TABLE extensions_new RENAME TO extensions;
CREATE INDEX extensions_to_person ON extensions (dest_person);
CREATE INDEX extensions_to_extension ON extensions (dest_extension);
CREATE INDEX extensions_to_mailbox ON extensions (dest_mailbox);
CREATE INDEX extensions_to_room ON extensions (dest_room);

-- The numbers that led straight to what is set aside, whoever or whatever that is.
CREATE TABLE removed_numbers (
    person  INTEGER REFERENCES persons ON DELETE CASCADE,
    mailbox INTEGER REFERENCES mailboxes ON DELETE CASCADE,
    room    INTEGER REFERENCES rooms ON DELETE CASCADE,
    number  TEXT    NOT NULL,
    CHECK ((person IS NOT NULL) + (mailbox IS NOT NULL) + (room IS NOT NULL) = 1)
) STRICT;
INSERT INTO removed_numbers (person, number) SELECT person, number FROM removed_extensions;
DROP TABLE removed_extensions;
CREATE INDEX removed_numbers_of_person ON removed_numbers (person);
CREATE INDEX removed_numbers_of_mailbox ON removed_numbers (mailbox);
CREATE INDEX removed_numbers_of_room ON removed_numbers (room);

-- Every sound file the office has made, by its path below `sound/`. A file whose row nothing refers
-- to is deleted first, and its row after it: a power cut in between loses track of no file.
CREATE TABLE sounds (
    name       TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('greeting', 'music', 'message', 'recording')),
    title      TEXT    NOT NULL,
    lasts_ms   INTEGER NOT NULL,
    sha256     TEXT,
    spoken     TEXT,
    made_at    INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;

-- `mark` tells a mailbox from one of another office that has the same identity: nobody may hear the
-- other's messages after a restore.
CREATE TABLE mailboxes (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    revision          INTEGER NOT NULL DEFAULT 1,
    mark              TEXT    NOT NULL DEFAULT (lower(hex(randomblob(16)))),
    person            INTEGER UNIQUE REFERENCES persons ON DELETE CASCADE,
    name              TEXT,
    number            TEXT,
    language          TEXT,
    enabled           INTEGER NOT NULL DEFAULT 1,
    max_message       INTEGER NOT NULL DEFAULT 300,
    quota_messages    INTEGER NOT NULL DEFAULT 100,
    quota_seconds     INTEGER NOT NULL DEFAULT 7200,
    keep_days         INTEGER,
    greeting_standard TEXT,
    greeting_name     TEXT,
    greeting_busy     TEXT,
    greeting_closed   TEXT,
    greeting_away     TEXT,
    away_until        INTEGER,
    email_attach      INTEGER,
    email_delete      INTEGER,
    removed_at        INTEGER,
    CHECK ((person IS NULL) <> (name IS NULL)),
    CHECK ((email_attach IS NULL) = (email_delete IS NULL))
) STRICT;

CREATE TABLE mailbox_members (
    mailbox INTEGER NOT NULL REFERENCES mailboxes ON DELETE CASCADE,
    person  INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    PRIMARY KEY (mailbox, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX mailbox_members_by_person ON mailbox_members (person);

CREATE TABLE mailbox_addresses (
    mailbox  INTEGER NOT NULL REFERENCES mailboxes ON DELETE CASCADE,
    position INTEGER NOT NULL,
    address  TEXT    NOT NULL,
    PRIMARY KEY (mailbox, position)
) STRICT, WITHOUT ROWID;

-- Everybody has a mailbox, those set aside as well. Their marks come out the same in an older backup.
INSERT INTO mailboxes (mark, person, removed_at)
    SELECT settings.realm || '/' || persons.id, persons.id, removed_at
    FROM persons, settings ORDER BY persons.id;

-- `lasts_ms` is missing while the message is being left. The number is a call's, kept elsewhere.
CREATE TABLE messages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox     INTEGER NOT NULL REFERENCES mailboxes ON DELETE CASCADE,
    call        INTEGER NOT NULL,
    sound       TEXT    NOT NULL REFERENCES sounds,
    from_number TEXT    NOT NULL,
    from_name   TEXT    NOT NULL,
    from_person INTEGER,
    received_at INTEGER NOT NULL,
    lasts_ms    INTEGER,
    state       TEXT    NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'saved')),
    heard_at    INTEGER,
    assigned_to INTEGER,
    note        TEXT    NOT NULL DEFAULT '',
    deleted_at  INTEGER
) STRICT;

CREATE INDEX messages_of_mailbox ON messages (mailbox, received_at, id);
CREATE INDEX messages_by_sound ON messages (sound);

CREATE TABLE rooms (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    revision      INTEGER NOT NULL DEFAULT 1,
    number        TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    wait_for_host INTEGER NOT NULL,
    mute_on_entry INTEGER NOT NULL,
    announce      TEXT    NOT NULL CHECK (announce IN ('tone', 'nothing')),
    max_members   INTEGER NOT NULL,
    removed_at    INTEGER
) STRICT;

ALTER TABLE persons ADD COLUMN recording TEXT CHECK (recording IN ('never', 'on_demand', 'always'));
ALTER TABLE settings ADD COLUMN recording TEXT NOT NULL DEFAULT 'never'
    CHECK (recording IN ('never', 'on_demand', 'always'));
ALTER TABLE settings ADD COLUMN recording_announce INTEGER NOT NULL DEFAULT 1;
ALTER TABLE settings ADD COLUMN recording_keep_days INTEGER DEFAULT 90;

-- What those hear who wait, where it was chosen; the sound '' is the music that comes with Cordboard.
-- Person 0 is the office.
CREATE TABLE music_on_hold (
    person   INTEGER NOT NULL,
    position INTEGER NOT NULL,
    sound    TEXT    NOT NULL,
    PRIMARY KEY (person, position)
) STRICT, WITHOUT ROWID;

-- `lasts_ms` is missing while the recording runs.
CREATE TABLE recordings (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    call       INTEGER NOT NULL,
    sound      TEXT    NOT NULL REFERENCES sounds,
    parties    TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    lasts_ms   INTEGER,
    why        TEXT    NOT NULL CHECK (why IN ('always', 'on_demand')),
    announced  INTEGER NOT NULL
) STRICT;

CREATE INDEX recordings_by_time ON recordings (started_at, id);
CREATE INDEX recordings_of_call ON recordings (call);
CREATE INDEX recordings_by_sound ON recordings (sound);

-- Who of the office took part.
CREATE TABLE recorded_persons (
    recording INTEGER NOT NULL REFERENCES recordings ON DELETE CASCADE,
    person    INTEGER NOT NULL,
    PRIMARY KEY (recording, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX recorded_persons_by_person ON recorded_persons (person, recording);

-- The mail server; its password is among the sealed secrets.
CREATE TABLE mail_settings (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    revision     INTEGER NOT NULL DEFAULT 1,
    host         TEXT    NOT NULL,
    port         INTEGER NOT NULL,
    security     TEXT    NOT NULL CHECK (security IN ('tls', 'starttls', 'none')),
    user         TEXT,
    from_address TEXT    NOT NULL,
    from_name    TEXT    NOT NULL
) STRICT;

-- One letter to one address, so that each has a state of its own.
CREATE TABLE mail_queue (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT    NOT NULL CHECK (kind IN ('voice_message', 'alert')),
    recipient       TEXT    NOT NULL,
    subject         TEXT    NOT NULL,
    body            TEXT    NOT NULL,
    message_id      TEXT    NOT NULL,
    message         INTEGER REFERENCES messages ON DELETE SET NULL,
    deletes_message INTEGER NOT NULL,
    state           TEXT    NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
    queued_at       INTEGER NOT NULL,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_try_at     INTEGER NOT NULL,
    done_at         INTEGER,
    last_error      TEXT
) STRICT;

CREATE INDEX mail_due ON mail_queue (next_try_at) WHERE state = 'queued';
CREATE INDEX mail_of_message ON mail_queue (message);

CREATE TABLE mail_attachments (
    letter   INTEGER NOT NULL REFERENCES mail_queue ON DELETE CASCADE,
    position INTEGER NOT NULL,
    sound    TEXT    NOT NULL REFERENCES sounds,
    PRIMARY KEY (letter, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX mail_attachments_by_sound ON mail_attachments (sound);
