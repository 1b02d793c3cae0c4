-- How a sound came here, and which voice has spoken it.
ALTER TABLE sounds ADD COLUMN made_by TEXT
    CHECK (made_by IN ('upload', 'microphone', 'phone', 'text'));
ALTER TABLE sounds ADD COLUMN voice TEXT;

-- How large a file is and its outline; missing until somebody has looked.
ALTER TABLE sounds ADD COLUMN bytes INTEGER;
ALTER TABLE sounds ADD COLUMN peaks BLOB;

-- The history shows which message was left in a call.
CREATE INDEX messages_of_call ON messages (call);
