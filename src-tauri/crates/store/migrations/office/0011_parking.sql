-- Where calls are parked. An office that has given one of these numbers to somebody begins without.
ALTER TABLE settings ADD COLUMN parking INTEGER NOT NULL DEFAULT 1 CHECK (parking IN (0, 1));
ALTER TABLE settings ADD COLUMN parking_first INTEGER NOT NULL DEFAULT 70;
ALTER TABLE settings ADD COLUMN parking_slots INTEGER NOT NULL DEFAULT 10;
ALTER TABLE settings ADD COLUMN parking_back INTEGER NOT NULL DEFAULT 120;

UPDATE settings SET parking = 0 WHERE EXISTS (
    SELECT 1 FROM extensions
    WHERE number IN ('70', '71', '72', '73', '74', '75', '76', '77', '78', '79'));
