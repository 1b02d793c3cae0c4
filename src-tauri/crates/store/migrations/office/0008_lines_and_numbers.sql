-- The outside world: lines, other telephone systems, the office's numbers, and how it calls out.
-- Documents are JSON without passwords, which are among the sealed secrets. All times are milliseconds
-- since 1970 in UTC unless said otherwise.

-- Extensions may lead to a number outside.
CREATE TABLE extensions_new (
    number         TEXT    PRIMARY KEY,
    revision       INTEGER NOT NULL DEFAULT 1,
    dest_kind      TEXT    NOT NULL,
    dest_person    INTEGER REFERENCES persons DEFERRABLE INITIALLY DEFERRED,
    dest_extension TEXT    REFERENCES extensions DEFERRABLE INITIALLY DEFERRED,
    dest_mailbox   INTEGER REFERENCES mailboxes DEFERRABLE INITIALLY DEFERRED,
    dest_room      INTEGER REFERENCES rooms DEFERRABLE INITIALLY DEFERRED,
    dest_flow      INTEGER REFERENCES flows DEFERRABLE INITIALLY DEFERRED,
    dest_outside   TEXT,
    CHECK (dest_kind IN ('user', 'extension', 'voicemail', 'conference', 'flow', 'forward', 'hangup')
           AND (dest_kind = 'user') = (dest_person IS NOT NULL)
           AND (dest_kind = 'extension') = (dest_extension IS NOT NULL)
           AND (dest_kind = 'voicemail') = (dest_mailbox IS NOT NULL)
           AND (dest_kind = 'conference') = (dest_room IS NOT NULL)
           AND (dest_kind = 'flow') = (dest_flow IS NOT NULL)
           AND (dest_kind = 'forward') = (dest_outside IS NOT NULL))
) STRICT;
INSERT INTO extensions_new (number, revision, dest_kind, dest_person, dest_extension, dest_mailbox,
        dest_room, dest_flow)
    SELECT number, revision, dest_kind, dest_person, dest_extension, dest_mailbox, dest_room, dest_flow
    FROM extensions;
DROP TABLE extensions;
ALTER TABLE extensions_new RENAME TO extensions;
CREATE INDEX extensions_to_person ON extensions (dest_person);
CREATE INDEX extensions_to_extension ON extensions (dest_extension);
CREATE INDEX extensions_to_mailbox ON extensions (dest_mailbox);
CREATE INDEX extensions_to_room ON extensions (dest_room);
CREATE INDEX extensions_to_flow ON extensions (dest_flow);

CREATE TABLE trunks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    revision   INTEGER NOT NULL DEFAULT 1,
    name       TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    removed_at INTEGER
) STRICT;

CREATE TABLE peers (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    revision   INTEGER NOT NULL DEFAULT 1,
    name       TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    removed_at INTEGER
) STRICT;

-- The office's numbers in the telephone network, with + and country code.
CREATE TABLE phone_numbers (
    number     TEXT    PRIMARY KEY,
    revision   INTEGER NOT NULL DEFAULT 1,
    document   TEXT    NOT NULL,
    removed_at INTEGER
) STRICT;

-- The rules for calls that go out are edited as one list. `last_id` is the highest identity a rule ever
-- had: the story of a call names its rule.
CREATE TABLE outbound_rules (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL DEFAULT 1,
    last_id  INTEGER NOT NULL DEFAULT 0,
    document TEXT    NOT NULL
) STRICT;
INSERT INTO outbound_rules (id, document) VALUES (1, '[]');

CREATE TABLE calling_rights (
    person   INTEGER PRIMARY KEY REFERENCES persons ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    revision INTEGER NOT NULL DEFAULT 1,
    document TEXT    NOT NULL
) STRICT;

CREATE TABLE calling_policy (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL DEFAULT 1,
    document TEXT    NOT NULL
) STRICT;
INSERT INTO calling_policy (id, document) VALUES (1, '{"countries":[],"premiumAllowed":[],'
    || '"foreignMinutesOffice":30,"foreignMinutesPerson":10,"foreignParallel":3,'
    || '"outsideParallelPerson":5,"moneyOffice":0,"moneyPerson":0,"moneyLine":0,"minutesLine":0,'
    || '"foreignHours":null,"foreignTries":5,"newCountries":3,"newDevicesAbroad":false,'
    || '"forwardAbroad":false,"outsideToOutside":false,"blocked":null,"welcome":null,'
    || '"outsidePrefix":null,"areaCode":null}');

CREATE TABLE outside_admission (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL DEFAULT 1,
    document TEXT    NOT NULL
) STRICT;
INSERT INTO outside_admission (id, document)
    VALUES (1, '{"maxIn":null,"maxOut":null,"maxDialer":null,"rates":[]}');

CREATE TABLE emergency_plan (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL DEFAULT 1,
    document TEXT    NOT NULL
) STRICT;
INSERT INTO emergency_plan (id, document) VALUES (1, '{"location":"","locations":[],"callback":null,'
    || '"line":null,"alertPersons":[],"alertEmails":[]}');

CREATE TABLE domain_access (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL DEFAULT 1,
    document TEXT    NOT NULL
) STRICT;
INSERT INTO domain_access (id, document) VALUES (1, '[]');

-- What calls outside took, by the day in the office's time zone (YYYY-MM-DD). It stays when the office is
-- restored from a copy: a fuse must not forget. Person and trunk are 0 for none, and may be gone.
CREATE TABLE outside_usage (
    day     TEXT    NOT NULL,
    person  INTEGER NOT NULL,
    trunk   INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    seconds INTEGER NOT NULL,
    money   INTEGER NOT NULL,
    calls   INTEGER NOT NULL,
    PRIMARY KEY (day, person, trunk, kind)
) STRICT, WITHOUT ROWID;

-- Numbers that were called and that nobody has set up; trunk is 0 for none.
CREATE TABLE unknown_numbers (
    number  TEXT    NOT NULL,
    trunk   INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times   INTEGER NOT NULL,
    PRIMARY KEY (number, trunk)
) STRICT, WITHOUT ROWID;

-- From where and as what each device has registered so far.
CREATE TABLE known_devices (
    device     INTEGER NOT NULL REFERENCES devices ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    mark       TEXT    NOT NULL,
    first_seen INTEGER NOT NULL,
    cleared    INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (device, mark)
) STRICT, WITHOUT ROWID;
