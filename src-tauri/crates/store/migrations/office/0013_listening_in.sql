-- Whether those who run the office may listen to calls of others; nobody may before it is decided.
ALTER TABLE settings ADD COLUMN listening INTEGER NOT NULL DEFAULT 0 CHECK (listening IN (0, 1));
