-- Further offices of this engine. Each is a whole office in a folder of its own below `offices`; here is
-- only that it is there, what it is reached under, and what it began with. The list belongs to this
-- computer: copies of the office leave it out.
CREATE TABLE offices (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    revision  INTEGER NOT NULL DEFAULT 1,
    name      TEXT    NOT NULL,
    folder    TEXT    NOT NULL UNIQUE,
    parent    INTEGER REFERENCES offices,
    accent    TEXT,
    language  TEXT    NOT NULL,
    time_zone TEXT    NOT NULL,
    api_port  INTEGER,
    enabled   INTEGER NOT NULL CHECK (enabled IN (0, 1))
) STRICT;

-- The hosts each answers for.
CREATE TABLE office_domains (
    domain TEXT    PRIMARY KEY,
    office INTEGER NOT NULL REFERENCES offices ON DELETE CASCADE
) STRICT;
