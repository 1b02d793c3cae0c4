-- What the board shows of a person, whether the office has been set up, and the window's access over
-- the network.

ALTER TABLE persons ADD COLUMN team TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN wants TEXT NOT NULL DEFAULT 'available'
    CHECK (wants IN ('available', 'do_not_disturb', 'away'));
ALTER TABLE persons ADD COLUMN wants_note TEXT NOT NULL DEFAULT '';
ALTER TABLE persons ADD COLUMN wants_until INTEGER;

ALTER TABLE settings ADD COLUMN set_up INTEGER NOT NULL DEFAULT 0;
ALTER TABLE settings ADD COLUMN lan_enabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE settings ADD COLUMN lan_port INTEGER NOT NULL DEFAULT 7443;

-- An office with people in it needs no first-run set-up.
UPDATE settings SET set_up = EXISTS (SELECT 1 FROM persons);
