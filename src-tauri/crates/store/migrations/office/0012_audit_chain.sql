-- How fast calls may begin in an office that has not said so itself.
UPDATE outside_admission SET document = '{"maxIn":null,"maxOut":null,"maxDialer":null,"rates":['
    || '{"of":"callerIn","calls":30,"seconds":60},{"of":"personOut","calls":30,"seconds":60}]}'
WHERE revision = 1 AND document = '{"maxIn":null,"maxOut":null,"maxDialer":null,"rates":[]}';

-- The audit log is chained: the hash of a line is over that of the line before it, so that a line that
-- was changed, taken out or put in shows. There is a chain for each series, for each is kept for as many
-- lines as it may have: whoever guesses passwords or dials abroad pushes nothing else out.
-- Lines of before are chained when the office is opened for the first time.
ALTER TABLE audit ADD COLUMN series TEXT NOT NULL DEFAULT 'deeds'
    CHECK (series IN ('deeds', 'signIns', 'calls', 'refusedCalls'));
ALTER TABLE audit ADD COLUMN hash BLOB CHECK (length(hash) = 32);

UPDATE audit SET series = 'signIns' WHERE action = 'session.refused';
DROP INDEX audit_of_refusals;
CREATE INDEX audit_of_series ON audit (series, id);
CREATE INDEX audit_by_subject ON audit (subject, id) WHERE series = 'deeds';

-- What is chained stays as it is written.
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit WHEN OLD.hash IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a line of the audit log stays as it was written'); END;

-- Where each chain begins and ends: the hash of the line before the oldest that is kept, and that of
-- the newest.
CREATE TABLE audit_chains (
    series TEXT    PRIMARY KEY CHECK (series IN ('deeds', 'signIns', 'calls', 'refusedCalls')),
    before BLOB    NOT NULL CHECK (length(before) = 32),
    last   BLOB    NOT NULL CHECK (length(last) = 32),
    lines  INTEGER NOT NULL CHECK (lines >= 0)
) STRICT, WITHOUT ROWID;
