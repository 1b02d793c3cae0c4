-- The office: its settings, persons, devices, extensions, sealed secrets and registrations.
-- Every configuration row carries a revision, so that of two people editing one row the second is told.

CREATE TABLE settings (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    revision         INTEGER NOT NULL DEFAULT 1,
    name             TEXT    NOT NULL,
    realm            TEXT    NOT NULL,
    country          TEXT,
    time_zone        TEXT    NOT NULL,
    language         TEXT    NOT NULL,
    register_min     INTEGER NOT NULL,
    register_default INTEGER NOT NULL,
    register_max     INTEGER NOT NULL,
    ring_for         INTEGER NOT NULL,
    session_expires  INTEGER NOT NULL,
    office_calls     INTEGER NOT NULL,
    calls_per_person INTEGER NOT NULL
) STRICT;

CREATE TABLE domains (
    position INTEGER PRIMARY KEY,
    domain   TEXT    NOT NULL UNIQUE
) STRICT;

-- AUTOINCREMENT: the identity of someone who left is never given to another, or old call records
-- would name the wrong person.
CREATE TABLE persons (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    revision           INTEGER NOT NULL DEFAULT 1,
    name               TEXT    NOT NULL,
    number             TEXT,
    presentation_name  TEXT,
    simultaneous_calls INTEGER,
    ring_for           INTEGER
) STRICT;

CREATE TABLE devices (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    revision     INTEGER NOT NULL DEFAULT 1,
    person       INTEGER NOT NULL REFERENCES persons DEFERRABLE INITIALLY DEFERRED,
    label        TEXT    NOT NULL,
    sip_user     TEXT    NOT NULL UNIQUE,
    secret_realm TEXT    NOT NULL,
    max_contacts INTEGER NOT NULL,
    media        TEXT    NOT NULL CHECK (media IN ('auto', 'always_relay'))
) STRICT;

CREATE INDEX devices_of_person ON devices (person);

CREATE TABLE extensions (
    number         TEXT    PRIMARY KEY,
    revision       INTEGER NOT NULL DEFAULT 1,
    dest_kind      TEXT    NOT NULL,
    dest_person    INTEGER REFERENCES persons DEFERRABLE INITIALLY DEFERRED,
    dest_extension TEXT    REFERENCES extensions DEFERRABLE INITIALLY DEFERRED,
    CHECK (dest_kind IN ('user', 'extension', 'hangup')
           AND (dest_kind = 'user') = (dest_person IS NOT NULL)
           AND (dest_kind = 'extension') = (dest_extension IS NOT NULL))
) STRICT;

CREATE INDEX extensions_to_person ON extensions (dest_person);
CREATE INDEX extensions_to_extension ON extensions (dest_extension);

-- Everything secret, sealed. The seal is bound to its place (owner, owner_id, field): a value
-- copied to another row does not open.
CREATE TABLE secrets (
    owner    TEXT    NOT NULL,
    owner_id INTEGER NOT NULL,
    field    TEXT    NOT NULL,
    sealed   BLOB    NOT NULL,
    PRIMARY KEY (owner, owner_id, field)
) STRICT, WITHOUT ROWID;

-- Where each device can be reached (the location service), so that a restarted engine still knows
-- every phone. Two flows of one phone may share a contact (RFC 5626 §4.2), hence the wide key;
-- what is absent is '' or -1 there.
CREATE TABLE bindings (
    device     INTEGER NOT NULL REFERENCES devices ON DELETE CASCADE,
    contact    BLOB    NOT NULL,
    instance   TEXT    NOT NULL,
    reg_id     INTEGER NOT NULL,
    source     TEXT    NOT NULL,
    local      TEXT    NOT NULL,
    transport  TEXT    NOT NULL,
    path       BLOB    NOT NULL,
    q          INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    call_id    TEXT    NOT NULL,
    cseq       INTEGER NOT NULL,
    user_agent TEXT    NOT NULL,
    PRIMARY KEY (device, contact, instance, reg_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bindings_by_expiry ON bindings (expires_at);
