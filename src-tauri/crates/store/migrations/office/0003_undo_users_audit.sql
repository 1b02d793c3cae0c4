-- Removals that can be undone, who may open the window, who is signed in, and who changed what.
-- All times are milliseconds since 1970 in UTC.

-- Someone or something removed is set aside with its secrets, and forgotten later.
ALTER TABLE persons ADD COLUMN removed_at INTEGER;
ALTER TABLE devices ADD COLUMN removed_at INTEGER;

-- When the device last registered; it stays when the registration lapses.
ALTER TABLE devices ADD COLUMN last_seen INTEGER;

-- The numbers that led straight to a person set aside. They are free for others meanwhile.
CREATE TABLE removed_extensions (
    person INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    number TEXT    NOT NULL,
    PRIMARY KEY (person, number)
) STRICT, WITHOUT ROWID;

-- Their password's hash is among the sealed secrets. login_key is the login in small letters.
CREATE TABLE users (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    revision     INTEGER NOT NULL DEFAULT 1,
    login        TEXT    NOT NULL,
    login_key    TEXT    NOT NULL UNIQUE,
    role         TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'receptionist', 'staff')),
    person       INTEGER REFERENCES persons ON DELETE SET NULL,
    created_at   INTEGER NOT NULL,
    last_sign_in INTEGER
) STRICT;

CREATE INDEX users_of_person ON users (person);

-- A session is known by the hash of its identity: whoever reads this table cannot take one over.
-- Without a user it is that of this computer's owner.
CREATE TABLE sessions (
    id_hash    BLOB    PRIMARY KEY,
    user       INTEGER REFERENCES users ON DELETE CASCADE,
    role       TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'receptionist', 'staff')),
    created_at INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    remote     INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_of_user ON sessions (user);
CREATE INDEX sessions_by_last_seen ON sessions (last_seen);

CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    login   TEXT    NOT NULL,
    address TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    before  TEXT,
    after   TEXT
) STRICT;

-- Refused sign-ins are thinned out by themselves: whoever guesses passwords must not push the
-- rest out of the log.
CREATE INDEX audit_of_refusals ON audit (id) WHERE action = 'session.refused';
