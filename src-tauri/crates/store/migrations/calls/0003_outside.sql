-- Calls from and to the outside world: which way, over which line with the name it had, and the number
-- that was shown to whom the office called, or that was called. All calls of before stayed inside.
ALTER TABLE calls ADD COLUMN way TEXT CHECK (way IN ('in', 'out'));
ALTER TABLE calls ADD COLUMN line INTEGER;
ALTER TABLE calls ADD COLUMN line_name TEXT;
ALTER TABLE calls ADD COLUMN shown TEXT;
