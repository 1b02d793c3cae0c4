-- Mail can be turned off without forgetting how it is sent: letters wait until then.
ALTER TABLE mail_settings ADD COLUMN enabled INTEGER NOT NULL DEFAULT 1;
